/**
 * What reaches the terminal: colours, on a terminal only; and what users and files said, made harmless first. A message
 * may hold escape sequences that move the cursor, recolour or rename the window; here they become visible signs.
 */
import picocolors from 'picocolors'

/** Whether to colour what goes to standard output; `NO_COLOR` (https://no-color.org) and dumb terminals say no. */
const isColoured = process.stdout.isTTY === true && !process.env.NO_COLOR && process.env.TERM !== 'dumb'

// Not picocolors' own guess, which takes a build server, or Windows, for a terminal.
/** Colours that are plain text where nobody sees them. */
export const paint = picocolors.createColors(isColoured)

// Controls of both sets, and the marks that reorder text or break its lines; lone surrogates print as rubbish.
const unsafe = /[\p{Cc}\p{Cs}\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069\ufeff]/gu

function sign(character: string): string {
  const code = character.codePointAt(0) ?? 0
  if (code < 0x20) return String.fromCodePoint(0x2400 + code)
  return code === 0x7f ? '␡' : `\\u{${code.toString(16)}}`
}

/** Text on one line in which nothing drives the terminal: ESC shows as ␛, a line end as ␊. */
export const visible = (text: string): string => text.replace(unsafe, sign)

/** The lines of a text, each visible. */
export const visibleLines = (text: string): readonly string[] => text.split(/\r\n|\n/).map(visible)

/** An id or a path in a sentence: quoted, visible. */
export const quoted = (text: string): string => `"${visible(text)}"`

const unsafeInJson = /[\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069\ufeff]/g
const escaped = (character: string): string => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`

/** JSON on one line that means what `JSON.stringify` wrote; what that leaves as it is and a terminal obeys is escaped. */
export const safeJson = (value: unknown): string => JSON.stringify(value).replace(unsafeInJson, escaped)
