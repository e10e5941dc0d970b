/** What simulations of a few seeds find. */
import { type SimulationOptions, simulate } from '../../src/testing/simulation/simulate.js'

/** The laws that the first seed to find anything finds broken; none if no seed does. */
export async function lawsFoundBy(
  options: Omit<SimulationOptions, 'seed'>,
  seedsMax: number,
): Promise<readonly string[]> {
  for (let seed = 1; seed <= seedsMax; seed++) {
    const { findings } = await simulate({ users: 6, events: 300, ...options, seed })
    if (findings.length > 0) return [...new Set(findings.map(({ law }) => law))]
  }
  return []
}
