/**
 * What the log itself shows of one thread's own line, its inherited part included, as signs in their order. Read off
 * the events alone, so that laws about logs do not lean on the machine they are to judge.
 */
import type { EventOf, LifecycleEvent } from '../../machines/events.js'

export type Sign =
  | 'redirection'
  | 'warning'
  | 'confirmation'
  | 'harm'
  | 'calm'
  | 'risk'
  | 'risk-over'
  | 'end.requested'
  | 'end.confirmed'
  | 'end.withdrawn'
  | 'edit'
  | 'user-message'
  | 'other-message'
  | 'nothing'

/** One event as it bears on the line: what it means there, and the message it adds or speaks for. */
export interface LineStep {
  readonly sign: Sign
  readonly adds?: string
  readonly assesses?: string
}

type Fork = EventOf<'thread.forked'>

const raisesRisk = (event: LifecycleEvent) =>
  event.type === 'risk.flagged' || (event.type === 'message.assessed' && event.data.risk !== null)

/** Whether the person is flagged at risk after these events. */
export const isFlaggedAfter = (log: readonly LifecycleEvent[]): boolean => {
  const last = log.findLast((event) => raisesRisk(event) || event.type === 'risk.cleared')
  return last !== undefined && raisesRisk(last)
}

const purposes = { redirection: 'redirection', warning: 'warning', confirmation: 'confirmation' } as const

function signOfSent({ data }: EventOf<'message.sent'>): Sign {
  return data.purpose in purposes ? purposes[data.purpose as keyof typeof purposes] : 'other-message'
}

function ownStep(event: LifecycleEvent): LineStep {
  switch (event.type) {
    case 'message.received':
      return { sign: 'user-message', adds: event.data.messageId }
    case 'message.sent':
      return { sign: signOfSent(event), adds: event.data.messageId }
    case 'message.assessed': {
      const { harm, risk, messageId } = event.data
      return { sign: risk !== null ? 'risk' : harm === 'harmful' ? 'harm' : 'calm', assesses: messageId }
    }
    case 'end.requested':
    case 'end.confirmed':
    case 'end.withdrawn':
      return { sign: event.type }
    default:
      return { sign: 'nothing' }
  }
}

/** What an event means on a line; `undefined` if it is about another line. Risk reaches them all. */
function stepOf(event: LifecycleEvent, threadId: string): LineStep | undefined {
  if (event.type === 'risk.flagged') return { sign: 'risk' }
  if (event.type === 'risk.cleared') return { sign: 'risk-over' }
  if (event.type === 'thread.forked' || event.type === 'content.erased') return undefined
  if (event.data.threadId === threadId) return ownStep(event)
  return raisesRisk(event) ? { sign: 'risk' } : undefined
}

const isFlaggedOn = (steps: readonly LineStep[]) =>
  steps.findLast(({ sign }) => sign === 'risk' || sign === 'risk-over')?.sign === 'risk'

/** What a new line inherits: its parent's before the cut, the conversation's risk of now, and the edit. */
function inherited(log: readonly LifecycleEvent[], born: number, { data }: Fork): readonly LineStep[] {
  const parent = lineOf(log.slice(0, born), data.from.threadId)
  const before = parent.slice(
    0,
    parent.findIndex(({ adds }) => adds === data.from.messageId),
  )
  const isFlagged = isFlaggedAfter(log.slice(0, born))
  const risk: LineStep[] = isFlagged === isFlaggedOn(before) ? [] : [{ sign: isFlagged ? 'risk' : 'risk-over' }]
  return [...before, ...risk, ...(data.edit ? [{ sign: 'edit' as const, adds: data.edit.messageId }] : [])]
}

/** The line of a thread after these events, which must be a log that was accepted. */
export function lineOf(log: readonly LifecycleEvent[], threadId: string): readonly LineStep[] {
  const born = log.findIndex((event) => event.type === 'thread.forked' && event.data.threadId === threadId)
  const fork = log[born]
  const start = fork?.type === 'thread.forked' ? inherited(log, born, fork) : []
  return [...start, ...log.slice(born + 1).flatMap((event) => stepOf(event, threadId) ?? [])]
}

/** The signs after the last of those that undo what went before. */
export function signsSince(steps: readonly LineStep[], undoing: readonly Sign[]): readonly Sign[] {
  const signs = steps.map(({ sign }) => sign)
  return signs.slice(signs.findLastIndex((sign) => undoing.includes(sign)) + 1)
}

/** Whether the pattern's signs come in this order, whatever stands between. */
export function comeInOrder(signs: readonly Sign[], pattern: readonly Sign[]): boolean {
  let met = 0
  for (const sign of signs) if (sign === pattern[met]) met += 1
  return met === pattern.length
}
