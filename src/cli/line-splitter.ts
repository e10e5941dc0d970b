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
  /** Without its line feed; `null` if it is longer than what is held. */
  readonly bytes: Buffer | null
}

const lineFeed = 0x0a

export class LineSplitter {
  private held: Buffer[] = []
  private heldBytes = 0
  private number = 0

  /** @param offset where the first line begins. @param bytesMax the longest line that is held. */
  constructor(
    private offset = 0,
    private readonly bytesMax = lineBytesMax,
  ) {}

  /** The lines that this chunk ends. */
  *push(chunk: Buffer): Generator<Line> {
    let from = 0
    for (let at = chunk.indexOf(lineFeed); at >= 0; at = chunk.indexOf(lineFeed, from)) {
      this.hold(chunk.subarray(from, at))
      yield this.take(1)
      from = at + 1
    }
    this.hold(chunk.subarray(from))
  }

  /** The last line, if it has no line feed. */
  *end(): Generator<Line> {
    if (this.heldBytes > 0) yield this.take(0)
  }

  private hold(piece: Buffer): void {
    this.heldBytes += piece.length
    if (this.heldBytes > this.bytesMax) this.held = []
    else if (piece.length > 0) this.held.push(piece)
  }

  private take(feedBytes: number): Line {
    const size = this.heldBytes + feedBytes
    const [only] = this.held
    const whole = this.held.length === 1 && only ? only : Buffer.concat(this.held)
    const line = { offset: this.offset, size, bytes: this.heldBytes > this.bytesMax ? null : whole }
    this.number += 1
    this.offset += size
    this.held = []
    this.heldBytes = 0
    return { number: this.number, ...line }
  }
}
