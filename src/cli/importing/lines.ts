/**
 * A file's lines, one at a time and within a bound, so that memory holds one line and never the file. A line that is
 * too long, or is not text, is told as such; the lines after it are read as if nothing had happened.
 */

/** UTF-8 bytes of a line; a tree of thousands of long messages stays far below. */
export const lineBytesMax = 67_108_864

/** A line and its number, from 1; or why there is no text to it. */
export type Line = { readonly number: number } & ({ readonly text: string } | { readonly fault: string })

const newline = 0x0a

/** The line that is being read: its bytes so far, let go once they are too many. */
class OpenLine {
  private parts: Uint8Array[] = []
  private sizeBytes = 0

  constructor(private readonly bytesMax: number) {}

  get isEmpty(): boolean {
    return this.sizeBytes === 0
  }

  add(part: Uint8Array): void {
    this.sizeBytes += part.length
    if (this.sizeBytes > this.bytesMax) this.parts = []
    else this.parts.push(part)
  }

  close(number: number): Line {
    const { parts, sizeBytes } = this
    this.parts = []
    this.sizeBytes = 0
    if (sizeBytes > this.bytesMax) return { number, fault: `over ${this.bytesMax} bytes long` }
    try {
      return { number, text: new TextDecoder('utf-8', { fatal: true }).decode(Buffer.concat(parts)) }
    } catch {
      return { number, fault: 'not UTF-8 text' }
    }
  }
}

/** The lines of a stream of bytes, empty ones included; the last one needs no line break. */
export async function* linesOf(
  chunks: AsyncIterable<Uint8Array>,
  bytesMax: number = lineBytesMax,
): AsyncGenerator<Line> {
  const line = new OpenLine(bytesMax)
  let number = 1
  for await (const chunk of chunks) {
    let from = 0
    for (let at = chunk.indexOf(newline); at >= 0; at = chunk.indexOf(newline, from)) {
      line.add(chunk.subarray(from, at))
      yield line.close(number++)
      from = at + 1
    }
    line.add(chunk.subarray(from))
  }
  if (!line.isEmpty) yield line.close(number)
}
