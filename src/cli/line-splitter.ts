/**
 * Bytes into lines, with their places, holding no more than one line within a bound: a longer one is measured and
 * dropped as it passes. Bytes, not text: places must be right in the file, and a character may be cut between chunks.
 */

/** An event is at most 1 MiB, and JSON writes a byte in at most six: what is longer holds no event. */
export const lineBytesMax = 8 * 1_048_576

export interface Line {
  /** From 1. */
  readonly number: number
  /** Where it begins, in bytes from the start. */
  readonly offset: number
  /** How many bytes it has, its line feed included. */
  readonly size: number
  /** Without its line feed, to be read before the next line is taken; `null` if it is longer than what is held. */
  readonly bytes: Buffer | null
}

const lineFeed = 0x0a
const nothing = Buffer.alloc(0)

export class LineSplitter {
  /** What earlier chunks had of the line; one buffer for all lines, so that a long file does not cost one each. */
  private held = nothing
  private heldBytes = 0
  private number = 0

  /** @param offset where the first line begins. @param bytesMax the longest line that is held. */
  constructor(
    private offset = 0,
    private readonly bytesMax = lineBytesMax,
  ) {}

  /** The lines that this chunk ends. The chunk is the caller's again once they were taken. */
  *push(chunk: Buffer): Generator<Line> {
    let from = 0
    for (let at = chunk.indexOf(lineFeed); at >= 0; at = chunk.indexOf(lineFeed, from)) {
      yield this.take(chunk.subarray(from, at), 1)
      from = at + 1
    }
    this.hold(chunk.subarray(from))
  }

  /** The last line, if it has no line feed. */
  *end(): Generator<Line> {
    if (this.heldBytes > 0) yield this.take(nothing, 0)
  }

  private hold(piece: Buffer): void {
    const before = this.heldBytes
    this.heldBytes += piece.length
    if (this.heldBytes > this.bytesMax) {
      this.held = nothing
      return
    }
    if (this.heldBytes > this.held.length) this.grow(before)
    piece.copy(this.held, before)
  }

  private grow(usedBytes: number): void {
    const grown = Buffer.allocUnsafe(Math.min(this.bytesMax, Math.max(this.heldBytes, this.held.length * 2)))
    this.held.copy(grown, 0, 0, usedBytes)
    this.held = grown
  }

  private take(piece: Buffer, feedBytes: number): Line {
    const isWhole = this.heldBytes === 0
    if (isWhole) this.heldBytes = piece.length
    else this.hold(piece)
    const size = this.heldBytes + feedBytes
    const bytes = isWhole ? piece : this.held.subarray(0, this.heldBytes)
    const line = { offset: this.offset, size, bytes: this.heldBytes > this.bytesMax ? null : bytes }
    this.number += 1
    this.offset += size
    this.heldBytes = 0
    return { number: this.number, ...line }
  }
}
