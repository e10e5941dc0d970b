/**
 * Appends that wait share a transaction: a few lanes, each with one batch under way, and what comes meanwhile goes with the
 * next. Nobody waits for company: where a lane is free, an append goes at the end of this turn of the event loop, alone if
 * no other came. In a batch, and under way, is at most one append of a conversation. Nothing here may know SQL.
 * @see src/stores/sqlite/group-commit.ts: the same for one writer
 */
import { type Either, left } from 'fp-ts/lib/Either.js'
import { type StoreError, storeError } from '../../log/errors.js'
import { type Appended, type AppendRequest, appendBytesMax } from '../../log/event-store.js'
import { unknownOutcome } from './failure.js'

/** Batches under way at once: while the server commits one, the next is made ready. More were not faster. */
export const lanesMax = 2
/** Bounds of a batch. A transaction has 1,024 positions, see the append function. */
export const appendsPerBatchMax = 64
export const eventsPerBatchMax = 1_024
const charactersPerBatchMax = appendBytesMax

/** An append's answer, or that it is to be tried by itself, having changed nothing so far. */
export type LaneAnswer = Either<StoreError, Appended> | 'alone'

/** Appends them all in one round trip; an answer for each, in order. */
export type SendBatch = (batch: readonly AppendRequest[]) => Promise<readonly LaneAnswer[]>

export interface LaneBounds {
  /** Appends that may wait for a lane. */
  readonly waitingMax: number
  readonly waitMaxMs: number
}

interface Waiting {
  readonly request: AppendRequest
  readonly answer: (answer: LaneAnswer) => void
  readonly patience: NodeJS.Timeout
}

const charactersOf = ({ events }: AppendRequest): number =>
  events.reduce((sum, { record, content }) => sum + record.length + (content?.length ?? 0), 0)

const refused = (why: string): LaneAnswer => left(storeError('unavailable', why))

/** Chooses one append a conversation while it fits; the first always does. */
class Batch {
  readonly chosen: Waiting[] = []
  private readonly ids = new Set<string>()
  private events = 0
  private characters = 0

  constructor(private readonly appendsMax: number) {}

  get isFull(): boolean {
    return this.chosen.length >= this.appendsMax || this.events >= eventsPerBatchMax
  }

  offer(waiting: Waiting): void {
    const { conversationId, events } = waiting.request
    if (this.ids.has(conversationId)) return
    const characters = charactersOf(waiting.request)
    const isTooMuch =
      this.events + events.length > eventsPerBatchMax || this.characters + characters > charactersPerBatchMax
    // A later append of this conversation must not overtake it, so that it counts as chosen.
    this.ids.add(conversationId)
    if (isTooMuch && this.chosen.length > 0) return
    this.events += events.length
    this.characters += characters
    this.chosen.push(waiting)
  }
}

export class AppendLanes {
  // In the order of their coming; one who gives up leaves from the middle.
  private readonly waiting = new Set<Waiting>()
  private readonly idsUnderWay = new Set<string>()
  private lanesFree = lanesMax
  private scheduled = false

  constructor(
    private readonly send: SendBatch,
    private readonly bounds: LaneBounds,
  ) {}

  /** How many wait for a lane. */
  get waitingCount(): number {
    return this.waiting.size
  }

  append(request: AppendRequest): Promise<LaneAnswer> {
    const waitingMax = this.bounds.waitingMax + this.lanesFree * appendsPerBatchMax
    if (this.waiting.size >= waitingMax) return Promise.resolve(refused('too many wait for the database already'))
    return new Promise((answer) => {
      const giveUp = () => {
        this.waiting.delete(waiting)
        answer(refused('the wait for the database was too long'))
      }
      const waiting: Waiting = { request, answer, patience: setTimeout(giveUp, this.bounds.waitMaxMs) }
      this.waiting.add(waiting)
      this.schedule()
    })
  }

  // After this turn's I/O: those who were answered by one batch ask again in one turn, and go together.
  private schedule(): void {
    if (this.scheduled || this.lanesFree === 0 || this.waiting.size === 0) return
    this.scheduled = true
    setImmediate(() => {
      this.scheduled = false
      this.fillLanes()
    })
  }

  private fillLanes(): void {
    while (this.lanesFree > 0) {
      const batch = this.nextBatch()
      if (batch.length === 0) return
      void this.ride(batch)
    }
  }

  /** A fair share of those who wait, for each lane that is free. */
  private nextBatch(): readonly Waiting[] {
    const share = Math.ceil(this.waiting.size / this.lanesFree)
    const batch = new Batch(Math.min(share, appendsPerBatchMax))
    for (const waiting of this.waiting) {
      if (batch.isFull) break
      if (!this.idsUnderWay.has(waiting.request.conversationId)) batch.offer(waiting)
    }
    return batch.chosen
  }

  private async ride(batch: readonly Waiting[]): Promise<void> {
    this.lanesFree--
    for (const waiting of batch) {
      clearTimeout(waiting.patience)
      this.waiting.delete(waiting)
      this.idsUnderWay.add(waiting.request.conversationId)
    }
    const answers = await this.answersTo(batch.map(({ request }) => request))
    this.lanesFree++
    for (const [place, { request, answer }] of batch.entries()) {
      this.idsUnderWay.delete(request.conversationId)
      answer(answers[place] ?? left(unknownOutcome('append', 'no answer was given')))
    }
    this.schedule()
  }

  private async answersTo(requests: readonly AppendRequest[]): Promise<readonly LaneAnswer[]> {
    try {
      return await this.send(requests)
    } catch (cause) {
      return requests.map(() => left(unknownOutcome('append', cause)))
    }
  }
}
