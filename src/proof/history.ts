/**
 * What an observer remembers of a thread's line who hears its events and knows nothing of the machine: enough to hold
 * the invariants of SPEC §5 against what the machine does. Finite for each policy, so that a proof can carry it along.
 */
import type { Policy } from '#machines/events.js'
import type { ThreadEvent } from '#machines/guards.js'

export interface History {
  /** Redirections that failed since the person was last forgiven or flagged, at most `policy.redirections`. */
  readonly failed: number
  /** The last assessment found harm, and the message it spoke of was not edited since. */
  readonly harmed: boolean
  /** Harm was answered by a redirection, and not assessed since. */
  readonly tried: boolean
  /** Harmless assessments in a row, at most `policy.calmTurns`. */
  readonly calm: number
  /** Warnings since the last harmless assessment, each given when enough redirections had failed. */
  readonly warned: number
  /** Of those warnings, the ones that a harmful assessment followed. */
  readonly defied: number
  /** The user's wish to end: none, requested, asked to confirm, confirmed since their last message. */
  readonly wish: 'none' | 'requested' | 'asked' | 'confirmed'
  /** The assistant proposed to end, and the user has not written since. */
  readonly proposed: boolean
  /** User messages that were not spoken for: none, one, or more. */
  readonly unassessed: 0 | 1 | 2
  readonly flagged: boolean
  readonly ended: boolean
}

export const noHistory: History = Object.freeze({
  failed: 0,
  harmed: false,
  tried: false,
  calm: 0,
  warned: 0,
  defied: 0,
  wish: 'none',
  proposed: false,
  unassessed: 0,
  flagged: false,
  ended: false,
})

const one = 1
const more = (count: 0 | 1 | 2): 1 | 2 => (count === 0 ? one : 2)

// Risk wipes the slate: what was done before it counts no more.
const atRisk = (history: History): History => ({
  ...noHistory,
  unassessed: history.unassessed,
  flagged: true,
  ended: history.ended,
})

function afterHarm(history: History, policy: Policy): History {
  const failed = Math.min(history.failed + (history.tried ? 1 : 0), policy.redirections)
  const defied = Math.min(history.warned, policy.warnings)
  return { ...history, failed, harmed: true, tried: false, calm: 0, defied }
}

function afterCalm(history: History, policy: Policy): History {
  const calm = Math.min(history.calm + 1, policy.calmTurns)
  const failed = calm === policy.calmTurns ? 0 : history.failed
  return { ...history, calm, failed, harmed: false, tried: false, warned: 0, defied: 0 }
}

function afterAssessment(
  before: History,
  event: Extract<ThreadEvent, { type: 'message.assessed' }>,
  policy: Policy,
): History {
  // An earlier message was spoken for; the latest is still to be.
  const history: History = { ...before, unassessed: event.latest ? 0 : before.unassessed }
  if (event.data.risk !== null) return atRisk(history)
  if (history.flagged) return history
  return event.data.harm === 'harmful' ? afterHarm(history, policy) : afterCalm(history, policy)
}

function afterSending(
  history: History,
  event: Extract<ThreadEvent, { type: 'message.sent' }>,
  policy: Policy,
): History {
  switch (event.data.purpose) {
    case 'redirection':
      return { ...history, tried: history.harmed }
    case 'warning': {
      if (history.failed < policy.redirections) return history
      return { ...history, warned: Math.min(history.warned + 1, policy.warnings) }
    }
    case 'confirmation':
      return history.wish === 'requested' ? { ...history, wish: 'asked' } : history
    default:
      return history
  }
}

function afterMessage(history: History): History {
  const wish = history.wish === 'confirmed' ? 'asked' : history.wish
  return { ...history, unassessed: more(history.unassessed), wish, proposed: false }
}

/** What is remembered after an event that was accepted. */
export function remember(history: History, event: ThreadEvent, policy: Policy): History {
  switch (event.type) {
    case 'message.received':
      return afterMessage(history)
    case 'message.assessed':
      return afterAssessment(history, event, policy)
    case 'message.sent':
      return afterSending(history, event, policy)
    case 'risk.flagged':
      return history.ended ? { ...history, flagged: true } : atRisk(history)
    case 'risk.cleared':
      return { ...history, flagged: false }
    case 'end.requested':
      return history.wish === 'none' ? { ...history, wish: 'requested', proposed: false } : history
    case 'end.confirmed':
      return { ...history, wish: history.wish === 'asked' ? 'confirmed' : history.wish }
    case 'end.withdrawn':
      return { ...history, wish: 'none' }
    case 'end.proposed':
      return { ...history, proposed: true, wish: 'none' }
    case 'thread.ended':
      return { ...history, ended: true }
    case 'thread.forked': {
      if (event.data.edit === undefined) return history
      const forgotten = { harmed: false, tried: false, warned: 0, defied: 0, wish: 'none', proposed: false } as const
      return { ...history, ...forgotten, unassessed: more(history.unassessed) }
    }
    default:
      return history
  }
}

/** Whether an event can come at all after this history, whatever the machine says: only what is unassessed is assessed. */
export function canCome(history: History, event: ThreadEvent): boolean {
  if (event.type !== 'message.assessed') return true
  return event.latest ? history.unassessed > 0 : history.unassessed > 1
}
