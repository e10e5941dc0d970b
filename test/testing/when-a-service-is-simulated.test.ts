/** The simulation of the service as it is: it meets everything, finds nothing, and repeats itself to the hash. */
import { spawnSync } from 'node:child_process'
import { beforeAll, describe, expect, test } from 'vitest'
import { letters } from '../../src/lifecycle/alphabet.js'
import { openMemoryStore } from '../../src/stores/memory.js'
import type { SimulationCoverage } from '../../src/testing/simulation/coverage.js'
import { faultKinds, noFaults } from '../../src/testing/simulation/faults.js'
import { type SimulationResult, simulate } from '../../src/testing/simulation/simulate.js'
import { stores } from '../conversations/stores.js'

const seeds = [1, 2, 3, 4, 5, 6]

describe('Many users on several pods, while much goes wrong:', () => {
  let results: readonly SimulationResult[]

  beforeAll(async () => {
    const run: SimulationResult[] = []
    for (const seed of seeds) run.push(await simulate({ seed, users: 8, pods: 3, events: 600 }))
    results = run
  })

  const met = (what: Exclude<keyof SimulationCoverage, 'states'>): readonly string[] =>
    results.flatMap(({ coverage }) => Object.keys(coverage[what]))

  test('No law is broken.', () => {
    expect(results.flatMap(({ findings }) => findings)).toEqual([])
  })

  test('Every kind of fault struck.', () => {
    expect(faultKinds.filter((kind) => !results.some(({ faults }) => faults[kind] > 0))).toEqual([])
  })

  test('Threads come through every lifecycle and every closing.', () => {
    const lifecycles = ['engaging', 'forked', 'redirecting.due', 'redirecting.tried']
    const warnings = ['warning.due', 'warning.given', 'warning.ignored', 'ended']
    expect(new Set(met('lifecycles'))).toEqual(new Set([...lifecycles, ...warnings]))
    expect(new Set(met('closings'))).toEqual(new Set(['none', 'requested', 'asked', 'confirmed', 'proposed']))
  })

  test('Threads come to many states of the machine in each run.', () => {
    expect(Math.min(...results.map(({ coverage }) => coverage.states))).toBeGreaterThan(60)
  })

  test('Every letter is met but risk cleared by those who never may.', () => {
    const names = letters.map(({ name }) => name)
    const never = names.filter((name) => /cleared\((user|assistant|system)\)/.test(name))
    expect(names.filter((name) => !met('letters').includes(name))).toEqual(never)
  })

  test('Threads end on both grounds, are branched after it, and risk is cleared.', () => {
    const milestones = ['ended on persistent-harm', 'ended on user-request', 'fork after an end', 'risk cleared']
    expect(new Set(met('milestones'))).toEqual(new Set(milestones))
  })
})

const small = { seed: 11, users: 5, events: 150 }

test('The same seed gives the same events, to the hash, and all the same counts.', async () => {
  expect(await simulate(small)).toEqual(await simulate(small))
})

test('Another seed gives other events.', async () => {
  const [one, other] = [await simulate(small), await simulate({ ...small, seed: 12 })]
  expect(one.logHash).not.toBe(other.logHash)
})

test('Another process, which knows other tables, gives the same hash.', async () => {
  const entry = new URL('../../dist/testing/index.js', import.meta.url)
  const before = JSON.stringify({ ...small, seed: 99 })
  const code = `import { simulate } from '${entry}'
    await simulate(${before})
    process.stdout.write((await simulate(${JSON.stringify(small)})).logHash)`
  const told = spawnSync(process.execPath, ['--input-type=module', '-e', code], { encoding: 'utf8' })
  expect(told.stderr).toBe('')
  expect(told.stdout).toBe((await simulate(small)).logHash)
})

test('Without faults nothing goes wrong, and every command is answered by the rules alone.', async () => {
  const { faults, findings, coverage } = await simulate({ ...small, faults: noFaults })
  expect(findings).toEqual([])
  expect(Object.values(faults).every((count) => count === 0)).toBe(true)
  expect(Object.keys(coverage.refusals)).not.toContain('unavailable')
})

test('The policy that is asked for is the one in force.', async () => {
  const { coverage, findings } = await simulate({ ...small, policy: { userMayEnd: false } })
  expect(findings).toEqual([])
  expect(Object.keys(coverage.milestones)).not.toContain('ended on user-request')
  expect(coverage.refusals['not-permitted']).toBeGreaterThan(0)
})

test('A store of the caller is opened empty, used by all pods, and closed.', async () => {
  let closed = 0
  const open = () => {
    const store = openMemoryStore()
    return Object.assign(store, { close: async () => void closed++ })
  }
  const { logHash, findings } = await simulate({ ...small, store: open })
  expect(findings).toEqual([])
  expect(logHash).toBe((await simulate(small)).logHash)
  expect(closed).toBe(1)
})

test.each(stores)(
  'On the $name store the same seed gives the very same log: the simulation decides the order, not the disk.',
  async ({ open }) => {
    const { logHash, findings } = await simulate({ ...small, store: open })
    expect(findings).toEqual([])
    expect(logHash).toBe((await simulate(small)).logHash)
  },
)

test('An assessor of the caller is asked, and believed.', async () => {
  const { coverage, findings } = await simulate({ ...small, assess: () => ({ harm: 'harmful', risk: null }) })
  expect(findings).toEqual([])
  const harmless = coverage.letters['message.assessed(none)'] ?? 0
  expect(coverage.letters['message.assessed(harmful)']).toBeGreaterThan(harmless)
})

test('A policy that is out of bounds is a finding, and comes to an end.', async () => {
  const { findings, events } = await simulate({ ...small, policy: { redirections: 0 } })
  expect(findings[0]).toMatchObject({
    law: 'liveness',
    story: [expect.stringContaining('redirections'), expect.anything()],
  })
  expect(events).toBe(0)
})

test.each([
  { seed: Number.NaN },
  { seed: -5.5, users: 0, pods: -1, events: 0 },
  { seed: 2 ** 53 - 1, users: Number.POSITIVE_INFINITY, events: 20 },
  { seed: 1, events: Number.NaN, users: 1, pods: 1, faults: { storeRefuses: 1 } },
])('Odd numbers are brought within bounds, and nothing throws: %o', async (options) => {
  const { findings } = await simulate({ events: 30, ...options })
  expect(findings).toEqual([])
})
