/**
 * A conversation from its stored log, from the start or from a snapshot. What a store of ours accepted is folded
 * without being judged again; where the fold fails, the log is gone over event by event to say which one is wrong.
 */
import { type Either, isLeft, left, right } from 'fp-ts/lib/Either.js'
import { Folding } from '../conversation/fold.js'
import type { Conversation } from '../conversation/state.js'
import { Acceptor } from './acceptor.js'
import { decode } from './codec.js'
import { type StoreError, storeError } from './errors.js'
import { type EventStore, eventsPerReadMax, type StoredEvent } from './event-store.js'
import { chainStart } from './hash-chain.js'
import type { RecordedEvent } from './recorded-event.js'

/** A conversation and the end of its hash chain, from which the next event goes on. */
export interface Stream {
  readonly conversation: Conversation | null
  /** The hash of its last event; `chainStart` before the first. */
  readonly lastHash: string
}

/** All that reading a stream asks of a store. */
export type Readable = Pick<EventStore, 'read'>

export const emptyStream: Stream = { conversation: null, lastHash: chainStart }

/** How many events are read at once while rebuilding; two such pages are what a rebuild takes beside its result. */
const eventsPerPage = Math.min(4_096, eventsPerReadMax)

/**
 * The pages of a stored stream, in order, each as it was read; ends after the first error. The next is asked for before one
 * is given, so that a store across a network works while its caller does; two are held at most.
 */
export async function* pagesOf(
  store: Readable,
  range: { readonly conversationId: string; readonly fromVersion?: number; readonly toVersion?: number },
): AsyncGenerator<Either<StoreError, readonly StoredEvent[]>> {
  const read = (fromVersion: number) => store.read({ ...range, fromVersion, limit: eventsPerPage })
  let fromVersion = range.fromVersion ?? 1
  for (let asked = read(fromVersion); ; ) {
    const page = await asked
    const isLast = isLeft(page) || page.right.length < eventsPerPage
    if (!isLast) {
      fromVersion += eventsPerPage
      asked = read(fromVersion)
    }
    yield page
    if (isLast) return
  }
}

/** What these stored events record; the first that cannot be read is the answer. */
export function decodePage(page: readonly StoredEvent[]): Either<StoreError, readonly RecordedEvent[]> {
  const events: RecordedEvent[] = []
  for (const stored of page) {
    const event = decode(stored)
    if (isLeft(event)) return event
    events.push(event.right)
  }
  return right(events)
}

function notAccepted(conversationId: string, version: number, why: string): Either<StoreError, never> {
  const where = `conversation ${JSON.stringify(conversationId)}, version ${version}`
  return left(storeError('corrupt-event', `${where}: ${why}`, { conversationId, version }))
}

/** Which event of a log that would not fold is not acceptable; `null` if all are. */
async function diagnose(store: Readable, conversationId: string): Promise<Either<StoreError, null>> {
  const acceptor = new Acceptor()
  for await (const page of pagesOf(store, { conversationId })) {
    const events = isLeft(page) ? page : decodePage(page.right)
    if (isLeft(events)) return events
    for (const event of events.right) {
      const accepted = acceptor.acceptRead(event)
      if (isLeft(accepted)) return notAccepted(conversationId, event.version, accepted.left.code)
    }
  }
  return right(null)
}

function add(folding: Folding, event: RecordedEvent): unknown {
  if (event.version !== (folding.state?.version ?? 0) + 1) return new Error('an event is missing, or out of place')
  try {
    folding.add(event)
    return undefined
  } catch (thrown) {
    return thrown
  }
}

function addAll(folding: Folding, events: readonly RecordedEvent[], onEvent: RebuildRange['onEvent']): unknown {
  for (const event of events) {
    const thrown = add(folding, event)
    if (thrown) return thrown
    onEvent?.(event, folding.state as Conversation)
  }
  return undefined
}

interface RebuildRange {
  readonly conversationId: string
  /** Default: the last. */
  readonly toVersion?: number
  /** What is known already, to go on from. */
  readonly from?: Stream
  /**
   * What a snapshot says, to go on from if it is of this log: its last event is read again, with those that follow, and
   * must have the hash that the snapshot names.
   */
  readonly snapshot?: Stream
  /** Hears of a snapshot that is not of this log, with the code `corrupt-event`; the log is then gone through whole. */
  readonly onWrongSnapshot?: (error: StoreError) => void
  /**
   * Hears each event that is folded, with the conversation just after it, which is to be read and not kept. Where what was
   * known proves to be wrong it hears all events anew. What it throws is thrown.
   */
  readonly onEvent?: (event: RecordedEvent, conversation: Conversation) => void
}

const wrongSnapshot = ({ conversationId }: RebuildRange, { version }: Conversation): StoreError => {
  const where = `conversation ${JSON.stringify(conversationId)}, version ${version}`
  return storeError('corrupt-event', `${where}: the snapshot is not of this log`, { conversationId, version })
}

/** The events after a snapshot, of a page that begins with its last one; `undefined` if that is not its last one. */
function afterSnapshot(page: readonly StoredEvent[], snapshot: Stream): readonly StoredEvent[] | undefined {
  const [last, ...following] = page
  const isSame = last?.version === snapshot.conversation?.version && last?.hash === snapshot.lastHash
  return isSame ? following : undefined
}

/**
 * The conversation at a version.
 * @returns frozen state; `conversation` is `null` if the store has no such conversation. Errors: the store's own;
 * `corrupt-event` or `unknown-event`, naming conversation and version.
 */
export async function rebuild(store: Readable, range: RebuildRange): Promise<Either<StoreError, Stream>> {
  const { conversationId, snapshot, from = snapshot ?? emptyStream } = range
  const anew = (): Promise<Either<StoreError, Stream>> => {
    if (snapshot?.conversation) range.onWrongSnapshot?.(wrongSnapshot(range, snapshot.conversation))
    const { from: _, snapshot: __, ...whole } = range
    return rebuild(store, whole)
  }
  // What a snapshot gave is not frozen yet, and what was known is.
  let folding = snapshot && new Folding(from.conversation)
  const known = from.conversation?.version ?? 0
  const bounds = { conversationId, ...(range.toVersion !== undefined && { toVersion: range.toVersion }) }
  let unproved = snapshot
  let { lastHash } = from
  for await (const page of pagesOf(store, { ...bounds, fromVersion: snapshot ? known : known + 1 })) {
    if (isLeft(page)) return page
    const following = unproved ? afterSnapshot(page.right, unproved) : page.right
    if (!following) return anew()
    unproved = undefined
    const events = decodePage(following)
    if (isLeft(events)) return events
    if (events.right.length === 0) break
    folding ??= new Folding(from.conversation)
    const thrown = addAll(folding, events.right, range.onEvent)
    if (thrown) {
      const diagnosed = await diagnose(store, conversationId)
      if (isLeft(diagnosed)) return diagnosed
      // The log is fine, so what was known already was not; without it, the fault is ours.
      if (!range.from && !snapshot) throw thrown
      return anew()
    }
    lastHash = events.right.at(-1)?.hash ?? lastHash
  }
  // Mostly nothing is new, and what is known is the answer.
  return right(folding ? { conversation: folding.finish(), lastHash } : from)
}
