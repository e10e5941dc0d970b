/** Groups in virtual time, under everything that goes wrong: the laws of at least once, in order, one at a time. */
import { expect, test } from 'vitest'
import { calm, type GroupFaults, SimulatedGroup, stormy } from './simulated-group.js'

const seeds = Number(process.env.COLLOQUY_GROUP_SEEDS ?? 5)

async function simulated(seed: number, faults: GroupFaults): Promise<SimulatedGroup> {
  const group = new SimulatedGroup(seed, faults)
  await group.run()
  expect({ seed, findings: group.witness.findings }).toEqual({ seed, findings: [] })
  return group
}

test('While members come and go as they should, each event is handled exactly once, and the work is shared.', async () => {
  for (let seed = 1; seed <= seeds; seed++) {
    const { witness, shares, living } = await simulated(seed, calm)
    expect(new Set(witness.times.values())).toEqual(new Set([1]))
    expect(shares).toHaveLength(Math.min(living, 4))
    expect(Math.max(...shares) - Math.min(...shares)).toBeLessThanOrEqual(1)
  }
})

test('Whatever goes wrong: all is handled, in order, parked only what is poisonous, and nothing lost by a retry.', async () => {
  for (let seed = 1; seed <= seeds; seed++) await simulated(seed, stormy)
})
