/**
 * Many messages of a stream in order, by an ordered consumer: a few milliseconds to begin, and then as fast as they come.
 * They may come from a replica that lags, so the reader must know from the leader how far to read, and reads until there.
 */
import type { ConsumerMessages, JsMsg, OrderedConsumerOptions } from '@nats-io/jetstream'
import type { Broker } from './broker.js'
import type { RawMessage } from './raw-message.js'

export interface OrderedRange {
  readonly stream: string
  /** One subject, or all. */
  readonly subject?: string
  readonly fromSequence: number
  /** About how many messages will be read: not many more are asked for ahead, for what is not read was sent for nothing. */
  readonly count: number
}

const aheadMin = 16
const aheadMax = 1_000
/**
 * Who reads a page of a long conversation mostly reads the next one too, and where it ends the server sends no more. With the
 * messages of one page ahead the driver asks again at every tenth message.
 */
const pagesAhead = 4
/** The server lets go of a consumer that nobody asks for so long. */
const inactiveMs = 30_000

const rawOf = (message: JsMsg): RawMessage => ({
  subject: message.subject,
  sequence: message.seq,
  header: (name) => message.headers?.get(name) ?? '',
  data: message.data,
})

const late = Symbol('late')

/** The next message, or `late` where none comes for so long. */
async function nextWithin(messages: AsyncIterator<JsMsg>, timeoutMs: number) {
  let patience: NodeJS.Timeout | undefined
  const isLate = new Promise<typeof late>((resolve) => {
    patience = setTimeout(() => resolve(late), timeoutMs)
  })
  try {
    return await Promise.race([messages.next(), isLate])
  } finally {
    clearTimeout(patience)
  }
}

/** As far as they come; ends where none comes for the time that one question has. */
async function* consumed(broker: Broker, range: OrderedRange): AsyncGenerator<RawMessage, void, undefined> {
  const { stream, subject, fromSequence, count } = range
  const options: Partial<OrderedConsumerOptions> = {
    opt_start_seq: fromSequence,
    inactive_threshold: inactiveMs,
    ...(subject !== undefined && { filter_subjects: subject }),
  }
  const consumer = await broker.jetStream.consumers.get(stream, options)
  const messages: ConsumerMessages = await consumer.consume({
    max_messages: Math.min(Math.max(Math.ceil(count * pagesAhead), aheadMin), aheadMax),
  })
  try {
    const iterator = messages[Symbol.asyncIterator]()
    for (;;) {
      const next = await nextWithin(iterator, broker.patienceMs)
      if (next === late || next.done) return
      yield rawOf(next.value)
    }
  } finally {
    messages.stop()
    // What fails here the server does by itself, in time.
    void consumer.delete().catch(() => undefined)
  }
}

/**
 * The messages from there on, to the last that the leader has. Where a consumer stops giving, for its replica is lost or has
 * lost them, the leader is asked for one after the other.
 */
export async function* ordered(broker: Broker, range: OrderedRange): AsyncGenerator<RawMessage, void, undefined> {
  const { stream, subject = '>' } = range
  let next = range.fromSequence
  try {
    for await (const message of consumed(broker, range)) {
      next = message.sequence + 1
      yield message
    }
  } catch (cause) {
    if (broker.isEnded) throw cause
  }
  for (;;) {
    const message = await broker.ofLeader(stream, { seq: next, next_by_subj: subject })
    if (message === null) return
    next = message.sequence + 1
    yield message
  }
}
