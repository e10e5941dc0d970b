/**
 * Where each conversation's events are in a log, for logs that interleave more of them than fit in memory.
 *
 * It holds no ids and no text: 16 bytes for each run (lines of one conversation that follow on each other) and 24 to 56
 * for each conversation, all outside of the JavaScript heap. A log in which no two neighbours belong together costs
 * 16 bytes an event, where an event takes 200 bytes and more.
 */
import { createHash } from 'node:crypto'

/** Consecutive bytes of one conversation's lines. */
export interface Run {
  readonly offset: number
  readonly size: number
}

type Numbers = Float64Array<ArrayBuffer> | Uint32Array<ArrayBuffer>

/** A growing list of numbers that costs what its numbers cost. */
class Column<A extends Numbers> {
  length = 0

  constructor(
    private readonly make: (length: number) => A,
    private cells: A = make(1024),
  ) {}

  at(place: number): number {
    return this.cells[place] as number
  }

  set(place: number, value: number): void {
    this.cells[place] = value
  }

  push(value: number): number {
    if (this.length === this.cells.length) {
      const grown = this.make(this.length * 2)
      grown.set(this.cells)
      this.cells = grown
    }
    this.cells[this.length] = value
    this.length += 1
    return this.length - 1
  }
}

const whole = (): Column<Uint32Array<ArrayBuffer>> => new Column((length) => new Uint32Array(length))
const wide = (): Column<Float64Array<ArrayBuffer>> => new Column((length) => new Float64Array(length))

const none = 0xffffffff
const runBytesMax = 0x7fffffff
const recentMax = 4_096

export class LogIndex {
  private readonly offsets = wide()
  private readonly sizes = whole()
  private readonly nexts = whole()
  private readonly firstRuns = whole()
  private readonly lastRuns = whole()
  /** Four words of each conversation's SHA-256: two ids that share these 128 bits are not to be had. */
  private readonly digests = [whole(), whole(), whole(), whole()] as const
  /** Open addressing: a conversation's number, at the place that its digest gives or the next free one. */
  private table = new Uint32Array(2_048).fill(none)
  /** Ids met of late, to be spared the hashing. */
  private recent = new Map<string, number>()

  /** Conversations so far; they are numbered from 0 in order of first appearance. */
  get conversationCount(): number {
    return this.firstRuns.length
  }

  /** Notes a line of a conversation. Lines must come in order. */
  add(conversationId: string, { offset, size }: Run): void {
    const conversation = this.numberOf(conversationId)
    const last = this.lastRuns.at(conversation)
    if (last !== none && this.extends(last, offset, size)) return
    const run = this.offsets.push(offset)
    this.sizes.push(size)
    this.nexts.push(none)
    if (last === none) this.firstRuns.set(conversation, run)
    else this.nexts.set(last, run)
    this.lastRuns.set(conversation, run)
  }

  /** The runs of one conversation, in order. */
  *runsOf(conversation: number): Generator<Run> {
    for (let run = this.firstRuns.at(conversation); run !== none; run = this.nexts.at(run)) {
      yield { offset: this.offsets.at(run), size: this.sizes.at(run) }
    }
  }

  private extends(run: number, offset: number, size: number): boolean {
    const grown = this.sizes.at(run) + size
    if (this.offsets.at(run) + this.sizes.at(run) !== offset || grown > runBytesMax) return false
    this.sizes.set(run, grown)
    return true
  }

  private numberOf(conversationId: string): number {
    const known = this.recent.get(conversationId)
    if (known !== undefined) return known
    const number = this.find(conversationId)
    if (this.recent.size >= recentMax) this.recent = new Map()
    this.recent.set(conversationId, number)
    return number
  }

  private find(conversationId: string): number {
    // UTF-16, for lone surrogates tell ids apart and have no UTF-8.
    const digest = createHash('sha256').update(conversationId, 'utf16le').digest()
    const words = [0, 4, 8, 12].map((at) => digest.readUInt32LE(at))
    const place = this.placeOf(words)
    const known = this.table[place] as number
    return known === none ? this.admit(words, place) : known
  }

  private admit(words: readonly number[], place: number): number {
    const number = this.firstRuns.push(none)
    this.lastRuns.push(none)
    for (const [at, column] of this.digests.entries()) column.push(words[at] as number)
    this.table[place] = number
    if (number * 2 > this.table.length) this.growTable()
    return number
  }

  private placeOf(words: readonly number[]): number {
    const mask = this.table.length - 1
    let place = (words[0] as number) & mask
    while (this.table[place] !== none && !this.isAt(this.table[place] as number, words)) place = (place + 1) & mask
    return place
  }

  private isAt(number: number, words: readonly number[]): boolean {
    return this.digests.every((column, at) => column.at(number) === words[at])
  }

  private growTable(): void {
    this.table = new Uint32Array(this.table.length * 2).fill(none)
    for (let number = 0; number < this.conversationCount; number++) {
      const words = this.digests.map((column) => column.at(number))
      this.table[this.placeOf(words)] = number
    }
  }
}
