/** Stories as logs in their envelopes, whole or broken at the end, that a store or `colloquy replay` can be given. */
import type { LifecycleEvent } from '#machines/events.js'
import type { RejectionCode } from '../../conversation/rejection.js'
import { currentSchema, type RecordedEvent } from '../../log/recorded-event.js'
import type { Attempt, Story } from './story.js'

/** A log of which every event but the last is accepted. */
export interface BrokenLog {
  readonly events: readonly RecordedEvent[]
  /** Why the last one is not. */
  readonly code: RejectionCode
}

const timeOf = (version: number): string => new Date(Date.UTC(2026, 0, 1) + 1_000 * version).toISOString()

function broughtBy({ type, data }: LifecycleEvent): string | undefined {
  if (type === 'message.received') return data.messageId
  return type === 'thread.forked' ? data.edit?.messageId : undefined
}

/** Which event brought each user message: what an assessment names as its cause. */
function bringers(events: readonly LifecycleEvent[]): ReadonlyMap<string, string> {
  return new Map(events.map((event, place) => [broughtBy(event) ?? '', `event-${place + 1}`]))
}

/** Events in their envelopes, as one conversation's log; assessments name the event that brought their message. */
export function recordLog(events: readonly LifecycleEvent[], conversationId: string): readonly RecordedEvent[] {
  const bringer = bringers(events)
  return events.map((event, place) => {
    const version = place + 1
    const causationId = event.type === 'message.assessed' ? bringer.get(event.data.messageId) : undefined
    return {
      id: `event-${version}`,
      conversationId,
      version,
      schema: currentSchema,
      recordedAt: timeOf(version),
      ...event,
      ...(causationId !== undefined && { causationId }),
    }
  })
}

type Break = (last: RecordedEvent) => RecordedEvent

// Faults of the envelope, for any log; a log of one event has no earlier id to repeat.
const breaks: readonly (readonly [RejectionCode, Break])[] = [
  ['version-gap', (last) => ({ ...last, version: last.version + 1 })],
  ['version-gap', (last) => ({ ...last, version: last.version - 1 })],
  ['invalid-event', (last) => ({ ...last, schema: currentSchema + 1 })],
  ['invalid-event', (last) => ({ ...last, recordedAt: 'yesterday' })],
  ['invalid-event', (last) => ({ ...last, data: { ...last.data, surplus: true } }) as unknown as RecordedEvent],
  ['duplicate-event', (last) => ({ ...last, id: 'event-1' })],
]

/** The log up to an attempt that was refused, and that one. */
function brokenAt({ attempts }: Story, refused: Attempt, code: RejectionCode, conversationId: string): BrokenLog {
  const before = attempts.slice(0, attempts.indexOf(refused)).filter((attempt) => attempt.code === undefined)
  return {
    events: recordLog(
      [...before, refused].map(({ event }) => event),
      conversationId,
    ),
    code,
  }
}

/**
 * A story's log up to something that was refused in it, and that; or, as `lot` falls, with its last event damaged.
 * @param lot a whole number from 0.
 */
export function breakLog(story: Story, lot: number, conversationId: string): BrokenLog | undefined {
  // First why, then where: most refusals are for the same few reasons.
  const codes = [...new Set(story.attempts.flatMap(({ code }) => code ?? []))]
  const kinds = codes.length + breaks.length
  const wanted = codes[lot % kinds]
  const there = story.attempts.filter(({ code }) => code !== undefined && code === wanted)
  const attempt = there[Math.floor(lot / kinds) % Math.max(1, there.length)]
  if (attempt && wanted !== undefined) return brokenAt(story, attempt, wanted, conversationId)
  const events = recordLog(story.log, conversationId)
  const [code, damage] = breaks[(lot % kinds) - codes.length] as (typeof breaks)[number]
  const last = events.at(-1)
  if (!last || (code === 'duplicate-event' && events.length < 2)) return undefined
  return { events: [...events.slice(0, -1), damage(last)], code }
}
