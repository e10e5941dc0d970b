/**
 * The port over SQLite. Reads are answered at once; writes go through the group commit. It must never answer `appended`
 * before the fsync, never let a driver's exception out, and never understand a record.
 */
import { type Either, isRight, left, right } from 'fp-ts/lib/Either.js'
import { answerWithoutWriting, invalidAppend, invalidSnapshot, isStorable, pageSize } from '../../log/append-check.js'
import { type StoreError, storeError } from '../../log/errors.js'
import type { Appended, AppendRequest, EventStore, Health, StoredEvent, StoredSnapshot } from '../../log/event-store.js'
import { Listeners } from '../../log/listeners.js'
import type { Registers } from '../../log/registers.js'
import type { Views } from '../../log/views.js'
import type { Driver } from './driver.js'
import { failure, isConstraint } from './failure.js'
import { GroupCommit, type Write } from './group-commit.js'
import { sqliteRegisters } from './sqlite-registers.js'
import { prepareStatements, type Statements } from './statements.js'
import { sqliteViews, ViewTables } from './views/sqlite-views.js'

const charactersOf = (events: readonly StoredEvent[]): number =>
  events.reduce((sum, { record, content }) => sum + record.length + (content?.length ?? 0), 0)

function insert(sql: Statements, { conversationId, events }: AppendRequest): void {
  for (const { version, eventId, record, hash, content, salt } of events) {
    sql.insertEvent.run(conversationId, version, eventId, record, hash, content, salt)
  }
}

function appendNow(sql: Statements, tables: ViewTables, request: AppendRequest): Either<StoreError, Appended> {
  const { conversationId, events, expectedVersion, rows = [] } = request
  const appended = right({ version: expectedVersion + events.length })
  const actualVersion = sql.currentVersion.all(conversationId)[0]?.version ?? 0
  const find = (eventId: string) => sql.findPlace.all(conversationId, eventId)[0]
  const judged = () => answerWithoutWriting(request, { actualVersion, find })
  // One event at the stream's version: only its id could stand in the way, and the index tells without being asked.
  // A statement that fails so leaves nothing behind, and the transaction as it was.
  const isPlain = events.length === 1 && actualVersion === expectedVersion
  const answered = isPlain ? undefined : judged()
  if (answered) return answered
  const missing = tables.missing(rows.map(({ shape }) => shape))
  if (missing) return judged() ?? left(missing)
  try {
    insert(sql, request)
  } catch (cause) {
    const refused = isPlain && isConstraint(cause) ? judged() : undefined
    if (refused) return refused
    throw cause
  }
  tables.place(rows)
  return appended
}

function eraseNow(sql: Statements, conversationId: string, versions: readonly number[]): Either<StoreError, void> {
  for (const version of versions) sql.eraseContent.run(conversationId, version)
  sql.dropSnapshot.run(conversationId, conversationId)
  return right(undefined)
}

class SqliteStore implements EventStore {
  private closed = false
  private readonly sql: Statements
  private readonly commits: GroupCommit
  private readonly listeners = new Listeners()
  readonly registers: Registers
  /** Tells of what came through this handle. Other processes' appends wake nobody here: readers poll for those. */
  readonly listen = this.listeners.listen
  private readonly tables: ViewTables
  readonly views: Views

  constructor(private readonly driver: Driver) {
    this.sql = prepareStatements(driver)
    this.commits = new GroupCommit(driver)
    this.registers = sqliteRegisters({
      sql: this.sql,
      isClosed: () => this.closed,
      look: (ids, none, query) => this.look(ids, none, query),
      write: (write) => this.write(write),
    })
    this.tables = new ViewTables(driver)
    this.views = sqliteViews(this.tables, {
      driver,
      isClosed: () => this.closed,
      look: (ids, none, query) => this.look(ids, none, query),
      write: (write) => this.write(write),
    })
  }

