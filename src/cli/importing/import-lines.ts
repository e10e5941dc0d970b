/** Every line of a source into a store, and a count of what came of each. A line that can't be taken stops no other. */
import { type Either, isLeft, right } from 'fp-ts/lib/Either.js'
import type { StoreError } from '../../log/errors.js'
import type { EventStore } from '../../log/event-store.js'
import { InputError } from '../exit.js'
import { parseLine } from '../json-lines.js'
import type { Line } from '../line-splitter.js'
import type { Draft, DraftEvent } from './draft.js'
import { type Kept, keep } from './keep.js'
import { conversationBytesMax, saidLines } from './said-lines.js'

export type Convert = (value: unknown) => Either<string, Draft>

export interface Import {
  /** The source's bytes, as they come. */
  readonly chunks: AsyncIterable<Buffer>
  readonly convert: Convert
  readonly store: EventStore
  /** RFC 3339, for events of which the source does not say when they were. */
  readonly importedAt: string
  /** Hears of each line that was not taken, and why. */
  readonly onFault: (number: number, why: string) => void
  /** Called after every line. */
  readonly onLine: (tally: Tally) => void
}

/** What came of the lines so far. */
export interface Tally {
  added: number
  continued: number
  known: number
  refused: number
  /** Events appended. */
  events: number
  /** Messages and threads of the conversations added or carried on. */
  messages: number
  threads: number
  /** Messages kept without their text. */
  emptied: number
}

const nothing: Tally = {
  added: 0,
  continued: 0,
  known: 0,
  refused: 0,
  events: 0,
  messages: 0,
  threads: 0,
  emptied: 0,
}

function draftOf(line: Line, convert: Convert): Draft | string {
  const value = parseLine(line, conversationBytesMax)
  const draft = isLeft(value) ? value : convert(value.right)
  return isLeft(draft) ? draft.left : draft.right
}

const bringsMessage = (event: DraftEvent): boolean =>
  event.type === 'message.received' || event.type === 'message.sent' || 'edit' in event.data
const bringsThread = ({ type }: DraftEvent): boolean => type === 'conversation.opened' || type === 'thread.forked'

function count(tally: Tally, draft: Draft, { as, eventCount }: Exclude<Kept, { as: 'refused' }>): void {
  tally[as] += 1
  if (as === 'known') return
  tally.events += eventCount
  tally.messages += draft.events.filter(bringsMessage).length
  tally.threads += draft.events.filter(bringsThread).length
  tally.emptied += draft.emptied
}

// The rest can wait for a store that works: what was imported stays, and importing again goes on from there.
function storeFailed({ message }: StoreError, line: number): never {
  throw new InputError(`stopped at line ${line}: ${message}; import again to go on`)
}

/** A line that was read, and what comes of it. */
interface Pending {
  readonly number: number
  readonly sizeBytes: number
  readonly draft: Draft | string
  readonly kept: Promise<Either<StoreError, Kept>>
}

/** Conversations on their way into the store at once, so that one sync of the disk may serve several. */
const pendingMax = 64
/** Bytes of all lines on their way; a longer line goes alone. */
const pendingBytesMax = 1_048_576

/** Lines on their way, settled in the order in which they were read. */
class Underway {
  private readonly pending: Pending[] = []
  private sizeBytes = 0

  constructor(private readonly settle: (oldest: Pending) => Promise<void>) {}

  async add(pending: Pending): Promise<void> {
    this.pending.push(pending)
    this.sizeBytes += pending.sizeBytes
    while (this.pending.length >= pendingMax || this.sizeBytes > pendingBytesMax) await this.settleOldest()
  }

  /** Waits until nothing of this conversation is on its way: what a file says twice is told in the file's order. */
  async freeOf(conversationId: string): Promise<void> {
    const isOfIt = ({ draft }: Pending) => typeof draft !== 'string' && draft.conversationId === conversationId
    while (this.pending.some(isOfIt)) await this.settleOldest()
  }

  async finish(): Promise<void> {
    while (this.pending.length > 0) await this.settleOldest()
  }

  private async settleOldest(): Promise<void> {
    const oldest = this.pending.shift()
    if (!oldest) return
    this.sizeBytes -= oldest.sizeBytes
    await this.settle(oldest)
  }
}

const refused = (why: string): Promise<Either<StoreError, Kept>> => Promise.resolve(right({ as: 'refused', why }))

const whyNot = (draft: Draft | string, why: string): string =>
  typeof draft === 'string' ? why : `conversation ${JSON.stringify(draft.conversationId)}: ${why}`

/**
 * Imports every line that is not blank.
 * @throws InputError when the store fails; then what was imported before stays.
 */
export async function importLines({ chunks, convert, store, importedAt, onFault, onLine }: Import): Promise<Tally> {
  const tally = { ...nothing }
  const underway = new Underway(async ({ number, draft, kept }) => {
    const outcome = await kept
    if (isLeft(outcome)) storeFailed(outcome.left, number)
    else if (typeof draft !== 'string' && outcome.right.as !== 'refused') count(tally, draft, outcome.right)
    else if (outcome.right.as === 'refused') {
      tally.refused += 1
      onFault(number, whyNot(draft, outcome.right.why))
    }
    onLine(tally)
  })
  for await (const line of saidLines(chunks)) {
    const draft = draftOf(line, convert)
    if (typeof draft !== 'string') await underway.freeOf(draft.conversationId)
    const kept = typeof draft === 'string' ? refused(draft) : keep(store, draft, importedAt)
    await underway.add({ number: line.number, sizeBytes: line.size, draft, kept })
  }
  await underway.finish()
  return tally
}
