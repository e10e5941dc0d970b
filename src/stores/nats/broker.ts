/**
 * Every question that is asked of the servers, over the one connection there is. No question waits for ever; what is safe to ask
 * again is asked again while there is time, so that the election of a leader is a delay and not a failure.
 */
import type { JetStreamClient } from '@nats-io/jetstream'
import type { Msg, MsgHdrs } from '@nats-io/transport-node'
import type { Driver } from './driver.js'
import { Unanswered } from './failure.js'
import type { LastingConnection } from './lasting-connection.js'
import { ofLeader, ofReplica, type RawMessage, type ToldMessage } from './raw-message.js'

export interface ApiError {
  readonly code: number
  readonly err_code: number
  readonly description: string
}

interface ApiAnswer {
  readonly error?: ApiError
}

export interface StreamState {
  readonly last_seq: number
  readonly num_subjects?: number
}

interface SubjectsPage {
  readonly total?: number
  readonly state: { readonly subjects?: Readonly<Record<string, number>> }
}

/** How a message is published: as the next of its subject after `after`, the sequence of the last; 0 where there is none. */
export interface Publication {
  readonly subject: string
  readonly payload: Uint8Array
  readonly after: number
  readonly headers?: Readonly<Record<string, string>>
}

/** `taken` at a sequence; `refused`, for its subject has moved on, or the server has seen this message id before. */
export type Published =
  | { readonly kind: 'taken'; readonly sequence: number }
  | {
      readonly kind: 'refused'
      /** Whether an earlier attempt of this very publication may be what was in its way. */
      readonly maybeOwn: boolean
    }

interface PublishAck extends ApiAnswer {
  readonly seq?: number
  readonly duplicate?: boolean
}

const wrongLastSequence = 10_071
/** A question is asked again after this part of its time, for the one who was asked may be dead. */
const partsOfPatience = 5
const firstPauseMs = 10
const pauseMaxMs = 500

const pause = (ms: number) => new Promise<void>((resolve) => setTimeout(resolve, ms))
const jsonOf = (message: Msg): unknown => JSON.parse(Buffer.from(message.data).toString())

export class Broker {
  constructor(
    private readonly driver: Driver,
    private readonly connection: LastingConnection,
    readonly requestTimeoutMs: number,
  ) {}

  /** Of the connection that there is now: never keep it. */
  get jetStream(): JetStreamClient {
    return this.driver.jetstream(this.connection.current, { timeout: this.requestTimeoutMs })
  }

  get serverVersion(): string {
    return this.connection.current.info?.version ?? ''
  }

  get maxPayloadBytes(): number {
    return this.connection.current.info?.max_payload ?? 0
  }

  /** How long one question waits before it is asked again. */
  get patienceMs(): number {
    return this.requestTimeoutMs / partsOfPatience
  }

  get isEnded(): boolean {
    return this.connection.isEnded
  }

  end(): Promise<void> {
    return this.connection.end()
  }

  /** Publishes, again and again while there is no word on it and time is left; a subject's expected sequence makes that safe. */
  async publish({ subject, payload, after, headers }: Publication): Promise<Published> {
    // A cluster of 2.9 looks at the expected sequence when a message comes in, and not again when it is its turn, unless it
    // is 0: of two on their way both would be taken. At a message's id it looks when it is its turn. So the id is that of
    // the place that is written to.
    const place = { 'Nats-Expected-Last-Subject-Sequence': `${after}`, 'Nats-Msg-Id': `${subject} ${after}` }
    const encoded = this.headersOf({ ...headers, ...place })
    let maybeOwn = false
    const once = async (deadline: number): Promise<Published> => {
      try {
        const ack = jsonOf(await this.ask(subject, payload, deadline, encoded)) as PublishAck
        if (ack.error?.err_code === wrongLastSequence || ack.duplicate) return { kind: 'refused', maybeOwn }
        // What a leader could not store, its followers may have.
        if (ack.error || ack.seq === undefined) throw new Unanswered(ack.error?.description ?? 'no sequence', true)
        return { kind: 'taken', sequence: ack.seq }
      } catch (cause) {
        maybeOwn ||= !(cause instanceof Unanswered) || cause.wasSent
        throw cause
      }
    }
    try {
      return await this.whileThereIsTime(once)
    } catch (cause) {
      throw new Unanswered(cause instanceof Error ? cause.message : String(cause), maybeOwn, cause)
    }
  }

  /** The answer of the leader of a stream, or of all streams; asked again until there is one. Throws what it refused for. */
  api<Answer>(question: string, body: object = {}): Promise<Answer> {
    return this.whileThereIsTime(async (deadline) => {
      const message = await this.ask(`$JS.API.${question}`, Buffer.from(JSON.stringify(body)), deadline)
      const answer = jsonOf(message) as Answer & ApiAnswer
      if (answer.error) throw new Refused(answer.error)
      return answer
    })
  }

  /** A message as the stream's leader has it: what was acknowledged is there. `null` where there is none. */
  async ofLeader(stream: string, query: object): Promise<RawMessage | null> {
    try {
      const { message } = await this.api<{ readonly message: ToldMessage }>(`STREAM.MSG.GET.${stream}`, query)
      return ofLeader(message)
    } catch (cause) {
      if (cause instanceof Refused && cause.error.code === 404) return null
      throw cause
    }
  }

