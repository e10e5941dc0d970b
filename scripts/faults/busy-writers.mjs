/** Writers in this process that go on through a fault of a server, and what they were told meanwhile. */
import { randomUUID } from 'node:crypto'
import { SeededChance } from '../../dist/testing/seeded-chance.js'
import { Writer } from './load.mjs'

const patienceMs = 60_000
const pollMs = 10
/** With a pause of some ms between two attempts, more than a failover takes. */
const attemptsMax = 5_000

/** Asks until it is so. Throws `what` if it is not in time. */
export async function patiently(what, isSo) {
  const giveUpAt = performance.now() + patienceMs
  while (!(await isSo())) {
    if (performance.now() > giveUpAt) throw new Error(`${what} within ${patienceMs} ms`)
    await new Promise((resolve) => setTimeout(resolve, pollMs))
  }
}

/** Two writers on each conversation. */
export class BusyWriters {
  acknowledged = []
  #isOver = false
  #writers
  #ended

  constructor(store, { writers, seed }) {
    const run = randomUUID()
    const onAcknowledged = (batch) => this.acknowledged.push({ ...batch, at: performance.now() })
    this.#writers = Array.from({ length: writers }, (_, number) => {
      const own = {
        name: `${run}.${number}`,
        conversationId: `c${number >> 1}`,
        chance: new SeededChance(seed + number),
      }
      return new Writer({ store, ...own, onAcknowledged, attemptsMax })
    })
    const isOver = () => this.#isOver
    const writing = this.#writers.map((writer) => writer.write({ appends: Number.POSITIVE_INFINITY, isOver }))
    this.#ended = Promise.all(writing)
  }

  /** Resolves when so many more batches are acknowledged. */
  async more(count) {
    const enough = this.acknowledged.length + count
    await patiently('not enough was acknowledged', () => this.acknowledged.length >= enough)
  }

  /** Resolves when every writer has ended; each answers for its last append first. */
  async stop() {
    this.#isOver = true
    await this.#ended
  }

  /** The longest time in which nobody was told anything, in ms. */
  get stallMs() {
    const times = this.acknowledged.map(({ at }) => at)
    return Math.max(0, ...times.slice(1).map((time, index) => time - times[index]))
  }

  /** How often each refusal was told, by code. */
  get heard() {
    const sums = {}
    for (const [code, times] of this.#writers.flatMap(({ heard }) => Object.entries(heard))) {
      sums[code] = (sums[code] ?? 0) + times
    }
    return sums
  }
}
