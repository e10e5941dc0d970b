/** Many events of one conversation as appends that may be: each within the port's bounds of count and bytes. */
import { appendBytesMax, eventsPerAppendMax, type StoredEvent } from './event-store.js'

const utf8 = new TextEncoder()

const bytesOf = ({ record, content }: StoredEvent): number =>
  utf8.encode(record).length + (content === null ? 0 : utf8.encode(content).length)

/** The events in order, in batches of at most `eventsPerAppendMax` and `appendBytesMax`; none is empty. */
export function* appendBatches(events: Iterable<StoredEvent>): Generator<StoredEvent[]> {
  let batch: StoredEvent[] = []
  let batchBytes = 0
  for (const event of events) {
    const bytes = bytesOf(event)
    if (batch.length === eventsPerAppendMax || (batch.length > 0 && batchBytes + bytes > appendBytesMax)) {
      yield batch
      batch = []
      batchBytes = 0
    }
    batch.push(event)
    batchBytes += bytes
  }
  if (batch.length > 0) yield batch
}
