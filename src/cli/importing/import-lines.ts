/** Every line of a source into a store, and a count of what came of each. A line that can't be taken stops no other. */
import { type Either, isLeft } from 'fp-ts/lib/Either.js'
import type { StoreError } from '../../log/errors.js'
import type { EventStore } from '../../log/event-store.js'
import { InputError } from '../exit.js'
import type { Draft, DraftEvent } from './draft.js'
import { type Kept, keep } from './keep.js'
import type { Line } from './lines.js'

export type Convert = (value: unknown) => Either<string, Draft>

export interface Import {
  readonly lines: AsyncIterable<Line>
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
  if ('fault' in line) return line.fault
  let value: unknown
  try {
    value = JSON.parse(line.text)
  } catch (error) {
    return `not JSON: ${(error as Error).message}`
  }
  const draft = convert(value)
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

/**
 * Imports every line that is not blank.
 * @throws InputError when the store fails; then what was imported before stays.
 */
export async function importLines({ lines, convert, store, importedAt, onFault, onLine }: Import): Promise<Tally> {
  const tally = { ...nothing }
  const refuse = (number: number, why: string) => {
    tally.refused += 1
    onFault(number, why)
  }
  for await (const line of lines) {
    if ('text' in line && line.text.trim() === '') continue
    const draft = draftOf(line, convert)
    if (typeof draft === 'string') refuse(line.number, draft)
    else {
      const kept = await keep(store, draft, importedAt)
      if (isLeft(kept)) storeFailed(kept.left, line.number)
      else if (kept.right.as === 'refused')
        refuse(line.number, `conversation ${JSON.stringify(draft.conversationId)}: ${kept.right.why}`)
      else count(tally, draft, kept.right)
    }
    onLine(tally)
  }
  return tally
}
