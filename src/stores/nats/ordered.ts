/**
 * Many messages of a stream in order, by an ordered consumer: a few milliseconds to begin, and then as fast as they come.
 * It may come from a replica that lags, so the reader must know from the leader how far to read, and reads until there.
 */
import type { ConsumerMessages, JsMsg, OrderedConsumerOptions } from '@nats-io/jetstream'
import type { Broker } from './broker.js'
import { Unanswered } from './failure.js'
import type { RawMessage } from './raw-message.js'

export interface OrderedRange {
  readonly stream: string
  /** One subject, or all. */
  readonly subject?: string
  readonly fromSequence: number
  /** About how many messages will be read: no more is asked for ahead, for what is not read was sent for nothing. */
  readonly count: number
}

const aheadMin = 16
const aheadMax = 1_000
/** The server lets go of a consumer that nobody asks for so long. */
const inactiveMs = 30_000

const rawOf = (message: JsMsg): RawMessage => ({
  subject: message.subject,
  sequence: message.seq,
  header: (name) => message.headers?.get(name) ?? '',
  data: message.data,
})

/** The next message, or throws where none comes for so long. */
async function nextWithin(messages: AsyncIterator<JsMsg>, timeoutMs: number): Promise<IteratorResult<JsMsg>> {
  let patience: NodeJS.Timeout | undefined
  const late = new Promise<never>((_, reject) => {
    patience = setTimeout(() => reject(new Unanswered(`nothing came for ${timeoutMs} ms`, false)), timeoutMs)
  })
  try {
    return await Promise.race([messages.next(), late])
  } finally {
    clearTimeout(patience)
  }
}

/** The messages from there on; it never ends by itself. Throws where none comes for `requestTimeoutMs`. */
export async function* ordered(broker: Broker, range: OrderedRange): AsyncGenerator<RawMessage, void, undefined> {
  const { stream, subject, fromSequence, count } = range
  const options: Partial<OrderedConsumerOptions> = {
    opt_start_seq: fromSequence,
    inactive_threshold: inactiveMs,
    ...(subject !== undefined && { filter_subjects: subject }),
  }
  const consumer = await broker.jetStream.consumers.get(stream, options)
  const messages: ConsumerMessages = await consumer.consume({
    max_messages: Math.min(Math.max(Math.ceil(count), aheadMin), aheadMax),
  })
  try {
    const iterator = messages[Symbol.asyncIterator]()
    for (;;) {
      const next = await nextWithin(iterator, broker.requestTimeoutMs)
      if (next.done) throw new Unanswered('the consumer ended', false)
      yield rawOf(next.value)
    }
  } finally {
    messages.stop()
    // What fails here the server does by itself, in time.
    void consumer.delete().catch(() => undefined)
  }
}
