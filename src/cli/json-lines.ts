/** JSON Lines: one JSON value a line, UTF-8, `\n` or `\r\n`, a byte order mark at the very start allowed. */
import { isUtf8 } from 'node:buffer'
import { type Either, left, right } from 'fp-ts/lib/Either.js'
import { type Line, lineBytesMax } from './line-splitter.js'

const byteOrderMark = Buffer.from('\ufeff')

function textOf({ bytes, offset }: Line, bytesMax: number): Either<string, string> {
  if (bytes === null) return left(`over ${bytesMax / 1_048_576} MiB, skipped`)
  if (!isUtf8(bytes)) return left('not JSON, for it is not UTF-8')
  const isMarked = offset === 0 && bytes.subarray(0, byteOrderMark.length).equals(byteOrderMark)
  return right(bytes.toString('utf8', isMarked ? byteOrderMark.length : 0))
}

/**
 * The value on a line, or what is wrong with the line, in words that quote nothing of it. An empty line is not JSON.
 * @param bytesMax the bound that the line was split with.
 */
export function parseLine(line: Line, bytesMax: number = lineBytesMax): Either<string, unknown> {
  const text = textOf(line, bytesMax)
  if (text._tag === 'Left') return text
  try {
    return right(JSON.parse(text.right))
  } catch {
    return left('not JSON')
  }
}
