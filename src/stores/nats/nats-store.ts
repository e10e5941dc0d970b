/**
 * The port over JetStream. It must never answer `appended` before a majority of the replicas has it, never let a driver's
 * exception out, and never understand a record.
 */
import { type Either, left, right } from 'fp-ts/lib/Either.js'
import { invalidAppend, invalidSnapshot, isStorableId, pageSize } from '../../log/append-check.js'
import { type StoreError, storeError } from '../../log/errors.js'
import type { Appended, AppendRequest, EventStore, Health, StoredEvent, StoredSnapshot } from '../../log/event-store.js'
import type { Gate } from '../../log/gate.js'
import { invalidRegister } from '../../log/register-check.js'
import type { Registers } from '../../log/registers.js'
import { Appender } from './appending.js'
import type { Batch } from './batch.js'
import type { Broker } from './broker.js'
import { ContentBucket } from './content-bucket.js'
import type { Contents } from './content-text.js'
import { Cursors } from './cursors.js'
import { Directory } from './directory.js'
import { Eraser } from './erasing.js'
import { failure, writeFailure } from './failure.js'
import { Feed } from './feed.js'
import { healthOf } from './health.js'
import { KnownConversations } from './known-conversations.js'
import { listenTo } from './listening.js'
import { LogReader } from './log-reader.js'
import { RegisterBucket } from './register-bucket.js'
import { Snapshots } from './snapshots.js'
import type { Names } from './subjects.js'

/** Of appends that are under way in one handle, in characters: what they hold of our memory and of the servers'. */
const charactersUnderWayMax = 64 * 1_048_576

export interface NatsStoreParts {
  readonly broker: Broker
  readonly names: Names
  readonly gate: Gate
  readonly indexedEventsMax: number
}

type Answer<A> = Promise<Either<StoreError, A>>
type Fault = (what: string, cause: unknown) => StoreError

class NatsStore implements EventStore {
  private closed: Promise<void> | undefined
  private charactersUnderWay = 0
  private readonly cursors: Cursors
  private readonly reader: LogReader
  private readonly contents: ContentBucket
  private readonly appender: Appender
  private readonly snapshots: Snapshots
  private readonly eraser: Eraser
  private readonly feed: Feed
  private readonly directory: Directory
  private readonly bucketRegisters: RegisterBucket

  constructor(private readonly parts: NatsStoreParts) {
    const { broker, names } = parts
    const known = new KnownConversations(parts.indexedEventsMax)
    this.cursors = new Cursors(broker)
    this.reader = new LogReader(broker, names, known, this.cursors)
    this.contents = new ContentBucket(broker, names, this.cursors)
    this.appender = new Appender({ broker, names, reader: this.reader, contents: this.contents, known })
    this.snapshots = new Snapshots(broker, this.contents, names)
    this.eraser = new Eraser({ reader: this.reader, contents: this.contents, snapshots: this.snapshots })
    this.feed = new Feed(broker, names, this.contents, this.cursors)
    this.directory = new Directory(broker, names, this.reader)
    this.bucketRegisters = new RegisterBucket(broker, names)
  }

  async append(request: AppendRequest): Promise<Either<StoreError, Appended>> {
    if (this.closed) return closedAnswer
    const invalid = invalidAppend(request) ?? viewMissing(request)
    if (invalid) return left(invalid)
    const characters = charactersOf(request)
    if (this.charactersUnderWay + characters > charactersUnderWayMax) {
      return left(storeError('unavailable', 'too much is being appended already'))
    }
    this.charactersUnderWay += characters
    const answer = await this.inTurn('append', writeFailure, () => this.appender.append(request))
    this.charactersUnderWay -= characters
    return answer
  }

  read: EventStore['read'] = ({ conversationId, fromVersion = 1, toVersion = Number.POSITIVE_INFINITY, limit }) =>
    this.look([conversationId], [], async () => {
      const from = Math.max(fromVersion, 1)
      const to = Math.min(toVersion, from + pageSize(limit) - 1)
      if (!(from <= to)) return []
      const range = { fromVersion: from, toVersion: to }
      const batches = await this.reader.batches(conversationId, range)
      const contents = await this.contents.ofAll(conversationId, batches)
      return eventsOf(conversationId, batches, contents).filter(({ version }) => version >= from && version <= to)
    })

