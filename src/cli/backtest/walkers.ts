/**
 * Batches walked on other threads, each run of the plan over each batch. This file is its own worker. What comes of a
 * batch is the same whoever walks it.
 */
import { fileURLToPath } from 'node:url'
import { isMainThread, parentPort, Worker, workerData } from 'node:worker_threads'
import type { Batch } from './past.js'
import type { Plan } from './plan.js'
import { type Ending, type Tally, tallyBatch } from './tally.js'
import { Walk } from './walk.js'

/** What came of a batch: a tally for each run, and for each policy as it is where conversations would have ended. */
export interface Walked {
  readonly tallies: readonly Tally[]
  readonly endings: readonly (readonly Ending[])[]
}

/** Walks a batch here and now. */
export class Walker {
  private readonly walks: readonly Walk[]

  constructor(private readonly plan: Plan) {
    this.walks = plan.runs.map(({ policy, threshold }) => new Walk(policy, threshold))
  }

  walk(batch: Batch): Walked {
    const walked = this.walks.map((walk) => tallyBatch(walk, batch))
    return {
      tallies: walked.map(({ tally }) => tally),
      endings: this.plan.policies.map(({ run }) => walked[run]?.endings ?? []),
    }
  }
}

/** A thread that walks batches one after the other, in the order in which it got them. */
class Hand {
  private readonly worker: Worker
  private readonly waiting: ((walked: Walked) => void)[] = []
  private fail: (error: Error) => void = () => {}
  /** Rejects if the thread fails; never resolves. */
  private readonly failed = new Promise<never>((_, reject) => {
    this.fail = reject
  })

  constructor(plan: Plan) {
    this.worker = new Worker(fileURLToPath(import.meta.url), { workerData: { plan } })
    this.worker.on('message', (walked: Walked) => this.waiting.shift()?.(walked))
    this.worker.on('error', (error: Error) => this.fail(error))
    this.worker.on('exit', (code) => this.fail(new Error(`a worker stopped early, with exit code ${code}`)))
    // Whoever waits for a batch hears of it; with nobody waiting there is nobody to tell.
    this.failed.catch(() => {})
  }

  walk(batch: Batch): Promise<Walked> {
    const { starts, parents, kinds, scores } = batch
    this.worker.postMessage(batch, [starts.buffer, parents.buffer, kinds.buffer, scores.buffer] as ArrayBuffer[])
    const answer = new Promise<Walked>((resolve) => this.waiting.push(resolve))
    return Promise.race([answer, this.failed])
  }

  async stop(): Promise<void> {
    await this.worker.terminate()
  }
}

/** Threads that walk batches, each its share of them. */
export class Walkers {
  private readonly hands: readonly Hand[]
  private next = 0

  /** @param count how many threads, 1 and up. */
  constructor(plan: Plan, count: number) {
    this.hands = Array.from({ length: count }, () => new Hand(plan))
  }

  /** Takes the batch's memory with it: it is empty afterwards. */
  walk(batch: Batch): Promise<Walked> {
    const hand = this.hands[this.next % this.hands.length] as Hand
    this.next += 1
    return hand.walk(batch)
  }

  async stop(): Promise<void> {
    await Promise.all(this.hands.map((hand) => hand.stop()))
  }
}

if (!isMainThread && workerData?.plan) {
  const walker = new Walker(workerData.plan as Plan)
  parentPort?.on('message', (batch: Batch) => parentPort?.postMessage(walker.walk(batch)))
}
