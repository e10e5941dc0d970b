/** How far behind a reader of the feed is, counted up to a bound. */
export interface Backlog {
  /** Events that were not taken in yet; of more than were counted, just so many. */
  readonly behind: number
  /** Whether there are more than were counted. */
  readonly isMore: boolean
  /** When the oldest of them was recorded, RFC 3339; `null` where none waits, or it cannot be read. */
  readonly oldestRecordedAt: string | null
}
