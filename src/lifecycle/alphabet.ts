/**
 * The alphabet: the finitely many letters into which every log event falls, as far as the statechart can tell them
 * apart. Finite letters and bounded counters make the machine finite, hence provable and fast.
 * A test holds that any two events of one letter are one to the machine.
 */
import type { ActorKind, Ground, Harm, LifecycleEvent, Purpose, RiskKind } from '#machines/events.js'
import type { ThreadEvent } from '#machines/guards.js'

/** One letter: its name, as tables and charts print it, and an event that stands for all its events. */
export interface Letter {
  readonly name: string
  readonly event: ThreadEvent
}

const purposes: readonly Purpose[] = ['reply', 'redirection', 'warning', 'support', 'confirmation']
const grounds: readonly Ground[] = ['persistent-harm', 'user-request']
const actorKinds: readonly ActorKind[] = ['user', 'assistant', 'assessor', 'operator', 'system']
const findings: readonly { name: string; harm: Harm; risk: RiskKind | null }[] = [
  { name: 'none', harm: 'none', risk: null },
  { name: 'harmful', harm: 'harmful', risk: null },
  { name: 'risk', harm: 'none', risk: 'crisis' },
]

/** Events of which the machine reads the type alone: one letter each. */
type PlainType = { [E in ThreadEvent as keyof E extends 'type' ? E['type'] : never]: true }

const plain = (type: keyof PlainType): Letter => ({ name: type, event: { type } })

const assessed = (latest: boolean): Letter[] =>
  findings.map(({ name, harm, risk }) => ({
    name: `message.assessed(${name}${latest ? '' : ', not latest'})`,
    event: { type: 'message.assessed', data: { harm, risk }, latest },
  }))

const sent = purposes.map(
  (purpose): Letter => ({ name: `message.sent(${purpose})`, event: { type: 'message.sent', data: { purpose } } }),
)
const cleared = actorKinds.map(
  (kind): Letter => ({ name: `risk.cleared(${kind})`, event: { type: 'risk.cleared', actor: { kind } } }),
)
const ended = grounds.map(
  (ground): Letter => ({ name: `thread.ended(${ground})`, event: { type: 'thread.ended', data: { ground } } }),
)

/** Every letter; a letter is its index here. The order is free: nothing stored depends on it. */
export const letters: readonly Letter[] = [
  plain('message.received'),
  ...assessed(true),
  ...assessed(false),
  plain('assessment.failed'),
  ...sent,
  plain('risk.flagged'),
  ...cleared,
  plain('end.requested'),
  plain('end.confirmed'),
  plain('end.withdrawn'),
  plain('end.proposed'),
  plain('end.declined'),
  ...ended,
  { name: 'thread.forked(edit)', event: { type: 'thread.forked', data: { edit: {} } } },
  { name: 'thread.forked(retry)', event: { type: 'thread.forked', data: {} } },
  plain('feedback.given'),
  plain('welfare.noted'),
  plain('content.erased'),
]

const indexOf = new Map(letters.map(({ name }, index) => [name, index]))

/** The letter of this name. Throws on a name that is not in the alphabet: then we are wrong. */
export function letterNamed(name: string): number {
  const letter = indexOf.get(name)
  if (letter === undefined) throw new Error(`no letter is named ${name}`)
  return letter
}

const received = letterNamed('message.received')
const assessedLatest = letterNamed('message.assessed(none)')
const assessedEarlier = letterNamed('message.assessed(none, not latest)')
const sentFirst = letterNamed('message.sent(reply)')
const clearedFirst = letterNamed('risk.cleared(user)')
const endedFirst = letterNamed('thread.ended(persistent-harm)')
const forkedEdit = letterNamed('thread.forked(edit)')

/** An event that a thread can meet: all but the one that opens the conversation. */
export type ThreadLifeEvent = Exclude<LifecycleEvent, { type: 'conversation.opened' }>

/**
 * The letter of an event.
 * @param latest for `message.assessed`: whether the message is the latest user message of its thread.
 */
export function letterOf(event: ThreadLifeEvent, latest: boolean): number {
  switch (event.type) {
    case 'message.received':
      return received
    case 'message.assessed': {
      const { risk, harm } = event.data
      return (latest ? assessedLatest : assessedEarlier) + (risk !== null ? 2 : harm === 'harmful' ? 1 : 0)
    }
    case 'message.sent':
      return sentFirst + purposes.indexOf(event.data.purpose)
    case 'risk.cleared':
      return clearedFirst + actorKinds.indexOf(event.actor.kind)
    case 'thread.ended':
      return endedFirst + grounds.indexOf(event.data.ground)
    case 'thread.forked':
      return event.data.edit ? forkedEdit : forkedEdit + 1
    default:
      return letterNamed(event.type satisfies keyof PlainType)
  }
}
