/** Hears of new batches by a consumer of its own, which sees what was stored and not what was only sent. */
import type { ConsumerMessages, OrderedConsumerOptions } from '@nats-io/jetstream'
import type { Broker } from './broker.js'

const pauseMs = 1_000

const fromNowOn: Partial<OrderedConsumerOptions> = { deliver_policy: 'new', headers_only: true }

/** Calls `heard` for new messages of the stream, and after every interruption; answers what ends it. */
export function listenTo(broker: Broker, stream: string, heard: () => void): () => void {
  let messages: ConsumerMessages | undefined
  let isOver = false
  const hear = async () => {
    const consumer = await broker.jetStream.consumers.get(stream, fromNowOn)
    messages = await consumer.consume()
    if (isOver) messages.stop()
    // Once at first, for what came before the consumer was there.
    if (!isOver) heard()
    for await (const _ of messages) if (!isOver) heard()
  }
  const goOn = async () => {
    while (!isOver && !broker.isEnded) {
      await hear().catch(() => undefined)
      if (!isOver) await new Promise((resolve) => setTimeout(resolve, pauseMs).unref())
    }
  }
  void goOn()
  return () => {
    isOver = true
    messages?.stop()
  }
}
