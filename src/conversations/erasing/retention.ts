/**
 * Which conversations are old enough to lose their content. It only looks: whoever asks decides, and erases by name, so
 * that what is said meanwhile is never touched. Erasures are nobody's activity: they make no conversation young.
 */
import { type Either, isLeft, right } from 'fp-ts/lib/Either.js'
import { type Conversation, riskOf } from '../../conversation/state.js'
import { decode } from '../../log/codec.js'
import { contentLedger } from '../../log/content-ledger.js'
import type { StoreError } from '../../log/errors.js'
import type { EventStore } from '../../log/event-store.js'
import { rebuild } from '../../log/rebuild.js'

/** All that retention asks of a store. */
export type Retained = Pick<EventStore, 'list' | 'read'>

/** A conversation that was last active before the given time and still has content. */
export interface OldConversation {
  readonly conversationId: string
  /** RFC 3339. */
  readonly lastActivityAt: string
  /** Messages that have content, or of which no erasure was recorded. */
  readonly messageIds: readonly string[]
  /** Whether its risk was flagged and not cleared. */
  readonly isAtRisk: boolean
}

const conversationsPerPage = 256

// A time that is none is no reason to erase.
const isBefore = (time: string, before: Date): boolean => Date.parse(time) < before.getTime()

/** Mostly the last event tells that a conversation is young, and nothing else of it is read. */
async function mayBeOld(
  store: Retained,
  { conversationId, version }: { readonly conversationId: string; readonly version: number },
  before: Date,
): Promise<Either<StoreError, boolean>> {
  const page = await store.read({ conversationId, fromVersion: version, limit: 1 })
  if (isLeft(page)) return page
  const [last] = page.right
  const event = last && decode(last)
  if (!event || isLeft(event)) return event ?? right(false)
  return right(event.right.type === 'content.erased' || isBefore(event.right.recordedAt, before))
}

async function lookAt(
  store: Retained,
  conversationId: string,
  before: Date,
): Promise<Either<StoreError, OldConversation | null>> {
  const ledger = await contentLedger(store, conversationId)
  if (isLeft(ledger)) return ledger
  const { lastActivityAt, entries } = ledger.right
  const messageIds = entries.filter(({ isHeld, isErased }) => isHeld || !isErased).map(({ messageId }) => messageId)
  if (messageIds.length === 0 || !isBefore(lastActivityAt, before)) return right(null)
  const stream = await rebuild(store, { conversationId })
  if (isLeft(stream)) return stream
  const isAtRisk = riskOf(stream.right.conversation as Conversation) === 'flagged'
  return right({ conversationId, lastActivityAt, messageIds, isAtRisk })
}

async function* listed(store: Retained) {
  let afterId: string | undefined
  for (;;) {
    const page = await store.list({ limit: conversationsPerPage, ...(afterId !== undefined && { afterId }) })
    if (isLeft(page)) {
      yield page
      return
    }
    for (const one of page.right) yield right(one)
    afterId = page.right.at(-1)?.conversationId
    if (afterId === undefined) return
  }
}

/**
 * Every conversation whose last activity was before the given time and that still has content, in order of id. An error
 * where one cannot be read; then it goes on with the next, but for a list that cannot be read.
 */
export async function* oldConversations(
  store: Retained,
  before: Date,
): AsyncGenerator<Either<StoreError, OldConversation>> {
  for await (const one of listed(store)) {
    const may = isLeft(one) ? one : await mayBeOld(store, one.right, before)
    const found = isLeft(one) || isLeft(may) || !may.right ? may : await lookAt(store, one.right.conversationId, before)
    if (isLeft(found)) yield found
    else if (found.right) yield right(found.right as OldConversation)
  }
}