  readAll: EventStore['readAll'] = ({ afterPosition, limit }) =>
    this.look([], [], () => this.feed.page(afterPosition, pageSize(limit)))

  find: EventStore['find'] = ({ conversationId, eventId }) =>
    this.look([conversationId, eventId], null, async () => {
      const version = (await this.reader.wholeIndex(conversationId)).versionOf(eventId)
      if (version === undefined) return null
      const batches = await this.reader.batches(conversationId, { fromVersion: version, toVersion: version })
      const contents = await this.contents.ofAll(conversationId, batches)
      return eventsOf(conversationId, batches, contents).find((event) => event.version === version) ?? null
    })

  list: EventStore['list'] = ({ afterId = '', limit }) =>
    this.look([], [], () => this.directory.page(afterId, pageSize(limit)))

  loadSnapshot: EventStore['loadSnapshot'] = (conversationId) =>
    this.look([conversationId], null, () => this.snapshots.load(conversationId))

  async saveSnapshot(snapshot: StoredSnapshot): Promise<Either<StoreError, void>> {
    if (this.closed) return closedAnswer
    const invalid = invalidSnapshot(snapshot)
    if (invalid) return left(invalid)
    // A snapshot may be lost at any time, so whether it was kept makes no difference.
    return this.inTurn('save the snapshot', failure, async () => right(await this.snapshots.save(snapshot)))
  }

  async erase({ conversationId, versions }: Parameters<EventStore['erase']>[0]): Promise<Either<StoreError, void>> {
    if (this.closed) return closedAnswer
    if (!isStorableId(conversationId)) return right(undefined)
    const wanted = new Set(versions.filter(Number.isSafeInteger))
    return this.inTurn('erase', writeFailure, async () => right(await this.eraser.erase(conversationId, wanted)))
  }

  async health(): Promise<Either<StoreError, Health>> {
    if (this.closed) return closedAnswer
    // Not in turn: a probe must not wait behind what it is to tell of.
    try {
      return await healthOf(this.parts)
    } catch (cause) {
      return left(failure('ask the servers', cause))
    }
  }

  listen = (heard: () => void): (() => void) => listenTo(this.parts.broker, this.parts.names.log, heard)

  readonly registers: Registers = {
    load: (key) => this.look([key], null, () => this.bucketRegisters.load(key)),
    save: async (register) => {
      if (this.closed) return closedAnswer
      const invalid = invalidRegister(register)
      if (invalid) return left(invalid)
      return this.inTurn('save the register', writeFailure, () => this.bucketRegisters.save(register))
    },
  }

  close(): Promise<void> {
    this.closed ??= this.parts.gate.empty().then(() => {
      this.cursors.end()
      return this.parts.broker.end()
    })
    return this.closed
  }

  // An id that cannot be stored is the id of nothing; as a subject it would break the connection.
  private async look<A>(ids: readonly string[], nothing: A, work: () => Promise<A>): Answer<A> {
    if (this.closed) return closedAnswer
    if (!ids.every(isStorableId)) return right(nothing)
    return this.inTurn('read', failure, async () => right(await work()))
  }

  private async inTurn<A>(what: string, fault: Fault, work: () => Answer<A>): Answer<A> {
    const { gate } = this.parts
    if (!(await gate.enter()))
      return left(storeError('unavailable', 'too many wait for the servers already, or too long'))
    try {
      return await work()
    } catch (cause) {
      return left(fault(what, cause))
    } finally {
      gate.leave()
    }
  }
}

const closedAnswer = left(storeError('closed', 'the store was closed'))

const charactersOf = ({ events }: AppendRequest): number =>
  events.reduce((sum, { record, content }) => sum + record.length + (content?.length ?? 0), 0)

function viewMissing({ rows = [], conversationId }: AppendRequest): StoreError | undefined {
  if (rows.length === 0) return undefined
  return storeError('view-missing', 'this store has no views', { conversationId })
}

const noContent = { content: null, salt: null }

function eventsOf(conversationId: string, batches: readonly Batch[], contents: Contents): readonly StoredEvent[] {
  return batches.flatMap(({ events }) =>
    events.map(({ version, eventId, record, hash }) => {
      const { content, salt } = contents.get(version) ?? noContent
      return { conversationId, version, eventId, record, hash, content, salt }
    }),
  )
}

/** The store over streams that are there. */
export const natsStoreOver = (parts: NatsStoreParts): EventStore => new NatsStore(parts)
