/**
 * The invariants of SPEC §5, written once, as data: used to prove (`verify.ts`), to test, to audit stored logs, and as
 * assertions on the write path. Each looks at one step: what an observer remembers of the line before it, the thread's
 * state before and after, and what the machine answered. What needs the whole graph (I11, I13) is in `reachability.ts`;
 * what needs several threads (I9, I10) is proved of conversations.
 */
import type { Policy } from '#machines/events.js'
import type { ThreadEvent } from '#machines/guards.js'
import type { RefusalCode } from '../lifecycle/charted.js'
import type { ThreadState } from '../lifecycle/thread-state.js'
import type { History } from './history.js'

/** One event put to a thread. If it was refused, `after` is `before`. */
export interface Step {
  readonly policy: Policy
  readonly history: History
  readonly before: ThreadState
  readonly event: ThreadEvent
  readonly accepted: boolean
  /** Why it was refused; `null` if it was accepted. */
  readonly code: RefusalCode | null
  readonly after: ThreadState
  /** What the observer remembers after it. */
  readonly remembered: History
}

export interface Invariant {
  readonly id: string
  /** The law, as SPEC §5 says it, or as we sharpened it. */
  readonly law: string
  holds(step: Step): boolean
}

const ends = ({ before, after }: Step): boolean => before.lifecycle !== 'ended' && after.lifecycle === 'ended'
const groundOf = ({ event }: Step) => (event.type === 'thread.ended' ? event.data.ground : undefined)
const purposeOf = ({ event }: Step) => (event.type === 'message.sent' ? event.data.purpose : undefined)
const same = (a: ThreadState, b: ThreadState): boolean =>
  a.lifecycle === b.lifecycle &&
  a.risk === b.risk &&
  a.assessment === b.assessment &&
  a.closing === b.closing &&
  a.failures === b.failures &&
  a.ignored === b.ignored &&
  a.calm === b.calm

const afterTheEnd: readonly ThreadEvent['type'][] = [
  'risk.flagged',
  'risk.cleared',
  'end.declined',
  'feedback.given',
  'welfare.noted',
  'content.erased',
]
const raisesRisk = ({ event }: Step): boolean =>
  event.type === 'risk.flagged' || (event.type === 'message.assessed' && event.data.risk !== null)

export const invariants: readonly Invariant[] = [
  {
    id: 'I1',
    law: 'No thread enters ended while risk is flagged.',
    holds: (step) =>
      !ends(step) || (!step.history.flagged && step.before.risk === 'clear' && step.after.risk === 'clear'),
  },
  {
    id: 'I2',
    law: 'An end on persistent harm comes after R failed redirections, then W warnings each followed by harm, none harmless since.',
    holds: (step) => {
      if (!ends(step) || groundOf(step) !== 'persistent-harm') return true
      const { failed, warned, defied } = step.history
      return failed === step.policy.redirections && warned === step.policy.warnings && defied === step.policy.warnings
    },
  },
  {
    id: 'I3',
    law: "An end on the user's request comes after request, question and confirmation, with nothing withdrawn or said since.",
    holds: (step) => !ends(step) || groundOf(step) !== 'user-request' || step.history.wish === 'confirmed',
  },
  {
    id: 'I4',
    law: 'Ended absorbs: nothing but the allow-list is accepted, and nothing moves but risk.',
    holds: ({ before, event, accepted, after }) => {
      if (before.lifecycle !== 'ended') return true
      if (!accepted) return event.type === 'risk.cleared' || !afterTheEnd.includes(event.type)
      return afterTheEnd.includes(event.type) && same({ ...after, risk: before.risk }, before)
    },
  },
  {
    id: 'I5',
    law: 'No warning is accepted while risk is flagged, or before R redirections have failed.',
    holds: (step) =>
      !(step.accepted && purposeOf(step) === 'warning') ||
      (!step.history.flagged && step.history.failed === step.policy.redirections),
  },
  {
    id: 'I6',
    law: 'Flagged and not ended implies engaging or forked, nothing closing, and a clean slate.',
    holds: ({ after }) =>
      after.risk === 'clear' ||
      after.lifecycle === 'ended' ||
      (['engaging', 'forked'].includes(after.lifecycle) &&
        after.closing === 'none' &&
        after.failures + after.ignored + after.calm === 0),
  },
  {
    id: 'I7',
    law: 'No thread enters ended with an unassessed user message.',
    holds: (step) => !ends(step) || step.history.unassessed === 0,
  },
  {
    id: 'I8',
    law: 'A fork is never born ended; with an edit it is forked, pending, with nothing ignored or closing, and the risk of its cut.',
    holds: ({ before, event, accepted, after }) => {
      if (event.type !== 'thread.forked' || before.lifecycle === 'ended') return true
      if (event.data.edit === undefined) return accepted && same(before, after)
      const born = { ...before, lifecycle: 'forked', assessment: 'pending', closing: 'none', ignored: 0 } as const
      return accepted && same(after, born)
    },
  },
  {
    id: 'I12',
    law: 'In every state that is not ended the user may send a message, and have it assessed.',
    holds: ({ before, event, accepted, after }) => {
      if (before.lifecycle === 'ended') return true
      if (event.type === 'message.received') return accepted && after.assessment === 'pending'
      if (event.type !== 'message.assessed') return true
      return accepted && after.assessment === (event.latest ? 'current' : before.assessment)
    },
  },
  {
    id: 'I14',
    law: 'Risk is cleared only by whom the policy names, and raised by every sign of it.',
    holds: (step) => {
      const { before, event, accepted, after, policy } = step
      if (raisesRisk(step)) return after.risk === (accepted ? 'flagged' : before.risk)
      if (event.type !== 'risk.cleared') return after.risk === before.risk
      const mayClear = policy.riskClearedBy.some((kind) => kind === event.actor.kind)
      return after.risk === (mayClear ? 'clear' : before.risk) && accepted === (mayClear && before.risk === 'flagged')
    },
  },
]
