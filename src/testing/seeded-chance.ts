/**
 * Randomness that a seed repeats, on every machine: small, fast, and for simulations alone. It must never make a secret.
 * @see Blackman and Vigna, "Scrambled Linear Pseudorandom Number Generators" (2018): xoshiro128**
 * @see Steele, Lea and Flood, "Fast Splittable Pseudorandom Number Generators" (2014): the seeding, in its 32-bit form
 */

const rotated = (word: number, bits: number): number => (word << bits) | (word >>> (32 - bits))

/** Spreads a seed over as many words as are asked for. */
function* splitMix(seed: number): Generator<number, never> {
  for (let state = seed >>> 0; ; ) {
    state = (state + 0x9e3779b9) >>> 0
    let mixed = Math.imul(state ^ (state >>> 16), 0x21f0aaad)
    mixed = Math.imul(mixed ^ (mixed >>> 15), 0x735a2d97)
    yield mixed ^ (mixed >>> 15)
  }
}

export class SeededChance {
  private readonly state: Int32Array

  /** @param seed any whole number; its lower 53 bits count. */
  constructor(seed: number) {
    const low = splitMix(seed % 2 ** 32)
    const high = splitMix(Math.floor(seed / 2 ** 32))
    this.state = Int32Array.from({ length: 4 }, () => low.next().value ^ rotated(high.next().value, 7))
  }

  /** 32 random bits, as a number from 0. */
  word(): number {
    const [a = 0, b = 0, c = 0, d = 0] = this.state
    const answer = Math.imul(rotated(Math.imul(b, 5), 7), 9) >>> 0
    const third = c ^ a
    const fourth = d ^ b
    this.state[0] = a ^ fourth
    this.state[1] = b ^ third
    this.state[2] = third ^ (b << 9)
    this.state[3] = rotated(fourth, 11)
    return answer
  }

  /** A whole number from 0, below `bound`. */
  below(bound: number): number {
    return Math.floor((this.word() / 2 ** 32) * bound)
  }

  /** True once in so many: `rate` is from 0 (never) to 1 (always). */
  happens(rate: number): boolean {
    return this.word() < rate * 2 ** 32
  }

  /** One of these; there must be at least one. */
  of<T>(choices: readonly T[]): T {
    return choices[this.below(choices.length)] as T
  }

  /** `digits` hex digits. */
  hex(digits: number): string {
    let text = ''
    while (text.length < digits) text += this.word().toString(16).padStart(8, '0')
    return text.slice(0, digits)
  }

  /** A stream of its own, the `number`th of several: what is drawn there does not shift what is drawn here. */
  branch(number = 0): SeededChance {
    return new SeededChance(this.word() + this.word() * 2 ** 20 + number)
  }
}
