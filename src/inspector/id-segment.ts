/**
 * A conversation's id as one segment of an address, for the page that asks and the server that answers. Whoever parses an
 * address takes `.` and `..`, also as `%2e`, as ways up: behind a `=` they are none.
 */

const mark = '='
const waysUp: readonly string[] = ['.', '..']

/** The segment, percent-encoded. Only what needs the mark bears it. */
export function segmentOf(conversationId: string): string {
  const isMarked = waysUp.includes(conversationId) || conversationId.startsWith(mark)
  return `${isMarked ? mark : ''}${encodeURIComponent(conversationId)}`
}

/** The id that a segment names, once it is decoded. */
export const idOfSegment = (decoded: string): string =>
  decoded.startsWith(mark) ? decoded.slice(mark.length) : decoded
