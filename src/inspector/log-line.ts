/**
 * One line of a conversation's log as the inspector's server sends it. What is on it was said by strangers: it is read as
 * data and shown as text, never as markup.
 */
import type { RecordedEvent } from '../log/recorded-event.js'

/** An event in its place. */
export interface EventLine {
  readonly event: RecordedEvent
  readonly hash: string
  /** Of some text or list in it only the beginning is there: the whole is to be had by its version. */
  readonly cut?: boolean
}

/** Something that stands in the log and is no event, or none that could come here. */
export interface FaultLine {
  readonly version: number
  /** Why, in one line. */
  readonly fault: string
  /** What stands there, cut. */
  readonly record: string
}

export type LogLine = EventLine | FaultLine

export const isFault = (line: LogLine): line is FaultLine => 'fault' in line

export const versionOf = (line: LogLine): number => (isFault(line) ? line.version : line.event.version)

const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

const isPlace = (value: unknown): value is number => Number.isSafeInteger(value) && (value as number) > 0

function isEventLine(value: Record<string, unknown>): boolean {
  const { event } = value
  if (!isObject(event)) return false
  const { version, type, actor, data } = event
  return isPlace(version) && typeof type === 'string' && isObject(actor) && isObject(data)
}

const recordMax = 400

/** What says where it stands and is no line otherwise. */
function misread(value: Record<string, unknown>, text: string): FaultLine | undefined {
  const version = isObject(value.event) ? value.event.version : value.version
  return isPlace(version) ? { version, fault: 'no line of a log', record: text.slice(0, recordMax) } : undefined
}

/**
 * The line that this text holds; a fault where it holds none, but says which version it is of; `undefined` if it holds
 * nothing that can be placed, as when an answer was broken off.
 */
export function readLogLine(text: string): LogLine | undefined {
  let value: unknown
  try {
    value = JSON.parse(text)
  } catch {
    return undefined
  }
  if (!isObject(value)) return undefined
  if (isEventLine(value)) return value as unknown as EventLine
  const { version, fault, record } = value
  if (!isPlace(version) || typeof fault !== 'string') return misread(value, text)
  return { version, fault, record: typeof record === 'string' ? record : '' }
}