  /** A message by its sequence, of any replica that has it: for what never changes. */
  async bySequence(stream: string, sequence: number): Promise<RawMessage | null> {
    try {
      const deadline = performance.now() + this.requestTimeoutMs
      const body = Buffer.from(JSON.stringify({ seq: sequence }))
      const found = ofReplica(await this.ask(`$JS.API.DIRECT.GET.${stream}`, body, deadline))
      if (found) return found
    } catch {
      // Then the leader is asked.
    }
    return this.ofLeader(stream, { seq: sequence })
  }

  async state(stream: string): Promise<StreamState> {
    return (await this.api<{ readonly state: StreamState }>(`STREAM.INFO.${stream}`)).state
  }

  /** Every subject of a stream that fits the filter and has a message, in no order. */
  async subjects(stream: string, filter: string): Promise<readonly string[]> {
    const found = new Set<string>()
    for (let offset = 0; ; ) {
      const body = { subjects_filter: filter, offset }
      const { state, total = 0 } = await this.api<SubjectsPage>(`STREAM.INFO.${stream}`, body)
      const page = Object.keys(state.subjects ?? {})
      for (const subject of page) found.add(subject)
      offset += page.length
      if (page.length === 0 || offset >= total) return [...found]
    }
  }

  private headersOf(headers: Readonly<Record<string, string>>): MsgHdrs {
    const encoded = this.driver.headers()
    for (const [name, value] of Object.entries(headers)) encoded.set(name, value)
    return encoded
  }

  private async whileThereIsTime<A>(attempt: (deadline: number) => Promise<A>): Promise<A> {
    const deadline = performance.now() + this.requestTimeoutMs
    for (let pauseMs = firstPauseMs; ; pauseMs = Math.min(pauseMs * 2, pauseMaxMs)) {
      try {
        return await attempt(deadline)
      } catch (cause) {
        const isFinal = (cause instanceof Refused && cause.error.code !== 503) || this.isGone()
        if (isFinal || performance.now() + pauseMs >= deadline) throw cause
      }
      await pause(pauseMs)
    }
  }

  private isGone(): boolean {
    const { isEnded, isConnected, lostAt } = this.connection
    return isEnded || (!isConnected && performance.now() - lostAt > this.requestTimeoutMs)
  }

  /** Asks once. Throws `Unanswered`. */
  private async ask(subject: string, payload: Uint8Array, deadline: number, headers?: MsgHdrs): Promise<Msg> {
    await this.untilConnected(deadline)
    const connection = this.connection.current
    const leftMs = deadline - performance.now()
    const timeout = Math.max(1, Math.ceil(Math.min(leftMs, this.patienceMs)))
    let forget: () => void = () => undefined
    const lost = new Promise<never>((_, reject) => {
      const changed = () => this.connection.isConnected || reject(new Unanswered('the connection was lost', true))
      forget = this.connection.onChange(changed)
    })
    try {
      this.connection.asked(connection)
      const request = connection.request(subject, payload, { timeout, ...(headers && { headers }) })
      const answer = await Promise.race([request, lost])
      this.connection.answered(connection)
      return answer
    } catch (cause) {
      const why = cause instanceof Unanswered ? cause : unanswered(cause)
      if (why.wasSent) this.connection.unanswered(connection)
      else this.connection.answered(connection)
      throw why
    } finally {
      forget()
    }
  }

  // Where it has been away for as long as a request may take, nobody waits for it any more.
  private untilConnected(deadline: number): Promise<void> {
    const { connection } = this
    if (connection.isEnded) return Promise.reject(new Unanswered('the connection is closed', false))
    if (connection.isConnected) return Promise.resolve()
    const giveUpAt = Math.min(deadline, connection.lostAt + this.requestTimeoutMs)
    return new Promise((resolve, reject) => {
      // A turn of the event loop later: who asks again at once must not keep a connection from coming.
      if (giveUpAt <= performance.now()) {
        setImmediate(() => reject(new Unanswered('there is no connection', false)))
        return
      }
      const finish = (act: () => void) => {
        clearTimeout(patience)
        forget()
        act()
      }
      const late = () => finish(() => reject(new Unanswered('there is no connection', false)))
      const forget = connection.onChange(() => connection.isConnected && finish(resolve))
      const patience = setTimeout(late, Math.max(1, giveUpAt - performance.now()))
    })
  }
}

/** The servers answered, and it is no. */
export class Refused extends Error {
  constructor(readonly error: ApiError) {
    super(error.description)
  }
}

// Nobody listened, or the driver did not send it.
const unsent = ['NoResponders', 'InvalidArgumentError', 'ClosedConnectionError']

function unanswered(cause: unknown): Unanswered {
  const causes = cause instanceof Error ? [cause, cause.cause] : []
  const wasSent = !causes.some((one) => one instanceof Error && unsent.includes(one.name))
  return new Unanswered(cause instanceof Error ? cause.message : String(cause), wasSent, cause)
}
