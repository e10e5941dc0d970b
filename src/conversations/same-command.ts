/**
 * Is this the command that was carried out before under its id? What the door makes up itself (ids, the policy in force)
 * may differ the second time; what the caller said may not.
 */
import canonicalize from 'canonicalize'
import type { LifecycleEvent } from '#machines/events.js'
import { type Command, orders } from '../conversation/commands.js'
import { eventOf } from '../conversation/decide.js'

const madeUp = new Set(['messageId', 'policy', 'machine'])
const madeUpAtBirth = new Set(['threadId', 'messageId', 'policy', 'machine'])
const isBirth = ({ type }: LifecycleEvent) => type === 'conversation.opened' || type === 'thread.forked'

type Said = { readonly [field: string]: unknown }

/** What the caller said in an event; content that has been erased since is not held against anyone. */
function saidIn(event: LifecycleEvent, isContentKnown: boolean): string {
  const left = isBirth(event) ? madeUpAtBirth : madeUp
  const { edit, ...said } = event.data as Said & { readonly edit?: Said }
  const fields = [...Object.entries(said), ...(edit ? [['content', edit.content]] : [])] as [string, unknown][]
  const kept = fields.filter(([name]) => !left.has(name) && (isContentKnown || name !== 'content'))
  return canonicalize(Object.fromEntries(kept)) as string
}

function isErased({ data }: LifecycleEvent): boolean {
  return ('content' in data && data.content === null) || ('edit' in data && data.edit?.content === null)
}

/** Whether an event can have come of this command: what it reports, or, for an end, that it was declined. */
export function isAnswerTo(command: Command, event: LifecycleEvent): boolean {
  const { actor } = eventOf(command)
  if (event.type === 'end.declined' && (command.type === 'endThread' || command.type === 'proposeEnd')) {
    return event.data.threadId === command.data.threadId && (event.data.by === 'user') === (actor.kind === 'user')
  }
  if (event.type !== orders[command.type].reports || event.actor.kind !== actor.kind) return false
  const isContentKnown = !isErased(event)
  return saidIn(event, isContentKnown) === saidIn(eventOf(command), isContentKnown)
}
