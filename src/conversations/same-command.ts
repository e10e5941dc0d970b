/**
 * Is this the command that was carried out before under its id? What the door makes up itself (ids, the policy in force)
 * may differ the second time; what the caller said may not.
 */
import canonicalize from 'canonicalize'
import type { EventType, LifecycleEvent } from '#machines/events.js'
import { type Command, orders } from '../conversation/commands.js'
import { eventOf } from '../conversation/decide.js'

const madeUp: { readonly [T in EventType]?: readonly string[] } = {
  'conversation.opened': ['threadId', 'policy', 'machine'],
  'message.received': ['messageId'],
  'message.sent': ['messageId'],
  'thread.forked': ['threadId'],
}

/** What the caller said in an event; content that has been erased since is not held against anyone. */
function saidIn({ type, data }: LifecycleEvent, isContentKnown: boolean): string {
  const { edit, ...said } = data as { readonly [field: string]: unknown; readonly edit?: { readonly content: unknown } }
  const left = [...(madeUp[type] ?? []), ...(isContentKnown ? [] : ['content'])]
  const fields = Object.entries(edit ? { ...said, content: edit.content } : said)
  return canonicalize(Object.fromEntries(fields.filter(([name]) => !left.includes(name)))) as string
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
