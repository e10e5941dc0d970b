/**
 * The log of all conversations, in the order in which the servers took their batches. A position is a batch's sequence and
 * an event's place in it: `sequence << 10 | place`, from the first.
 */
import { eventsPerAppendMax, type PositionedEvent } from '../../log/event-store.js'
import { type Batch, batchOf } from './batch.js'
import type { Broker } from './broker.js'
import type { ContentBucket } from './content-bucket.js'
import type { Cursors } from './cursors.js'
import { Corrupt } from './failure.js'
import { inPieces } from './in-pieces.js'
import type { RawMessage } from './raw-message.js'
import { conversationOf, type Names } from './subjects.js'

const placesPerBatch = 1_024
/** So many batches are asked for one by one; beyond, a consumer is quicker. */
const singlesMax = 64

interface FedBatch {
  readonly conversationId: string
  readonly batch: Batch
}

if (eventsPerAppendMax > placesPerBatch) throw new Error('a batch has more events than places')

export class Feed {
  /** Where the page that was given last ended, if that was the end of a batch. */
  private endOfBatch = 0

  constructor(
    private readonly broker: Broker,
    private readonly names: Names,
    private readonly contents: ContentBucket,
    private readonly cursors: Cursors,
  ) {}

  async page(afterPosition: number, limit: number): Promise<readonly PositionedEvent[]> {
    const after = Math.max(afterPosition, 0)
    if (limit === 0) return []
    const { last_seq: lastSequence } = await this.broker.state(this.names.log)
    // The batch of the position itself may go on behind it.
    const isBatchOver = after === this.endOfBatch
    const fromSequence = Math.max(Math.floor(after / placesPerBatch) + (isBatchOver ? 1 : 0), 1)
    if (fromSequence > lastSequence) return []
    const batches = await this.batches({ fromSequence, lastSequence, after, limit })
    const pieces = await inPieces(batches, (fed) => this.eventsOf(fed, after))
    const page = pieces.flat()
    if (page.length <= limit) this.endOfBatch = page.at(-1)?.position ?? this.endOfBatch
    return page.slice(0, limit)
  }

  private async batches(range: FeedRange): Promise<readonly FedBatch[]> {
    const { fromSequence, lastSequence, limit } = range
    // Every batch has an event at least, but that of the position may have none behind it.
    const count = Math.min(lastSequence - fromSequence + 1, limit + 1)
    if (count > singlesMax) return this.inBulk(range)
    return inPieces(
      Array.from({ length: count }, (_, at) => fromSequence + at),
      async (sequence) => {
        const message = await this.broker.bySequence(this.names.log, sequence)
        if (message) return this.fed(message)
        throw new Corrupt(`message ${sequence} of the log is not there`, '')
      },
    )
  }

  private async inBulk({ fromSequence, lastSequence, after, limit }: FeedRange): Promise<readonly FedBatch[]> {
    const batches: FedBatch[] = []
    const count = Math.min(lastSequence - fromSequence + 1, limit + 1)
    let events = 0
    const isLast = (message: RawMessage) => {
      const fed = this.fed(message)
      batches.push(fed)
      events += fed.batch.events.filter((_, place) => positionOf(fed.batch, place) > after).length
      return events >= limit || message.sequence >= lastSequence
    }
    for await (const _ of this.cursors.read({ stream: this.names.log, fromSequence, count }, isLast));
    return batches
  }

  private fed(message: RawMessage): FedBatch {
    const conversationId = conversationOf(this.names, message.subject)
    return { conversationId, batch: batchOf(message, conversationId) }
  }

  private async eventsOf({ conversationId, batch }: FedBatch, after: number): Promise<readonly PositionedEvent[]> {
    const placed = batch.events.map((event, place) => ({ event, position: positionOf(batch, place) }))
    const wanted = placed.filter(({ position }) => position > after)
    if (wanted.length === 0) return []
    const contents = await this.contents.of(conversationId, batch)
    return wanted.map(({ event, position }) => {
      const { content, salt } = contents.get(event.version) ?? { content: null, salt: null }
      return { conversationId, ...event, content, salt, position }
    })
  }
}

interface FeedRange {
  readonly fromSequence: number
  readonly lastSequence: number
  readonly after: number
  readonly limit: number
}

const positionOf = ({ sequence }: Batch, place: number): number => sequence * placesPerBatch + place
