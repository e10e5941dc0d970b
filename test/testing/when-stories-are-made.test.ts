/** What the arbitraries promise: values within bounds, from the seed alone, that shrink to little and print as stories. */

import fc, * as everything from 'fast-check'
import { isLeft } from 'fp-ts/lib/Either.js'
import { expect, test } from 'vitest'
import { orders } from '../../src/conversation/commands.js'
import { decide } from '../../src/conversation/decide.js'
import { evolve } from '../../src/conversation/evolve.js'
import type { Conversation } from '../../src/conversation/state.js'
import { defaultPolicy, policyFault, withDefaults } from '../../src/lifecycle/policy.js'
import { Acceptor } from '../../src/log/acceptor.js'
import type { RecordedEvent } from '../../src/log/recorded-event.js'
import { arbitraries } from '../../src/testing/arbitraries.js'
import { Story } from '../../src/testing/stories/story.js'
import { fileWith, linesOf, reportsIn } from '../cli/logs.js'
import { runColloquy } from '../cli/run-colloquy.js'
import { packagesOf, type SourceFile, sourceFiles } from '../source-tree.js'

const { policies, conversations, commands, logs, brokenLogs } = arbitraries(fc)

const renamed = (log: readonly RecordedEvent[], conversationId: string) =>
  log.map((event) => ({ ...event, conversationId }))

/** What a file imports from outside of the tree and not for its types alone. */
const runtimePackagesOf = (file: SourceFile): readonly string[] => {
  const types = [...file.text.matchAll(/^(?:import|export) type [\s\S]*? from '([^']+)'/gm)].map(([, name]) => name)
  return packagesOf(file).filter((name) => !types.includes(name))
}

const smallest = withDefaults({ redirections: 1, warnings: 1, calmTurns: 1 })

test('Policies are within bounds, and come to both ends of each.', () => {
  const drawn = fc.sample(policies(), { numRuns: 400 })
  expect(drawn.map(policyFault).filter((fault) => fault !== undefined)).toEqual([])
  for (const [field, most] of [
    ['redirections', 10],
    ['warnings', 3],
    ['calmTurns', 10],
  ] as const) {
    const values = drawn.map((policy) => policy[field])
    expect([Math.min(...values), Math.max(...values)]).toEqual([1, most])
  }
})

test('Every event of a log is accepted as it stands, and the log as JSON too.', () => {
  fc.assert(
    fc.property(logs(), (log) => {
      const acceptor = new Acceptor()
      const events: unknown[] = JSON.parse(JSON.stringify(log))
      expect(events.map((event) => acceptor.accept(event)).filter(isLeft)).toEqual([])
    }),
  )
})

test('Of a broken log every event but the last is accepted, and the last is refused with the code that is said.', () => {
  const codes = new Set<string>()
  fc.assert(
    fc.property(brokenLogs(), ({ events, code }) => {
      const acceptor = new Acceptor()
      const answers = events.map((event) => acceptor.accept(event))
      expect(answers.slice(0, -1).filter(isLeft)).toEqual([])
      expect(answers.at(-1)).toMatchObject({ left: { code } })
      codes.add(code)
    }),
    { numRuns: 400 },
  )
  expect(codes.size).toBeGreaterThanOrEqual(17)
})

test('Commands are of every type; most are accepted, in this order, and some are not.', () => {
  const seen = new Map<string, number>()
  const count = (what: string) => seen.set(what, (seen.get(what) ?? 0) + 1)
  for (const list of fc.sample(commands(), 200)) {
    let state: Conversation | null = null
    for (const command of list) {
      const decided = decide(command, state)
      count(isLeft(decided) ? 'refused' : 'accepted')
      if (isLeft(decided)) continue
      count(command.type)
      state = decided.right.reduce<Conversation | null>(evolve, state)
    }
  }
  expect(Object.keys(orders).filter((type) => !seen.has(type))).toEqual([])
  expect(seen.get('accepted')).toBeGreaterThan(seen.get('refused') ?? 0)
  expect(seen.get('refused')).toBeGreaterThan(200)
})

test('A story is told under the policy, or one of the policies, that was asked for.', () => {
  const [one] = fc.sample(conversations({ policy: smallest }), 1)
  expect(one?.state?.policy).toEqual(smallest)
  const two = fc.constantFrom(smallest, defaultPolicy)
  const drawn = fc.sample(conversations({ policy: two }), 40)
  expect(new Set(drawn.map(({ policy }) => policy))).toEqual(new Set([smallest, defaultPolicy]))
})

