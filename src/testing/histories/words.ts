/** A history that no order explains, as a story for a person. */
import { isLeft } from 'fp-ts/lib/Either.js'
import type { StoredEvent } from '../../log/event-store.js'
import type { History, Operation } from './operation.js'
import type { Log } from './register.js'

const linesMax = 60
const logsMax = 4
const eventsMax = 12

function listed(events: readonly StoredEvent[]): string {
  const shown = events.slice(-eventsMax).map(({ version, eventId }) => `${version}:${eventId}`)
  if (events.length === 0) return 'nothing'
  return events.length > eventsMax ? `… ${shown.join(' ')}` : shown.join(' ')
}

function asked(operation: Operation): string {
  if (operation.kind === 'append') {
    const { expectedVersion, events } = operation.request
    return `appends ${listed(events)} at version ${expectedVersion}`
  }
  if (operation.kind === 'find') return `looks up ${operation.request.eventId}`
  const { fromVersion, toVersion, limit } = operation.request
  const range = [
    fromVersion !== undefined && ` from ${fromVersion}`,
    toVersion !== undefined && ` to ${toVersion}`,
    limit !== undefined && ` at most ${limit}`,
  ]
  return `reads${range.filter(Boolean).join('')}`
}

function answered(operation: Operation): string {
  const { kind, answer } = operation
  if (answer === null) return 'no answer'
  if (isLeft(answer)) {
    const { code, actualVersion } = answer.left
    return actualVersion === undefined ? code : `${code}, it is at ${actualVersion}`
  }
  if (kind === 'append') return `version ${operation.answer?._tag === 'Right' && operation.answer.right.version}`
  const value = answer.right as StoredEvent | readonly StoredEvent[] | null
  return listed(Array.isArray(value) ? value : value === null ? [] : [value as StoredEvent])
}

const line = (operation: Operation): string =>
  `  ${`${operation.askedAt}–${operation.answeredAt ?? ''}`.padEnd(9)} ${operation.client} ${asked(operation)}: ${answered(operation)}`

/**
 * The smallest part of a history that cannot be, its last answer the one that cannot. `logs`: where that answer was
 * tried.
 */
export function tell(conversationId: string, prefix: History, culprit: Operation, logs: readonly Log[]): string {
  const lines = prefix.map((operation) =>
    operation === culprit ? `${line(operation)}   <- cannot be` : line(operation),
  )
  const left = lines.length - linesMax
  const possible = logs.slice(0, logsMax).map(({ events }) => listed(events))
  return [
    `Conversation ${JSON.stringify(conversationId)}: no order of these operations explains the last answer.`,
    ...(left > 0 ? [`  … and ${left} before`] : []),
    ...lines.slice(-linesMax),
    `When it was given, the log can only have been: ${possible.join(' | ')}${logs.length > logsMax ? ' | …' : ''}.`,
  ].join('\n')
}
