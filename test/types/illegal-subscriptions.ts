/** Subscriptions that must not compile: a group has a handler and an end, and a feed has neither. */
import type { Either } from 'fp-ts/lib/Either.js'
import type { Conversations } from '../../src/conversations.js'
import type { StoreError } from '../../src/log/errors.js'
import type { FedEvent } from '../../src/log/feed.js'

const handle = () => undefined
const { signal } = new AbortController()

export const legal = (conversations: Conversations) => {
  const feed: AsyncGenerator<FedEvent, void, undefined> = conversations.subscribe({ fromPosition: 3, signal })
  const group: Promise<Either<StoreError, void>> = conversations.subscribe({ group: 'g', handle, signal })
  return { feed, group, all: conversations.subscribe() }
}

export const illegal = (conversations: Conversations) => {
  // @ts-expect-error What a group does with an event is said.
  conversations.subscribe({ group: 'g', signal })
  // @ts-expect-error A group has an end, or its checkpoint would never be saved on purpose.
  conversations.subscribe({ group: 'g', handle })
  // @ts-expect-error A feed is read, and calls nobody.
  conversations.subscribe({ handle, signal })
  // @ts-expect-error A group hears all conversations.
  conversations.subscribe({ group: 'g', handle, signal, conversationId: 'c1' })
  // @ts-expect-error Nothing of a group can be asked without its name.
  conversations.parked({})
}
