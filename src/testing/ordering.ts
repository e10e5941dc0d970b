/** From an event back to the command that orders it: the two vocabularies are one, so a test needs to know but one. */
import type { EventType, LifecycleEvent } from '#machines/events.js'
import { type Command, type CommandType, orders } from '../conversation/commands.js'

const ordersByEvent = new Map<EventType, CommandType>(
  (Object.keys(orders) as CommandType[]).map((type) => [orders[type].reports, type]),
)

/** The command that asks for this event, in the name of the same actor. */
export function commandFor({ type, actor, data }: LifecycleEvent): Command {
  return { type: ordersByEvent.get(type), actor, data } as Command
}
