/** Timelines made from logs, for the tests of the inspector. */
import type { LifecycleEvent } from '../../machines/events.js'
import { Timeline } from '../../src/inspector/timeline.js'
import type { RecordedEvent } from '../../src/log/recorded-event.js'
import { recordLog } from '../../src/testing/stories/recorded-logs.js'

/** The timeline of a recorded log. */
export function timelineOf(log: readonly RecordedEvent[]): Timeline {
  const timeline = new Timeline()
  for (const event of log) timeline.add({ event, hash: `hash-${event.version}` })
  return timeline
}

/** The timeline of these events, put in envelopes. */
export const timelineFrom = (events: readonly LifecycleEvent[]): Timeline => timelineOf(recordLog(events, 'c'))
