/** Threads at the moments at which a model is asked: new, with an end open, with the user asked to confirm, at risk. */
import type { RecordedEvent } from '../../../src/log/recorded-event.js'
import { orThrow } from '../../../src/or-throw.js'
import { here, openDoor, opened } from '../../conversations/door.js'

export { here }

/** A policy under which an end is soon open. */
const brief = { redirections: 1, warnings: 1 }

export async function newThread() {
  const door = await opened(openDoor(), brief)
  orThrow(await door.conversations.receive({ ...here, content: 'hello' }))
  return door
}

export async function atRisk() {
  const door = await newThread()
  orThrow(await door.conversations.receive({ ...here, content: 'a crisis' }))
  return door
}

/** Every redirection failed, and the warning was ignored. */
export async function atLastResort(policy: object = {}) {
  const door = await opened(openDoor(), { ...brief, ...policy })
  const { conversations } = door
  orThrow(await conversations.receive({ ...here, content: 'harm' }))
  orThrow(await conversations.send({ ...here, content: 'no', purpose: 'redirection' }))
  orThrow(await conversations.receive({ ...here, content: 'harm' }))
  const warning = { behavior: 'this', alternative: 'that' }
  orThrow(await conversations.send({ ...here, content: 'stop', purpose: 'warning', warning }))
  orThrow(await conversations.receive({ ...here, content: 'harm' }))
  return door
}

/** The user asked to end, and was asked to confirm. */
export async function askedToConfirm() {
  const door = await newThread()
  orThrow(await door.conversations.requestEnd(here))
  orThrow(await door.conversations.send({ ...here, content: 'sure?', purpose: 'confirmation' }))
  return door
}

export const typesOf = (events: readonly RecordedEvent[]): readonly string[] => events.map(({ type }) => type)
