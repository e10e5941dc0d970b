/**
 * Which ids came before, in 16 to 32 bytes each: a set of strings would hold every id of a source that may be larger
 * than memory. It keeps 64 bits of each id's SHA-256, so of ten million ids one is mistaken for another once in some
 * hundred thousand files.
 */
import { hash } from 'node:crypto'

const capacityFirst = 1_024

// Zero marks a free place.
const hashOf = (id: string): bigint => hash('sha256', id, 'buffer').readBigUInt64LE() || 1n

export class SeenIds {
  private places = new BigUint64Array(capacityFirst)
  private count = 0

  /** Whether the id came for the first time. */
  add(id: string): boolean {
    const isNew = this.put(hashOf(id))
    if (isNew) this.count += 1
    if (this.count * 2 > this.places.length) this.grow()
    return isNew
  }

  private put(hash: bigint): boolean {
    const { length } = this.places
    let at = Number(hash % BigInt(length))
    // At least half of the places are free, so one is met.
    while (this.places[at] !== 0n) {
      if (this.places[at] === hash) return false
      at = (at + 1) % length
    }
    this.places[at] = hash
    return true
  }

  private grow(): void {
    const before = this.places
    this.places = new BigUint64Array(before.length * 2)
    for (const hash of before) if (hash !== 0n) this.put(hash)
  }
}
