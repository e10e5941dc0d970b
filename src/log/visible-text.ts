/**
 * What users and files said, made harmless to show: controls and marks that reorder text become visible signs. A message
 * may hold escape sequences that drive a terminal, or marks that turn a line around in a page.
 */

// Controls of both sets, and the marks that reorder text or break its lines; lone surrogates print as rubbish.
const unsafe = /[\p{Cc}\p{Cs}\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069\ufeff]/gu

function sign(character: string): string {
  const code = character.codePointAt(0) ?? 0
  if (code < 0x20) return String.fromCodePoint(0x2400 + code)
  return code === 0x7f ? '␡' : `\\u{${code.toString(16)}}`
}

/** Text on one line in which nothing drives what shows it: ESC shows as ␛, a line end as ␊. */
export const visible = (text: string): string => text.replace(unsafe, sign)

/** The lines of a text, each visible. */
export const visibleLines = (text: string): readonly string[] => text.split(/\r\n|\n/).map(visible)

/** An id or a path in a sentence: quoted, visible. */
export const quoted = (text: string): string => `"${visible(text)}"`
