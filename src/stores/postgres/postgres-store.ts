/**
 * The port over PostgreSQL. It must never answer `appended` before the commit was acknowledged, never let a driver's
 * exception out, and never understand a record.
 */
import { type Either, isRight, left, right } from 'fp-ts/lib/Either.js'
import { invalidAppend, invalidSnapshot, isStorable, pageSize } from '../../log/append-check.js'
import { type StoreError, storeError } from '../../log/errors.js'
import type { Appended, AppendRequest, EventStore, Health, StoredEvent, StoredSnapshot } from '../../log/event-store.js'
import type { Registers } from '../../log/registers.js'
import type { Views } from '../../log/views.js'
import type { Announcer } from './announcer.js'
import type { LaneBounds } from './append-lanes.js'
import { Appends } from './appends.js'
import { compact } from './compaction.js'
import type { Question } from './connection.js'
import type { Connections } from './connections.js'
import { failure, unknownOutcome, writeFailure } from './failure.js'
import type { Listening } from './listening.js'
import { postgresRegisters } from './postgres-registers.js'
import * as sql from './statements.js'
import { tellAgain } from './telling.js'
import { postgresViews } from './views/postgres-views.js'

interface SignOfLife {
  readonly serverVersion: string
  readonly synchronousStandbyNames: string
  readonly isReadOnly: boolean
}

export interface PostgresStoreParts {
  readonly connections: Connections
  readonly listening: Listening
  readonly announcer: Announcer
  readonly bounds: LaneBounds
  /** Whether the schema has them; one that is read as it is may be older. */
  readonly hasRegisters: boolean
}

class PostgresStore implements EventStore {
  private closed: Promise<void> | undefined
  private readonly connections: Connections
  private readonly listening: Listening
  private readonly announcer: Announcer
  private readonly appends: Appends
  private readonly underWay = new Set<Promise<unknown>>()

  readonly listen: (heard: () => void) => () => void

  private readonly hasRegisters: boolean

  readonly registers: Registers = postgresRegisters({
    isClosed: () => this.closed !== undefined,
    look: async (ids, question) => (this.hasRegisters || this.closed ? this.look(ids, question) : right([])),
    change: (question) => this.finished(tellAgain(this.connections, question)),
  })

  readonly views: Views = postgresViews({
    isClosed: () => this.closed !== undefined,
    ask: (question) => this.finished(tellAgain(this.connections, question)),
  })

  constructor({ connections, listening, announcer, bounds, hasRegisters }: PostgresStoreParts) {
    this.connections = connections
    this.hasRegisters = hasRegisters
    this.listening = listening
    this.announcer = announcer
    this.listen = listening.listen
    this.appends = new Appends(connections, bounds)
  }

  async append(request: AppendRequest): Promise<Either<StoreError, Appended>> {
    if (this.closed) return closedAnswer
    const invalid = invalidAppend(request)
    if (invalid) return left(invalid)
    return this.finished(this.appendAndTell(request))
  }

  read: EventStore['read'] = async ({ conversationId, fromVersion = 1, toVersion, limit }) => {
    const last = toVersion ?? Number.MAX_SAFE_INTEGER
    return this.look([conversationId], sql.readRange(conversationId, fromVersion, last, pageSize(limit)))
  }

  readAll: EventStore['readAll'] = async ({ afterPosition, limit }) =>
    this.look([], sql.readAll(afterPosition, pageSize(limit)))

  find: EventStore['find'] = async ({ conversationId, eventId }) =>
    firstOf(await this.look<StoredEvent>([conversationId, eventId], sql.findEvent(conversationId, eventId)))

  list: EventStore['list'] = async ({ afterId = '', limit }) =>
    this.look([], sql.listConversations(afterId, pageSize(limit)))

  loadSnapshot: EventStore['loadSnapshot'] = async (conversationId) =>
    firstOf(await this.look<StoredSnapshot>([conversationId], sql.loadSnapshot(conversationId)))

  async saveSnapshot(snapshot: StoredSnapshot): Promise<Either<StoreError, void>> {
    if (this.closed) return closedAnswer
    const invalid = invalidSnapshot(snapshot)
    if (invalid) return left(invalid)
    const told = await this.finished(tellAgain(this.connections, sql.saveSnapshot(snapshot)))
    // A snapshot may be lost at any time, so whether it was kept makes no difference.
    return isRight(told) ? right(undefined) : left(failure('could not save the snapshot', told.left))
  }

  erase: EventStore['erase'] = async ({ conversationId, versions }) => {
    if (this.closed) return closedAnswer
    if (!isStorable(conversationId)) return right(undefined)
    const question = sql.erase(conversationId, versions.filter(Number.isSafeInteger))
    const told = await this.finished(tellAgain(this.connections, question))
    if (!isRight(told)) return left(writeFailure('erase', told.left))
    const { warning } = told.right
    return warning ? left(unknownOutcome('erase', warning)) : right(undefined)
  }

  compact: NonNullable<EventStore['compact']> = async () => {
    if (this.closed) return closedAnswer
    const { schema, statementTimeoutMs } = this.connections.settings
    const done = await this.connections.use((connection) => compact(connection, schema, statementTimeoutMs))
    return isRight(done) ? right(undefined) : left(failure('what was erased may be left in the files', done.left))
  }

  async health(): Promise<Either<StoreError, Health>> {
    const begun = performance.now()
    const told = firstOf(await this.look<SignOfLife>([], sql.signOfLife()))
    if (!isRight(told)) return told
    const { isReadOnly, ...about } = told.right as SignOfLife
    if (isReadOnly) return left(storeError('unavailable', 'the server takes no writes'))
    return right({
      roundTripMs: performance.now() - begun,
      waiting: this.connections.waitingCount + this.appends.waitingCount,
      about,
    })
  }

  close(): Promise<void> {
    this.closed ??= this.closing()
    return this.closed
  }

  private async closing(): Promise<void> {
    await Promise.all([...this.underWay, this.listening.close()])
    await this.announcer.end()
    await this.connections.end()
  }

  private async appendAndTell(request: AppendRequest): Promise<Either<StoreError, Appended>> {
    const answer = await this.appends.append(request)
    if (isRight(answer)) this.announcer.committed()
    return answer
  }

  /** Closing waits for it: between two attempts, or for a lane, it is with no connection. */
  private finished<A>(answer: Promise<A>): Promise<A> {
    this.underWay.add(answer)
    return answer.finally(() => this.underWay.delete(answer))
  }

  // An id that cannot be stored is the id of nothing; the server would refuse it.
  private async look<Row>(ids: readonly string[], question: Question): Promise<Either<StoreError, readonly Row[]>> {
    if (this.closed) return closedAnswer
    if (!ids.every(isStorable)) return right([])
    const rows = await this.connections.use((connection) => connection.ask<Row>(question))
    return isRight(rows) ? rows : left(failure('could not read', rows.left))
  }
}

const closedAnswer = left(storeError('closed', 'the store was closed'))

function firstOf<Row>(rows: Either<StoreError, readonly Row[]>): Either<StoreError, Row | null> {
  return isRight(rows) ? right(rows.right[0] ?? null) : rows
}

/** The store over connections to a schema that was migrated. */
export const postgresStoreOver = (parts: PostgresStoreParts): EventStore => new PostgresStore(parts)
