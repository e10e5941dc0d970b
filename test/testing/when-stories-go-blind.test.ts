/** Coverage with floors: the kit's stories come everywhere, and a generator that goes blind is told from one that sees. */
import { readFileSync } from 'node:fs'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { letterNamed } from '../../src/lifecycle/alphabet.js'
import { automatonFor } from '../../src/lifecycle/automaton.js'
import { defaultPolicy, withDefaults } from '../../src/lifecycle/policy.js'
import { explore } from '../../src/proof/explore.js'
import * as say from '../../src/testing/events.js'
import { Coverage } from '../../src/testing/examination/coverage.js'
import { defaultFloors, lifecycleSuite, runsFor } from '../../src/testing/lifecycle-suite.js'
import { atlasOf } from '../../src/testing/stories/atlas.js'
import { Stage } from '../../src/testing/stories/casting.js'
import { Chance } from '../../src/testing/stories/chance.js'
import { Story } from '../../src/testing/stories/story.js'
import { threadIn } from '../conversation/given.js'
import { collected } from './registered.js'

const smallest = withDefaults({ redirections: 1, warnings: 1, calmTurns: 1 })

/** Stories of letters drawn without looking where the thread stands. */
function uniformStories(policy = defaultPolicy): fc.Arbitrary<Story> {
  class Uniform extends fc.Arbitrary<Story> {
    generate(random: fc.Random) {
      const story = Story.of(policy, [say.opened(policy)])
      while (story.attempts.length < 160) {
        const { state } = story
        if (!state) throw new Error('not opened')
        const event = new Stage(state, threadIn(state), new Chance(random)).cast(random.nextInt(0, 30))
        story.offer(event ?? say.received(`u${state.version}`))
      }
      return new fc.Value(story, undefined)
    }
    canShrinkWithoutContext(_: unknown): _ is Story {
      return false
    }
    shrink() {
      return fc.Stream.nil<fc.Value<Story>>()
    }
  }
  return new Uniform()
}

test('A generator that draws blindly fails the floor, and what it never met is told in words.', async () => {
  const suite = collected()
  lifecycleSuite({ test: suite.test, fc, stories: uniformStories(), seed: 1, numRuns: 100 })
  const failure = (await suite.failureOf('Stories come to')) ?? ''
  expect(failure).toMatch(/^too little was met: the floor is 100 % of states and 92 % of edges\nstates (\d+) of 158/)
  expect(Number(/states (\d+) of/.exec(failure)?.[1])).toBeLessThan(120)
  expect(failure).toContain('never in: ')
  expect(await suite.failing()).toHaveLength(1)
})

test('A suite of too few stories fails the floor too, and a floor that was set is the one that counts.', async () => {
  const few = { fc, policy: smallest, seed: 1, numRuns: 5 }
  const [strict, lenient] = [collected(), collected()]
  lifecycleSuite({ ...few, test: strict.test })
  lifecycleSuite({ ...few, test: lenient.test, floors: { states: 0.1, edges: 0.05 } })
  expect(await strict.failureOf('Stories come to 100 % of states')).toContain('too little was met')
  expect(await lenient.failureOf('Stories come to 10 % of states and 5 % of edges')).toBeUndefined()
})

test('The atlas holds every state that the proof explores, and a way to each from the beginning.', () => {
  for (const policy of [smallest, defaultPolicy]) {
    const explored = new Set(explore(automatonFor(policy)).points.map(({ state }) => state))
    const atlas = atlasOf(policy)
    expect(new Set(atlas.states)).toEqual(explored)
    const unreached = atlas.states.filter((state) => state !== 0 && atlas.towards(0, state).length === 0)
    expect(unreached).toEqual([])
  }
})

test('Coverage counts what can be met and nothing else, policy by policy.', () => {
  const coverage = new Coverage()
  expect(coverage.shortfall({ states: 0, edges: 0 })).toBe('nothing was met at all')
  const begun = automatonFor(smallest).describe(0)
  coverage.meet(smallest, begun, letterNamed('message.received'))
  coverage.meet(smallest, begun, letterNamed('message.received'))
  coverage.meet(smallest, begun, letterNamed('message.assessed(none)'))
  coverage.meet(smallest, { ...begun, failures: 9 }, letterNamed('message.received'))
  coverage.meet(defaultPolicy, begun)
  expect(coverage.shares.map(({ states, edges }) => [states.met, edges.met])).toEqual([
    [1, 1],
    [1, 0],
  ])
  expect(coverage.toString()).toContain('never in: engaging · unassessed')
  expect(coverage.shortfall({ states: 0.001, edges: 0 })).toBeUndefined()
  expect(coverage.shortfall({ states: 0.001, edges: 0.001 })).toContain('edges 0 of 4386 (0.0 %)')
  for (const state of atlasOf(smallest).states) coverage.meet(smallest, automatonFor(smallest).describe(state))
  expect(coverage.toString()).toContain('in engaging, never tried: assessment.failed')
})

test('The guide names the sizes that are.', () => {
  const guide = readFileSync(new URL('../../docs/guides/test-your-backend.md', import.meta.url), 'utf8')
  const covered = new Coverage()
  covered.meet(defaultPolicy, automatonFor(defaultPolicy).describe(0))
  const { states, edges } = covered.shares[0] ?? {}
  expect(guide).toContain(`all ${states?.all} states`)
  expect(guide).toContain(`of ${edges?.all.toLocaleString('en')} edges`)
  expect(guide).toContain(`Under the default policy its ${runsFor(defaultPolicy)} stories`)
  expect(guide).toContain(`${100 * defaultFloors.edges} % of edges`)
})
