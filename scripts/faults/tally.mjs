/** What runs of a fault add up to. A run that found something wrong keeps a line that says where, to be run again. */

const counted = ['acknowledged', 'lost', 'duplicated', 'halfBatches', 'audited']
const linesMax = 20

export class Tally {
  runs = 0
  acknowledged = 0
  lost = 0
  duplicated = 0
  halfBatches = 0
  /** Findings of the audit. */
  audited = 0
  /** What was left could not be opened, read or written to. */
  refused = 0
  /** Runs in which something was wrong and nothing told of it: neither the audit nor a refusal. */
  silent = 0
  /** The longest time from a fault to the next acknowledgement, in ms. */
  stallMs = 0
  /** What else was counted, by name. */
  more = {}
  wrong = []

  /** Adds what `compare` found. */
  add(comparison, where, stallMs = 0) {
    this.runs += 1
    for (const name of counted) this[name] += comparison[name]
    this.stallMs = Math.max(this.stallMs, stallMs)
    const isWrong = comparison.lost + comparison.duplicated + comparison.halfBatches > 0
    if (isWrong && comparison.audited === 0) this.silent += 1
    const wrong = counted.slice(1).filter((name) => comparison[name] > 0)
    if (wrong.length > 0) this.#note(`${where}: ${wrong.map((name) => `${comparison[name]} ${name}`).join(', ')}`)
  }

  /** Counts a run after which the store refused, and why. */
  refuse(thrown, where) {
    this.runs += 1
    this.refused += 1
    this.#note(`${where}: ${thrown.message}`)
  }

  count(name, by = 1) {
    this.more[name] = (this.more[name] ?? 0) + by
  }

  /** Nothing was lost, doubled, torn or refused, and the audit found nothing. */
  get isClean() {
    return this.lost + this.duplicated + this.halfBatches + this.audited + this.refused === 0
  }

  #note(line) {
    if (this.wrong.length < linesMax) this.wrong.push(line)
  }
}
