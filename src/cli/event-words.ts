/** One event in words, stressed by the terminal's colours. */
import * as words from '../conversations/event-words.js'
import type { RecordedEvent } from '../log/recorded-event.js'
import { paint } from './paint.js'

/** The event in words. */
export const tell = (event: RecordedEvent): words.Told => words.tell(event, paint)
