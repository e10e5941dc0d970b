/** Times as the page shows them. What a log says of its times may be anything. */

import { visible } from '../../log/visible-text.js'

/** `2026-11-23 19:05:12`, in UTC, so that two people who look see the same; the text itself where it is no time. */
export function timeWords(recordedAt: string | number): string {
  const at = new Date(recordedAt)
  return Number.isNaN(at.getTime())
    ? visible(String(recordedAt)).slice(0, 19)
    : at.toISOString().slice(0, 19).replace('T', ' ')
}
