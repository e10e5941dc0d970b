/**
 * A small pool with a bounded queue before it. Whatever fails comes back as a `Refusal`, with whether it was sent; a
 * connection that failed otherwise than by a plain refusal of the server is never used again.
 */
import { type Either, left, right } from 'fp-ts/lib/Either.js'
import type { Pool, PoolClient } from 'pg'
import { Gate } from '../../log/gate.js'
import { Connection } from './connection.js'
import type { PostgresDriver } from './driver.js'
import { isUndone, type Refusal } from './failure.js'
import { beginSession, type SessionSettings } from './session.js'

export interface ConnectionsOptions extends SessionSettings {
  readonly connectionString: string
  readonly poolMax: number
  readonly queueMax: number
}

const idleTimeoutMs = 30_000
// The server gives up first and says so; only then is it taken for lost.
const answerPatience = 2

export type Work<A> = (connection: Connection) => Promise<A>

export class Connections {
  private readonly pool: Pool
  private readonly gate: Gate
  private readonly known = new WeakMap<PoolClient, Connection>()
  private ended: Promise<void> | undefined
  /** Done once with each connection that is made from now on, after the session has begun. */
  onFirstUse: Work<void> = async () => undefined

  constructor(
    makePool: PostgresDriver['makePool'],
    private readonly options: ConnectionsOptions,
  ) {
    const { connectionString, poolMax, queueMax, statementTimeoutMs } = options
    this.gate = new Gate({ insideMax: poolMax, waitingMax: queueMax, waitMaxMs: statementTimeoutMs })
    this.pool = makePool({
      connectionString,
      max: poolMax,
      connectionTimeoutMillis: statementTimeoutMs,
      idleTimeoutMillis: idleTimeoutMs,
      keepAlive: true,
      application_name: 'colloquy',
    })
    // An idle connection that breaks is dropped by the pool; whoever asks next gets another, or is told why not.
    this.pool.on('error', () => undefined)
  }

  get settings(): SessionSettings {
    return this.options
  }

  /** How many wait for a connection. */
  get waitingCount(): number {
    return this.gate.waitingCount
  }

  /** Does this with a connection of its own. */
  async use<A>(work: Work<A>): Promise<Either<Refusal, A>> {
    const isIn = await this.gate.enter()
    if (!isIn) return left({ wasSent: false, cause: new Error('too many wait for the database already, or too long') })
    try {
      return await this.useInside(work)
    } finally {
      this.gate.leave()
    }
  }

  /** Resolves once all who were let in are through, and the connections are closed. */
  end(): Promise<void> {
    this.ended ??= this.gate.empty().then(() => this.pool.end())
    return this.ended
  }

  private async useInside<A>(work: Work<A>): Promise<Either<Refusal, A>> {
    const connected = await this.connect()
    if (connected._tag === 'Left') return connected
    const connection = connected.right.taken()
    try {
      const answer = await work(connection)
      connection.client.release()
      return right(answer)
    } catch (cause) {
      const refusal = { wasSent: connection.wasAsked, cause }
      connection.client.release(!isUndone(refusal))
      return left(refusal)
    }
  }

  private async connect(): Promise<Either<Refusal, Connection>> {
    let client: PoolClient
    try {
      client = await this.pool.connect()
    } catch (cause) {
      return left({ wasSent: false, cause })
    }
    try {
      return right(await this.ready(client))
    } catch (cause) {
      client.release(true)
      return left({ wasSent: false, cause })
    }
  }

  private async ready(client: PoolClient): Promise<Connection> {
    // What the server warns of may come when nothing is asked; what breaks is told to whoever asks.
    const connection =
      this.known.get(client) ?? new Connection(client, this.options.statementTimeoutMs * answerPatience)
    if (connection.isReady) return connection
    this.known.set(client, connection)
    client.on('error', () => undefined)
    await beginSession(connection, this.options)
    await this.onFirstUse(connection)
    connection.isReady = true
    return connection
  }
}
