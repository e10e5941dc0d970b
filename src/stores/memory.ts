/**
 * The reference to read first: the port in one page, over arrays and maps. Node runs one step at a time, so what happens
 * between two awaits is atomic and the compare-and-set is a plain `if`. It must never be kinder than a store on disk: it
 * copies what it takes and what it gives, so that nobody holds a reference into the log.
 */
import { type Either, left, right } from 'fp-ts/lib/Either.js'
import { answerWithoutWriting, compareIds, invalidAppend, invalidSnapshot, pageSize } from '../log/append-check.js'
import { type StoreError, storeError } from '../log/errors.js'
import type { Appended, AppendRequest, EventStore, Health, StoredEvent, StoredSnapshot } from '../log/event-store.js'
import { Listeners } from '../log/listeners.js'
import { memoryRegisters } from './memory/memory-registers.js'
import { MemoryViews, portOf } from './memory/memory-views.js'

// Ours to change, and only by erasing; what callers get are copies.
type Entry = { -readonly [K in keyof StoredEvent]: StoredEvent[K] }

interface Stream {
  /** The event of version n at n - 1. */
  readonly entries: Entry[]
  readonly byId: Map<string, Entry>
  snapshot: StoredSnapshot | null
  /** No snapshot of a version below this is kept: it would bring erased content back. */
  snapshotVersionMin: number
}

const newStream = (): Stream => ({ entries: [], byId: new Map(), snapshot: null, snapshotVersionMin: 0 })

function copyOf({ conversationId, version, eventId, record, hash, content, salt }: StoredEvent): Entry {
  return { conversationId, version, eventId, record, hash, content, salt }
}

function eraseIn(stream: Stream, versions: readonly number[]): void {
  for (const version of versions) {
    const entry = stream.entries[version - 1]
    if (entry) Object.assign(entry, { content: null, salt: null })
  }
  stream.snapshot = null
  stream.snapshotVersionMin = stream.entries.length
}

class MemoryStore implements EventStore {
  // A map, for ids are anybody's strings, `__proto__` included.
  private readonly streams = new Map<string, Stream>()
  // The event at position n at n - 1: all conversations' events in the order of their appending.
  private readonly all: Entry[] = []
  private readonly listeners = new Listeners()
  private readonly rows = new MemoryViews()
  private closed = false
  readonly views = portOf(this.rows, (work) => this.unlessClosed(work))

  readonly listen = this.listeners.listen
  readonly registers = memoryRegisters((work) => this.unlessClosed(work))

  append = this.unlessClosed((request: AppendRequest): Either<StoreError, Appended> => {
    const invalid = invalidAppend(request)
    if (invalid) return left(invalid)
    const stream = this.streams.get(request.conversationId) ?? newStream()
    const known = { actualVersion: stream.entries.length, find: (id: string) => stream.byId.get(id) }
    const answered = answerWithoutWriting(request, known)
    if (answered) return answered
    const { rows = [] } = request
    const missing = this.rows.missing(rows)
    if (missing) return left(missing)
    this.rows.place(rows)
    this.streams.set(request.conversationId, stream)
    for (const entry of request.events.map(copyOf)) {
      this.all.push(entry)
      stream.entries.push(entry)
      stream.byId.set(entry.eventId, entry)
    }
    this.listeners.tell()
    return right({ version: stream.entries.length })
  })

  read: EventStore['read'] = this.unlessClosed(({ conversationId, fromVersion = 1, toVersion = Infinity, limit }) => {
    const entries = this.streams.get(conversationId)?.entries ?? []
    const range = entries.slice(Math.max(fromVersion, 1) - 1, Math.max(toVersion, 0))
    return right(range.slice(0, pageSize(limit)).map(copyOf))
  })

  readAll: EventStore['readAll'] = this.unlessClosed(({ afterPosition, limit }) => {
    const first = Math.max(afterPosition, 0)
    const range = this.all.slice(first, first + pageSize(limit))
    return right(range.map((entry, index) => ({ ...entry, position: first + index + 1 })))
  })

  find: EventStore['find'] = this.unlessClosed(({ conversationId, eventId }) => {
    const found = this.streams.get(conversationId)?.byId.get(eventId)
    return right(found ? copyOf(found) : null)
  })

  list: EventStore['list'] = this.unlessClosed(({ afterId = '', limit }) => {
    const written = [...this.streams].filter(([id, { entries }]) => entries.length > 0 && compareIds(id, afterId) > 0)
    const page = written.sort(([a], [b]) => compareIds(a, b)).slice(0, pageSize(limit))
    return right(page.map(([conversationId, { entries }]) => ({ conversationId, version: entries.length })))
  })

  erase: EventStore['erase'] = this.unlessClosed(({ conversationId, versions }) => {
    const stream = this.streams.get(conversationId)
    return right(stream && eraseIn(stream, versions))
  })

  saveSnapshot = this.unlessClosed((snapshot: StoredSnapshot): Either<StoreError, void> => {
    const invalid = invalidSnapshot(snapshot)
    if (invalid) return left(invalid)
    const { conversationId, version, text } = snapshot
    const stream = this.streams.get(conversationId) ?? newStream()
    this.streams.set(conversationId, stream)
    const versionMin = Math.max(stream.snapshotVersionMin, stream.snapshot?.version ?? 0)
    if (version >= versionMin) stream.snapshot = { conversationId, version, text }
    return right(undefined)
  })

  loadSnapshot = this.unlessClosed((id: string) => right(this.streams.get(id)?.snapshot ?? null))

  health: EventStore['health'] = this.unlessClosed<void, Health>(() => right({ roundTripMs: 0, waiting: 0, about: {} }))

  async close(): Promise<void> {
    this.closed = true
    this.listeners.clear()
  }

  private unlessClosed<Q, A>(
    work: (request: Q) => Either<StoreError, A>,
  ): (request: Q) => Promise<Either<StoreError, A>> {
    return async (request) => (this.closed ? left(storeError('closed', 'the store was closed')) : work(request))
  }
}

/**
 * Opens an empty store that lives as long as the process.
 * @example
 * const conversations = createConversations({ store: openMemoryStore(), policy: defaultPolicy, assess })
 * @see Equinox, MemoryStore; Emmett, the in-memory event store
 */
export const openMemoryStore = (): EventStore => new MemoryStore()
