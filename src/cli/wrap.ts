/** Words into lines no longer than the page, where there is a page: a file or a pipe gets each line whole. */
import { stripVTControlCharacters } from 'node:util'

/** How many characters a text takes on the screen; colour takes none. */
export const widthOf = (text: string): number => [...stripVTControlCharacters(text)].length

/** A text with blanks after it, up to a width. */
export const padded = (text: string, columns: number): string => text + ' '.repeat(Math.max(0, columns - widthOf(text)))

/** Lines of at most so many characters, broken at blanks; a longer word stands alone. */
export function wrap(text: string, columns: number): readonly string[] {
  if (widthOf(text) <= columns) return [text]
  const lines: string[] = []
  let line = ''
  for (const word of text.split(' ')) {
    const isFirst = line === ''
    if (!isFirst && widthOf(line) + 1 + widthOf(word) > columns) {
      lines.push(line)
      line = word
    } else {
      line = isFirst ? word : `${line} ${word}`
    }
  }
  return [...lines, line]
}

/** The terminal's width, at least wide enough to read; without a terminal there is no limit. */
export const pageColumns = process.stdout.isTTY ? Math.max(60, process.stdout.columns) : Number.POSITIVE_INFINITY