  async append(request: AppendRequest): Promise<Either<StoreError, Appended>> {
    const invalid = invalidAppend(request)
    if (invalid && !this.closed) return left(invalid)
    return this.write({
      verb: 'append',
      characters: charactersOf(request.events),
      run: () => appendNow(this.sql, this.tables, request),
      afterCommit: (answer) => {
        if (isRight(answer)) this.listeners.tell()
        return answer
      },
    })
  }

  read: EventStore['read'] = async ({ conversationId, fromVersion, toVersion, limit }) => {
    const last = toVersion ?? Number.MAX_SAFE_INTEGER
    return this.look([conversationId], [], () =>
      this.sql.readRange.all(conversationId, fromVersion ?? 1, last, pageSize(limit)),
    )
  }

  readAll: EventStore['readAll'] = async ({ afterPosition, limit }) =>
    this.look([], [], () => this.sql.readAll.all(afterPosition, pageSize(limit)))

  find: EventStore['find'] = async ({ conversationId, eventId }) =>
    this.look([conversationId, eventId], null, () => this.sql.findEvent.all(conversationId, eventId)[0] ?? null)

  list: EventStore['list'] = async ({ afterId, limit }) =>
    this.look([], [], () => this.sql.listConversations.all(afterId ?? '', pageSize(limit)))

  loadSnapshot: EventStore['loadSnapshot'] = async (conversationId) =>
    this.look([conversationId], null, () => this.sql.loadSnapshot.all(conversationId)[0] ?? null)

  async saveSnapshot(snapshot: StoredSnapshot): Promise<Either<StoreError, void>> {
    const invalid = invalidSnapshot(snapshot)
    if (invalid && !this.closed) return left(invalid)
    const { conversationId, version, text } = snapshot
    return this.write({
      verb: 'save the snapshot',
      characters: text.length,
      run: () => {
        this.sql.saveSnapshot.run(conversationId, version, text)
        return right(undefined)
      },
    })
  }

  erase: EventStore['erase'] = async ({ conversationId, versions }) => {
    if (!isStorable(conversationId)) return this.look([], undefined, () => undefined)
    return this.write({
      verb: 'erase',
      characters: 0,
      run: () => eraseNow(this.sql, conversationId, versions),
      afterCommit: () => this.emptyWriteAheadLog(),
    })
  }

  async health(): Promise<Either<StoreError, Health>> {
    const begun = performance.now()
    const waiting = this.commits.waitingCount
    // A transaction of nothing: it takes the lock that a write takes.
    const tried = await this.write({ verb: 'write', characters: 0, run: () => right(undefined) })
    if (tried._tag === 'Left') return tried
    return right({ roundTripMs: performance.now() - begun, waiting, about: { driver: this.driver.name } })
  }

  async close(): Promise<void> {
    if (this.closed) return
    this.closed = true
    this.commits.drain()
    this.listeners.clear()
    this.driver.close()
  }

  private async write<A>(write: Write<A>): Promise<Either<StoreError, A>> {
    return this.closed ? left(storeError('closed', 'the store was closed')) : this.commits.submit(write)
  }

  // An id that cannot be stored is the id of nothing; a driver would cut it short, and find another's.
  private look<A>(ids: readonly string[], none: A, query: () => A): Either<StoreError, A> {
    if (this.closed) return left(storeError('closed', 'the store was closed'))
    if (!ids.every(isStorable)) return right(none)
    try {
      return right(query())
    } catch (cause) {
      return left(failure('could not read', cause))
    }
  }

  // A reader in another process can hold on to the old log for longer than the busy timeout; then the text is still there.
  private emptyWriteAheadLog(): Either<StoreError, void> {
    const message = 'erased, but another process still reads the old text in the write-ahead log: erase again'
    try {
      const [row] = this.sql.emptyWriteAheadLog.all()
      return row?.busy === 0 ? right(undefined) : left(storeError('unavailable', message))
    } catch (cause) {
      return left(failure(message, cause))
    }
  }
}

/** The store over a file that was opened, checked and migrated. Throws as the driver throws. */
export const sqliteStoreOver = (driver: Driver): EventStore => new SqliteStore(driver)
