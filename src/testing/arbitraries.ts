/**
 * `arbitraries(fc)`: what fast-check needs to make policies, commands, logs and whole conversations. Values come from
 * the seed alone, shrink by leaving events out, and print as a story. fast-check is the caller's.
 */
import type { LifecycleEvent, Policy } from '#machines/events.js'
import type { Command } from '../conversation/commands.js'
import { policyBounds } from '../lifecycle/policy.js'
import type { RecordedEvent } from '../log/recorded-event.js'
import type { Arbitrary, FastCheck, Random } from './fast-check.js'
import { commandFor } from './ordering.js'
import { Author } from './stories/author.js'
import { Chance } from './stories/chance.js'
import { variedPolicies } from './stories/policies.js'
import { type BrokenLog, breakLog, recordLog } from './stories/recorded-logs.js'
import { shorterStories } from './stories/shrinking.js'
import { printed, Story } from './stories/story.js'
import { logWords } from './words.js'

export interface StoryConstraints {
  /**
   * One policy, or an arbitrary of them; by default eight that together turn every switch. Each new policy is explored
   * once in a process, which takes a tenth of a second, for the largest two: think twice before passing `policies()`.
   */
  readonly policy?: Policy | Arbitrary<Policy>
  /** About how many events are tried at most, accepted or not; 100. */
  readonly attemptsMax?: number
}

export interface LogConstraints extends StoryConstraints {
  /** Default `conversation-1`. */
  readonly conversationId?: string
}

/** What `arbitraries` answers. */
export interface Arbitraries {
  /** Any policy that SPEC §2 allows. */
  policies(): Arbitrary<Policy>
  /** Stories: what was tried on a conversation, event by event, forks included, and what the library answered. */
  conversations(constraints?: StoryConstraints): Arbitrary<Story>
  /** Commands in an order that mostly makes sense: of all types, most to be accepted, some with every kind of fault. */
  commands(constraints?: StoryConstraints): Arbitrary<readonly Command[]>
  /** Whole logs of one conversation, at least the opening, of which every event is accepted. */
  logs(constraints?: LogConstraints): Arbitrary<readonly RecordedEvent[]>
  /** Logs of which every event but the last is accepted, and the code with which that one must be refused. */
  brokenLogs(constraints?: LogConstraints): Arbitrary<BrokenLog>
}

/** Makes a value print itself in a counterexample; equality and JSON see nothing of it. */
function printing<T extends object>(value: T, words: () => string): T {
  return Object.defineProperty(value, printed, { value: words, enumerable: false })
}

const told = (events: readonly LifecycleEvent[], end: string = '') =>
  ['a log:', ...logWords(events), end].join('\n').trimEnd()

function storiesOf(fc: FastCheck, { policy, attemptsMax = 100 }: StoryConstraints): Arbitrary<Story> {
  const policies = policy instanceof fc.Arbitrary ? policy : fc.constantFrom(...(policy ? [policy] : variedPolicies))
  class Stories extends fc.Arbitrary<Story> {
    generate(random: Random) {
      const { value } = policies.generate(random, undefined)
      return new fc.Value(new Author(value, new Chance(random), attemptsMax).tell(), undefined)
    }
    canShrinkWithoutContext(value: unknown): value is Story {
      return value instanceof Story
    }
    shrink(story: Story) {
      return fc.stream(
        (function* () {
          for (const shorter of shorterStories(story, policy !== undefined)) yield new fc.Value(shorter, undefined)
        })(),
      )
    }
  }
  return new Stories()
}

/** Any policy within bounds. */
const policiesOf = (fc: FastCheck): Arbitrary<Policy> =>
  fc.record({
    redirections: fc.integer(policyBounds.redirections),
    warnings: fc.integer(policyBounds.warnings),
    calmTurns: fc.integer(policyBounds.calmTurns),
    handshake: fc.boolean(),
    userMayEnd: fc.boolean(),
    riskClearedBy: fc.constantFrom<Policy['riskClearedBy']>(['operator'], ['assessor'], ['operator', 'assessor']),
  })

/**
 * The arbitraries of this kit, made with the caller's fast-check (4.x).
 * @example
 * const { logs } = arbitraries(fc)
 * fc.assert(fc.property(logs(), (log) => log.every((event) => Either.isRight(parseEvent(event)))))
 */
export function arbitraries(fc: FastCheck): Arbitraries {
  const conversations = (constraints: StoryConstraints = {}) => storiesOf(fc, constraints)
  const isBegun = (story: Story) => story.log.length > 0
  return {
    policies: () => policiesOf(fc),
    conversations,
    commands: (constraints) =>
      conversations(constraints).map((story) =>
        printing(
          story.attempts.map(({ event }) => commandFor(event)),
          () => story.toString(),
        ),
      ),
    logs: ({ conversationId = 'conversation-1', ...constraints } = {}) =>
      conversations(constraints)
        .filter(isBegun)
        .map(({ log }) => printing([...recordLog(log, conversationId)], () => told(log))),
    brokenLogs: ({ conversationId = 'conversation-1', ...constraints } = {}) =>
      fc
        .tuple(conversations(constraints), fc.nat())
        .map(([story, lot]) => breakLog(story, lot, conversationId))
        .filter((broken) => broken !== undefined)
        .map((broken) => printing(broken, () => told(broken.events, `     the last is refused: ${broken.code}`))),
  }
}
