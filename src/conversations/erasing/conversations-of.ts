/** Whose conversations are whose, found by going through all of them: for stores without an index of owners. */
import { type Either, isLeft, right } from 'fp-ts/lib/Either.js'
import type { StoreError } from '../../log/errors.js'
import type { EventStore } from '../../log/event-store.js'
import { sideBySide } from '../../log/projection/side-by-side.js'
import { ownerIn } from '../sealing/owner-index.js'

/** The ids of an owner's conversations, each once; an error where one cannot be told, and then it may go on. */
export type ConversationsOf = (owner: string) => AsyncIterable<Either<StoreError, string>>

const conversationsPerPage = 256
/** First events that are read at once. */
const readersMax = 8

/**
 * Reads the first event of every conversation in the store, in order of id. One that is opened meanwhile is found if its
 * id comes later.
 */
export function conversationsIn(store: Pick<EventStore, 'list' | 'read'>): ConversationsOf {
  return async function* (owner) {
    let afterId: string | undefined
    for (;;) {
      const page = await store.list({ limit: conversationsPerPage, ...(afterId !== undefined && { afterId }) })
      if (isLeft(page)) {
        yield page
        return
      }
      const owners = await sideBySide(page.right, readersMax, ({ conversationId }) => ownerIn(store, conversationId))
      for (const [place, { conversationId }] of page.right.entries()) {
        const found = owners[place] as (typeof owners)[number]
        if (isLeft(found)) yield found
        else if (found.right === owner) yield right(conversationId)
      }
      afterId = page.right.at(-1)?.conversationId
      if (afterId === undefined) return
    }
  }
}
