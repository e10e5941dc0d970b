/**
 * Whether a concurrent history of a store can be explained by one order, one operation after another: the promise
 * behind `expectedVersion`. Each conversation is judged by itself, for that is how far a store's promise goes (and if
 * each is linearizable, all together are). A verdict that is not `ok` never means "probably".
 */
import type { History, Operation } from './histories/operation.js'
import { isTelling } from './histories/register.js'
import { findOrder } from './histories/search.js'
import { tell } from './histories/words.js'

export interface LinearizableBounds {
  /** Operations of one conversation that say anything. Default 2,000. */
  readonly operationsMax?: number
  /** States that the search of one conversation visits. Default 1,000,000. */
  readonly statesMax?: number
}

/**
 * One conversation's operations in an order that explains every answer. Open appends that are not in it did not happen.
 */
export interface WitnessOrder {
  readonly conversationId: string
  readonly order: readonly Operation[]
}

export type Verdict =
  | {
      readonly ok: true
      readonly orders: readonly WitnessOrder[]
      /** Visited by the search, all conversations together. */
      readonly states: number
    }
  | {
      readonly ok: false
      /** `not-linearizable` is proved; the others say that a bound was reached first, so that nothing is known. */
      readonly code: 'not-linearizable' | 'too-many-operations' | 'too-many-states'
      readonly conversationId: string
      /** The shortest beginning that cannot be explained; the whole conversation where nothing is known. */
      readonly prefix: History
      /** The same in words, for a person. */
      readonly story: string
    }

type Refuted = Extract<Verdict, { readonly ok: false }>

const answerTimes = (operations: readonly Operation[]): readonly number[] =>
  operations.flatMap(({ answeredAt }) => answeredAt ?? []).sort((a, b) => a - b)

/**
 * The history as it stood at a moment: what had not answered then has no answer, and what was not asked is not there.
 */
function until(operations: readonly Operation[], time: number): readonly Operation[] {
  return operations.flatMap((operation) => {
    if (operation.askedAt > time) return []
    const hasAnswered = operation.answeredAt !== null && operation.answeredAt <= time
    return hasAnswered ? [operation] : [{ ...operation, answeredAt: null, answer: null }]
  })
}

/** The shortest unexplainable beginning, by halving: if a beginning can't be explained, no longer one can. */
function refute(conversationId: string, operations: readonly Operation[], statesMax: number): Refuted {
  const times = answerTimes(operations)
  let [explained, unexplained] = [-1, times.length - 1]
  while (unexplained - explained > 1) {
    const middle = Math.floor((explained + unexplained) / 2)
    const beginning = until(operations, times[middle] ?? 0).filter(isTelling)
    // What a bound leaves undecided counts as explained: what is told must be proved.
    if (findOrder(beginning, statesMax).kind === 'none') unexplained = middle
    else explained = middle
  }
  const time = times[unexplained] ?? 0
  const prefix = until(operations, time).filter(isTelling)
  const found = findOrder(prefix, statesMax)
  const culprit = prefix.find(({ answeredAt }) => answeredAt === time) as Operation
  const story = tell(conversationId, prefix, culprit, found.kind === 'none' ? found.logsMet : [])
  return { ok: false, code: 'not-linearizable', conversationId, prefix, story }
}

function undecided(code: Refuted['code'], conversationId: string, prefix: History, bound: string): Refuted {
  const story = `Conversation ${JSON.stringify(conversationId)}: not decided, for it has more than ${bound}.`
  return { ok: false, code, conversationId, prefix, story }
}

function byConversation(history: History): ReadonlyMap<string, readonly Operation[]> {
  const conversations = new Map<string, Operation[]>()
  for (const operation of history) {
    const operations = conversations.get(operation.conversationId) ?? []
    operations.push(operation)
    conversations.set(operation.conversationId, operations)
  }
  return conversations
}

/**
 * Judges a history recorded with `recordHistory`: is there, for each conversation, one order of its operations that
 * gives every answer as it was, and never puts an operation before one that had answered when it was asked? An append
 * without an answer, or with `unknown-outcome`, may have happened at any later time, once, or never. Any other
 * refusal means that nothing of the append is ever read. Contents are not compared, for erasing may take them.
 *
 * Every conversation must have been empty when the recording began, and be written to through the recorder alone.
 * @returns `ok` with an order for each conversation, or the first that has none, with the shortest beginning that
 *   cannot be explained. Beyond a bound: `too-many-operations`, `too-many-states`; then make histories shorter.
 * @example
 * import { openMemoryStore } from 'colloquy'
 * import { linearizable, randomHistories } from 'colloquy/testing'
 *
 * const factory = async () => ({ store: openMemoryStore() })
 * for await (const history of randomHistories({ factory, seed: 1, histories: 100 })) {
 *   const verdict = linearizable(history)
 *   if (!verdict.ok) throw new Error(verdict.story)
 * }
 * @see Wing and Gong 1993; Lowe 2017; and for judging part by part, Horn and Kroening, Faster linearizability checking
 *   via P-compositionality, 2015
 */
export function linearizable(history: History, bounds: LinearizableBounds = {}): Verdict {
  const { operationsMax = 2_000, statesMax = 1_000_000 } = bounds
  const orders: WitnessOrder[] = []
  let states = 0
  for (const [conversationId, operations] of byConversation(history)) {
    const telling = operations.filter(isTelling)
    if (telling.length > operationsMax) {
      return undecided('too-many-operations', conversationId, telling, `${operationsMax} operations`)
    }
    const found = findOrder(telling, statesMax)
    states += found.states
    if (found.kind === 'too-many-states') {
      return undecided('too-many-states', conversationId, telling, `${statesMax} states`)
    }
    if (found.kind === 'none') return refute(conversationId, telling, statesMax)
    orders.push({ conversationId, order: found.order })
  }
  return { ok: true, orders, states }
}
