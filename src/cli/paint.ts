/**
 * What reaches the terminal: colours, on a terminal only; and what users and files said, made harmless first. A message
 * may hold escape sequences that move the cursor, recolour or rename the window; here they become visible signs.
 */
import picocolors from 'picocolors'

export { quoted, visible, visibleLines } from '../log/visible-text.js'

/** Whether to colour what goes to standard output; `NO_COLOR` (https://no-color.org) and dumb terminals say no. */
const isColoured = process.stdout.isTTY === true && !process.env.NO_COLOR && process.env.TERM !== 'dumb'

// Not picocolors' own guess, which takes a build server, or Windows, for a terminal.
/** Colours that are plain text where nobody sees them. */
export const paint = picocolors.createColors(isColoured)

const unsafeInJson = /[\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069\ufeff]/g
const escaped = (character: string): string => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`

/** JSON on one line that means what `JSON.stringify` wrote; what that leaves as it is and a terminal obeys is escaped. */
export const safeJson = (value: unknown): string => JSON.stringify(value).replace(unsafeInJson, escaped)
