/** Which events of a log are shown: by type, actor, thread and text. Answers versions, so that a view of them is a list of integers. */
import type { ActorKind } from '#machines/events.js'
import { tell, unstressed } from '../conversations/event-words.js'
import { visible } from '../log/visible-text.js'
import { isFault, type LogLine } from './log-line.js'
import type { Timeline } from './timeline.js'

export interface LogFilter {
  /** Event types, or `fault`; empty for all. */
  readonly types: readonly string[]
  /** Empty for all. */
  readonly actors: readonly string[]
  /** One thread's own events. */
  readonly thread?: string
  /** In what was said or done, in any case of letters. */
  readonly text: string
}

export const noFilter: LogFilter = { types: [], actors: [], text: '' }

export const isEmptyFilter = ({ types, actors, thread, text }: LogFilter): boolean =>
  types.length === 0 && actors.length === 0 && thread === undefined && text === ''

export const actorKinds: readonly ActorKind[] = ['user', 'assistant', 'assessor', 'operator', 'system']

/** A line in words, on one line. */
export const lineWords = (line: LogLine): string =>
  isFault(line) ? visible(line.fault) : tell(line.event, unstressed).lines.join(' ')

function isOf(line: LogLine, { types, actors }: LogFilter): boolean {
  const type = isFault(line) ? 'fault' : line.event.type
  if (types.length > 0 && !types.includes(type)) return false
  return actors.length === 0 || (!isFault(line) && actors.includes(line.event.actor.kind))
}

function holds(line: LogLine, text: string): boolean {
  if (text === '') return true
  const id = isFault(line) ? line.record : line.event.id
  return lineWords(line).toLowerCase().includes(text) || id.toLowerCase().includes(text)
}

/** The versions that pass the filter, ascending; `undefined` if all do. */
export function filtered(timeline: Timeline, filter: LogFilter): readonly number[] | undefined {
  if (isEmptyFilter(filter)) return undefined
  const ordinal = filter.thread === undefined ? undefined : timeline.ordinalOf(filter.thread)
  const text = filter.text.toLowerCase()
  const versions: number[] = []
  for (let version = 1; version <= timeline.version; version++) {
    if (filter.thread !== undefined && (ordinal === undefined || timeline.threadAt(version) !== ordinal)) continue
    const line = timeline.lines[version - 1] as LogLine
    if (isOf(line, filter) && holds(line, text)) versions.push(version)
  }
  return versions
}
