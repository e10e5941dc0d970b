/**
 * What a conversation is to one client at a time: a log with compare-and-append. It says which answers such a log can
 * give. Written from the port's words alone, and on purpose without the code that stores share.
 */
import { isLeft } from 'fp-ts/lib/Either.js'
import { eventsPerReadMax, type StoredEvent } from '../../log/event-store.js'
import type { AppendOperation, FindOperation, Operation, ReadOperation } from './operation.js'

/** A log as it may have been. Equal logs are one object, so that a number stands for each. */
export interface Log {
  readonly number: number
  /** The event of version n at n - 1. */
  readonly events: readonly StoredEvent[]
  readonly byId: ReadonlyMap<string, StoredEvent>
}

// Content is left out: erasing may take it at any time.
const identityOf = ({ version, eventId, hash, record }: StoredEvent) => JSON.stringify([version, eventId, hash, record])

const isSame = (a: StoredEvent | undefined, b: StoredEvent | undefined): boolean =>
  a?.version === b?.version && a?.eventId === b?.eventId && a?.hash === b?.hash && a?.record === b?.record

/** The logs met in one search. */
export class Logs {
  readonly empty: Log = { number: 0, events: [], byId: new Map() }
  private readonly met = new Map<string, Log>()

  /** The log with these events after it. */
  after(log: Log, added: readonly StoredEvent[]): Log {
    const key = `${log.number} ${added.map(identityOf).join()}`
    const known = this.met.get(key)
    if (known) return known
    const events = [...log.events, ...added]
    const next = { number: this.met.size + 1, events, byId: new Map(events.map((event) => [event.eventId, event])) }
    this.met.set(key, next)
    return next
  }
}

type Meeting = 'new' | 'repeat' | 'duplicate' | 'elsewhere'

/** How an append meets a log, by the port's rules. */
function meet({ request: { expectedVersion, events } }: AppendOperation, log: Log): Meeting {
  const known = events.filter(({ eventId }) => log.byId.has(eventId))
  if (known.length === 0) return log.events.length === expectedVersion ? 'new' : 'elsewhere'
  const isThere = ({ eventId, version, hash }: StoredEvent) => {
    const stored = log.byId.get(eventId)
    return stored?.version === version && stored.hash === hash
  }
  return events.every(isThere) ? 'repeat' : 'duplicate'
}

function afterAppend(operation: AppendOperation, log: Log, logs: Logs): Log | undefined {
  const { request, answer } = operation
  const meeting = meet(operation, log)
  const stored = () => logs.after(log, request.events)
  if (isOpen(operation)) return meeting === 'new' ? stored() : undefined
  if (answer === null) return undefined
  if (isLeft(answer)) {
    const { code, actualVersion } = answer.left
    const isRefused =
      code === 'duplicate-event'
        ? meeting === 'duplicate'
        : meeting === 'elsewhere' && actualVersion === log.events.length
    return isRefused ? log : undefined
  }
  if (answer.right.version !== request.expectedVersion + request.events.length) return undefined
  if (meeting === 'new') return stored()
  return meeting === 'repeat' ? log : undefined
}

function rangeOf({ request }: ReadOperation, log: Log): readonly StoredEvent[] {
  const { fromVersion = 1, toVersion = Number.POSITIVE_INFINITY, limit = eventsPerReadMax } = request
  const from = Math.max(1, fromVersion)
  const to = Math.min(toVersion, from - 1 + Math.min(limit, eventsPerReadMax))
  return log.events.filter(({ version }) => version >= from && version <= to)
}

function isRead(operation: ReadOperation, log: Log): boolean {
  const { answer } = operation
  if (answer === null || isLeft(answer)) return false
  const expected = rangeOf(operation, log)
  return answer.right.length === expected.length && expected.every((event, at) => isSame(event, answer.right[at]))
}

function isFound({ request, answer }: FindOperation, log: Log): boolean {
  if (answer === null || isLeft(answer)) return false
  return isSame(log.byId.get(request.eventId), answer.right ?? undefined)
}

/** Whether it may have happened or not, then or later: an append without an answer, or with an unknown one. */
export function isOpen({ kind, answer }: Operation): boolean {
  return kind === 'append' && (answer === null || (isLeft(answer) && answer.left.code === 'unknown-outcome'))
}

const judged = ['wrong-expected-version', 'duplicate-event']

/**
 * Whether its answer says anything about the log. Of an append that was refused otherwise, nothing may ever be stored.
 */
export function isTelling(operation: Operation): boolean {
  const { kind, answer } = operation
  if (isOpen(operation)) return true
  if (answer === null) return false
  return answer._tag === 'Right' || (kind === 'append' && judged.includes(answer.left.code))
}

/** The log after this operation, if a log as it is can give this answer; otherwise `undefined`. */
export function afterOperation(operation: Operation, log: Log, logs: Logs): Log | undefined {
  switch (operation.kind) {
    case 'append':
      return afterAppend(operation, log, logs)
    case 'read':
      return isRead(operation, log) ? log : undefined
    case 'find':
      return isFound(operation, log) ? log : undefined
  }
}
