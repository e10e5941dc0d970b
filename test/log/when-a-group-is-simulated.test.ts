/** Groups in virtual time, under everything that goes wrong: the laws of at least once, in order, one at a time. */
import { expect, test } from 'vitest'
import { calm, type GroupFaults, SimulatedGroup, stormy } from './simulated-group.js'

const seeds = Number(process.env.COLLOQUY_GROUP_SEEDS ?? 12)

async function simulated(seed: number, faults: GroupFaults): Promise<SimulatedGroup> {
  const group = new SimulatedGroup(seed, faults)
  await group.run()
  expect({ seed, findings: group.witness.findings }).toEqual({ seed, findings: [] })
  return group
}

test('In calm weather each event is handled exactly once, in order, by members who share the work.', async () => {
  const { witness, shares } = await simulated(1, calm)
  expect(new Set(witness.times.values())).toEqual(new Set([1]))
  expect(shares).toEqual([1, 1, 2])
})

test('Whatever goes wrong: all is handled, in order, parked only what is poisonous, and nothing lost by a retry.', async () => {
  for (let seed = 1; seed <= seeds; seed++) await simulated(seed, stormy)
})
