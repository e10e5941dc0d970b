/** One event as one thread met it. */
import type { ThreadState } from '../lifecycle/thread-state.js'
import type { RecordedEvent } from './recorded-event.js'

/** One event as one thread met it. */
export interface Happening {
  readonly event: RecordedEvent
  /** How the thread stood just after. */
  readonly state: ThreadState
}
