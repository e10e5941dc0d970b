/**
 * `lifecycleSuite`: a backend's own pieces held to the laws that `verify` proves of the machine, over stories that come
 * everywhere, and to a floor of coverage, for a suite that came nowhere proves nothing.
 */
import type { Policy } from '#machines/events.js'
import { defaultPolicy, policyFault } from '../lifecycle/policy.js'
import { arbitraries } from './arbitraries.js'
import { Coverage, type Floors } from './examination/coverage.js'
import { examine, type SuiteLaw, suiteLaws } from './examination/examination.js'
import { deciderSubject, type Subject } from './examination/subject.js'
import { type Arbitrary, type FastCheck, type RunSettings, settingsOf } from './fast-check.js'
import type { Runner } from './runner.js'
import { atlasOf } from './stories/atlas.js'
import type { Story } from './stories/story.js'

export interface LifecycleSuite extends Runner, RunSettings {
  /** The caller's fast-check, 4.x. */
  readonly fc: FastCheck
  /** A new conversation in the hands of what is examined; by default the library's own decider. */
  readonly subject?: () => Subject
  /** Under which the stories are told; the default policy. */
  readonly policy?: Policy
  /** Shares of the policy's states and edges that must be met; all states, and 92 % of edges. */
  readonly floors?: Partial<Floors>
  /** Instead of the kit's own stories. They must be told under `policy`, for coverage is counted against it. */
  readonly stories?: Arbitrary<Story>
  /** How many stories; by default as many as the floors take: 293 under the default policy. */
  readonly numRuns?: number
}

/** What the kit's stories were measured to reach with ease; see docs/guides/test-your-backend.md. */
export const defaultFloors: Floors = { states: 1, edges: 0.92 }

// The further an end is, the longer the walks that lead there.
const attemptsFor = ({ redirections, warnings }: Policy): number => 80 + 20 * (redirections + warnings)

/**
 * How many stories the default floors take.
 * Measured over twelve seeds: at fifteen edges to a story 93.7 to 95.2 % of the default policy's edges are met.
 */
export function runsFor(policy: Policy): number {
  const atlas = atlasOf(policy)
  const edges = atlas.states.reduce((sum, state) => sum + atlas.lettersAt(state).length, 0)
  return Math.max(100, Math.ceil(edges / 15))
}

/** All stories examined once; a law that failed is then shown again by fast-check, which shrinks the case. */
class Findings {
  readonly coverage = new Coverage()
  /** The number of the first story that broke a law, by law. */
  private readonly broken = new Map<string, number>()
  private seed = 0
  private examined: Promise<void> | undefined

  constructor(
    private readonly suite: LifecycleSuite,
    private readonly policy: Policy,
    private readonly stories: Arbitrary<Story>,
  ) {}

  /** Examines all stories, the first time it is asked. */
  async ready(): Promise<void> {
    this.examined ??= this.examineAll()
    await this.examined
  }

  /** Throws if a story broke the law: the law, where, and fast-check's account of the smallest story that does. */
  async expectKept({ id, law }: SuiteLaw): Promise<void> {
    await this.ready()
    const first = this.broken.get(id)
    if (first === undefined) return
    const { fc, path = String(first) } = this.suite
    let where = ''
    const kept = fc.asyncProperty(this.stories, async (story) => {
      const broken = (await examine(story, this.subject())).get(id)
      where = broken ?? where
      return broken === undefined
    })
    const run = await fc.check(kept, { ...this.settings, seed: this.seed, path })
    if (!run.failed) throw new Error(`${id} was broken by story ${first} and not when it was told again: ${law}`)
    throw new Error(`${id} is broken: ${law}\n${where}\n\n${await fc.asyncDefaultReportMessage(run)}`)
  }

  private get settings(): RunSettings {
    return settingsOf({ ...this.suite, numRuns: this.suite.numRuns ?? runsFor(this.policy) })
  }

  private subject(): Subject {
    return (this.suite.subject ?? deciderSubject)()
  }

  private async examineAll(): Promise<void> {
    const { fc } = this.suite
    let told = 0
    const examined = fc.asyncProperty(this.stories, async (story) => {
      for (const id of (await examine(story, this.subject(), this.coverage)).keys()) {
        if (!this.broken.has(id)) this.broken.set(id, told)
      }
      told += 1
    })
    const run = await fc.check(examined, this.settings)
    if (run.failed) throw run.errorInstance ?? new Error('the stories could not be told')
    this.seed = run.seed
  }
}

function registerCoverage({ test, path, floors }: LifecycleSuite, findings: Findings): void {
  if (path !== undefined) {
    test('One path is replayed: coverage is not held to its floors.', () => {})
    return
  }
  const floor = { ...defaultFloors, ...floors }
  test(`Stories come to ${100 * floor.states} % of states and ${100 * floor.edges} % of edges.`, async () => {
    await findings.ready()
    const shortfall = findings.coverage.shortfall(floor)
    if (shortfall !== undefined) throw new Error(shortfall)
  })
}

/**
 * Registers one test for each law (SPEC §5, the machine's duties, and what must hold of whole conversations) and one
 * for coverage. A broken law fails with the shortest story found, with its seed and path.
 * Throws at once if the policy is out of bounds.
 * @example
 * lifecycleSuite({ test, fc })
 * lifecycleSuite({ test, fc, subject: () => deciderSubject({ decide: myDecide }) })
 */
export function lifecycleSuite(suite: LifecycleSuite): void {
  const { test, fc, policy = defaultPolicy } = suite
  const fault = policyFault(policy)
  if (fault !== undefined) throw new Error(`invalid-policy: ${fault}`)
  const stories = suite.stories ?? arbitraries(fc).conversations({ policy, attemptsMax: attemptsFor(policy) })
  const findings = new Findings(suite, policy, stories)
  for (const law of suiteLaws) test(`${law.id}: ${law.law}`, () => findings.expectKept(law))
  registerCoverage(suite, findings)
}
