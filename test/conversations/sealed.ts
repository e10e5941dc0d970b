/** A door with keys, and what it is asked to seal. */
import { right } from 'fp-ts/lib/Either.js'
import type { Content } from '../../machines/events.js'
import type { ConversationsOptions } from '../../src/conversations/options.js'
import type { ContentKey } from '../../src/conversations/sealing.js'
import { Audit } from '../../src/log/audit.js'
import type { EventStore, StoredEvent } from '../../src/log/event-store.js'
import { orThrow } from '../../src/or-throw.js'
import { contentsOf } from '../log/moving.js'
import { type Door, here, openDoor } from './door.js'
import { interposed } from './interposed-store.js'

export const c1 = { conversationId: here.conversationId }
export const keyOfBytes = (byte: number) => new Uint8Array(32).fill(byte)

/** Keys by owner, to be shredded, changed or out of reach. */
export class Keys {
  readonly kept = new Map<string | null, ContentKey | null>([
    ['ada', keyOfBytes(1)],
    ['bob', keyOfBytes(2)],
    [null, keyOfBytes(3)],
  ])
  readonly asked: (string | null)[] = []
  isOut = false

  readonly encryption = {
    keyOf: async (owner: string | null): Promise<ContentKey | null> => {
      this.asked.push(owner)
      if (this.isOut) throw new Error('no answer')
      return this.kept.get(owner) ?? null
    },
  }
}

type Options = Partial<ConversationsOptions>
export const sealedDoor = (keys: Keys, options: Options = {}, name?: string): Door =>
  openDoor({ encryption: keys.encryption, ...options }, name)

export const blocks: Content = [{ type: 'text', text: 'secret “blocks” \u0000 \ud83d\ude00' }]

/** Every kind of content that there is. */
export async function talked(door: Door, where = here, owner: string | null = 'ada'): Promise<Door> {
  const { conversations } = door
  orThrow(await conversations.open({ ...where, ...(owner !== null && { owner }) }))
  orThrow(await conversations.receive({ ...where, messageId: 'u1', content: 'secret one', commandId: 'first' }))
  orThrow(await conversations.send({ ...where, messageId: 'a1', content: blocks }))
  const edit = { messageId: 'u2', content: '' }
  orThrow(await conversations.fork({ ...where, messageId: 'u1', newThreadId: 'b', edit }))
  return door
}

export const contentsIn = async ({ conversations }: Door, threadId = 'main') =>
  orThrow(await conversations.thread({ ...here, threadId })).messages.map(({ content }) => content)

export const everythingIn = async (store: EventStore) =>
  JSON.stringify([await contentsOf(store), orThrow(await store.loadSnapshot('c1'))])

export async function findings(store: EventStore): Promise<readonly string[]> {
  const found: string[] = []
  for await (const { code } of new Audit(store).findings()) found.push(code)
  return found
}

/** The store, one conversation's events coming out of it changed. */
export const changing = (
  store: EventStore,
  change: (events: readonly StoredEvent[]) => readonly StoredEvent[],
): EventStore =>
  interposed(store, {
    read: (read) => async (range) => {
      const page = await read(range)
      return page._tag === 'Left' ? page : right(change(page.right))
    },
  })