test('The same seed tells the same stories, whichever way fast-check was imported.', () => {
  const settings = { seed: 7, numRuns: 20 }
  const told = fc.sample(conversations(), settings).map(String)
  expect(fc.sample(arbitraries(everything).conversations(), settings).map(String)).toEqual(told)
  expect(new Set(told).size).toBe(20)
})

const ends = ({ log }: Story) =>
  log.some(({ type, data }) => type === 'thread.ended' && data.ground === 'persistent-harm')

test('The shortest forced end is found by shrinking, ten events and none to spare, whatever the seed.', () => {
  const said = ['message.received', 'message.assessed']
  fc.assert(
    fc.property(fc.nat(), (seed) => {
      const never = fc.property(conversations({ policy: smallest }), (story) => !ends(story))
      const [found] = fc.check(never, { seed }).counterexample ?? []
      expect(found?.policy).toEqual(smallest)
      const types = found?.attempts.map(({ event }) => event.type)
      expect(types?.filter((type) => type === 'message.sent')).toHaveLength(2)
      expect(types?.filter((type) => said.includes(type))).toHaveLength(6)
      expect(types).toHaveLength(10)
    }),
    { numRuns: 10, endOnFailure: true },
  )
})

test('What fails under any policy is shown under the default one, unless a policy was asked for.', () => {
  const never = (constraints: object) =>
    fc.check(
      fc.property(conversations(constraints), ({ log }) => log.length < 4),
      { seed: 2 },
    ).counterexample?.[0]
  expect(never({})?.policy).toEqual(defaultPolicy)
  expect(never({ policy: fc.constantFrom(smallest) })?.policy).toEqual(smallest)
})

test('A story with nothing to spare is shrunk no further, and every smaller one is shorter or plainer.', () => {
  const [story] = fc.sample(conversations({ policy: smallest, attemptsMax: 30 }), { seed: 3, numRuns: 1 }) as [Story]
  const arbitrary = conversations()
  for (const { value } of arbitrary.shrink(story, undefined)) {
    const isPlainer = value.policy === defaultPolicy
    expect(isPlainer || value.attempts.length < story.attempts.length).toBe(true)
  }
  expect([...arbitrary.shrink(new Story(defaultPolicy), undefined)]).toEqual([])
})

test('A counterexample prints as a story, line by line.', () => {
  const property = fc.property(logs({ policy: defaultPolicy }), (log) => log.length < 3)
  const { counterexample, error } = { error: '', ...fc.check(property, { seed: 1 }) }
  expect(error).toBe('')
  expect(fc.stringify(counterexample)).toMatch(/^\[a log:\n {2}1\. the conversation opens with main \(3 redirections/)
  expect(counterexample?.[0]).toHaveLength(3)
  expect(Object.keys(counterexample?.[0] ?? {})).toEqual(['0', '1', '2'])
})

test('`colloquy replay` takes the logs whole, and stops at the last event of the broken ones, with the code that is said.', async () => {
  const settings = { seed: 5, numRuns: 15 }
  const whole = fc.sample(logs(), settings).map((log, place) => renamed(log, `whole-${place}`))
  const broken = fc.sample(brokenLogs(), settings)
  const damaged = broken.map(({ events }, place) => renamed(events, `broken-${place}`))
  const path = await fileWith(linesOf([...whole, ...damaged].flat()))
  const { stdout, exitCode } = await runColloquy('replay', path, '--json')
  const reports = reportsIn(stdout)
  expect(exitCode).toBe(1)
  expect(reports.slice(0, 15).map(({ version, rejected }) => [version, rejected])).toEqual(
    whole.map((log) => [log.length, null]),
  )
  expect(reports.slice(15).map(({ version, rejected }) => [version, rejected?.code])).toEqual(
    broken.map(({ events, code }) => [events.length - 1, code]),
  )
})

test('Nothing of the kit imports fast-check, or a test runner, when it runs.', () => {
  const kit = sourceFiles.filter(({ path }) => path.startsWith('src/testing/'))
  const imported = kit.flatMap((file) => runtimePackagesOf(file).map((name) => `${file.path} imports ${name}`))
  expect(kit.length).toBeGreaterThan(20)
  expect(imported.filter((words) => /fast-check|vitest|jest|node:test/.test(words))).toEqual([])
  expect(imported).toContain('src/testing/given.ts imports node:assert')
})
