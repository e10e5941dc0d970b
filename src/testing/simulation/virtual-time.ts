/**
 * Time that passes only when everything waits. What is due next is chosen here and nowhere else, so that a run repeats
 * event for event. It must never look at the real clock.
 */
import type { SetTimer } from '../../log/timer.js'

interface Due {
  readonly atMs: number
  /** Breaks ties: first come, first served. */
  readonly order: number
  run: (() => void | Promise<void>) | null
}

const isBefore = (a: Due, b: Due): boolean => a.atMs < b.atMs || (a.atMs === b.atMs && a.order < b.order)

export class VirtualTime {
  /** Milliseconds since the epoch; it begins with the year 2026. */
  nowMs = Date.UTC(2026, 0, 1)
  /** How often something was due and done. */
  steps = 0
  // A binary heap, earliest first.
  private readonly heap: Due[] = []
  private orders = 0

  /** As the door wants it: virtual milliseconds. */
  readonly setTimer: SetTimer = (run, delayMs) => this.plan(run, delayMs)

  /** Runs `run` when `delayMs` have passed; time stands still until what it answers is settled. */
  plan(run: () => void | Promise<void>, delayMs: number): () => void {
    const due: Due = { atMs: this.nowMs + Math.max(0, delayMs), order: this.orders++, run }
    this.push(due)
    return () => {
      due.run = null
    }
  }

  wait(delayMs: number): Promise<void> {
    return new Promise((resolve) => this.plan(resolve, delayMs))
  }

  /** Resolves when nothing is left to do but what waits for virtual time. */
  settle(): Promise<void> {
    return new Promise((resolve) => setImmediate(resolve))
  }

  readonly clock = (): Date => new Date(this.nowMs)

  /** Does what is due next, and all that follows from it at once; `false` if nothing is due. */
  async advance(): Promise<boolean> {
    let due = this.pop()
    while (due && due.run === null) due = this.pop()
    if (!due?.run) return false
    this.nowMs = due.atMs
    this.steps += 1
    await due.run()
    await this.settle()
    return true
  }

  private push(due: Due): void {
    const { heap } = this
    let place = heap.push(due) - 1
    while (place > 0) {
      const parent = (place - 1) >> 1
      if (!isBefore(due, heap[parent] as Due)) break
      heap[place] = heap[parent] as Due
      place = parent
    }
    heap[place] = due
  }

  private pop(): Due | undefined {
    const { heap } = this
    const first = heap[0]
    const last = heap.pop()
    if (!first || !last || heap.length === 0) return first
    let place = 0
    for (let child = 1; child < heap.length; child = 2 * place + 1) {
      if (child + 1 < heap.length && isBefore(heap[child + 1] as Due, heap[child] as Due)) child += 1
      if (!isBefore(heap[child] as Due, last)) break
      heap[place] = heap[child] as Due
      place = child
    }
    heap[place] = last
    return first
  }
}
