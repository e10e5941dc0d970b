/**
 * Random concurrent histories of any store, to be judged by `linearizable`. What the writers choose comes from the seed
 * alone; how their operations fall beside each other is the store's and the event loop's.
 */
import type { EventStore } from '../../log/event-store.js'
import { SeededChance } from '../seeded-chance.js'
import { type StoreFactory, StoreUnderTest } from '../store-suite/store-under-test.js'
import type { History } from './operation.js'
import { RandomWriter } from './random-writer.js'
import { HistoryRecorder } from './recorder.js'

export interface RandomHistoriesOptions {
  /** Called once: every history has conversations of its own in one store. */
  readonly factory: StoreFactory
  readonly seed: number
  /** How many histories. */
  readonly histories: number
  /** Who write at once. Default 4. */
  readonly writers?: number
  /** Of each writer. Default 8. */
  readonly operations?: number
  /** Which the writers share. Default 2. */
  readonly conversations?: number
  /** Handles that the writers share, in turn. Default 1; more need the factory's `openAnother`. */
  readonly handles?: number
}

type Settings = Required<Omit<RandomHistoriesOptions, 'factory' | 'histories' | 'handles'>>

const defaults = { writers: 4, operations: 8, conversations: 2 }

async function handlesOf(subject: StoreUnderTest, count: number): Promise<readonly EventStore[]> {
  const handles = [subject.store]
  while (handles.length < count) handles.push(await subject.another())
  return handles
}

/** The `number`th history of a seed, over these handles on one store. */
export async function randomHistory(
  handles: readonly EventStore[],
  number: number,
  settings: Partial<Settings> & { readonly seed: number; readonly recorder?: HistoryRecorder },
): Promise<History> {
  const { seed, writers, operations, conversations, recorder = new HistoryRecorder() } = { ...defaults, ...settings }
  const chance = new SeededChance(seed).branch(number)
  const conversationIds = Array.from({ length: conversations }, (_, n) => `history ${seed}.${number}.${n}`)
  const names = Array.from({ length: writers }, (_, n) => `w${n + 1}`)
  const clients = names.map((name, n) => {
    const store = recorder.over(handles[n % handles.length] as EventStore, name)
    return new RandomWriter({ name, store, chance: chance.branch(n), conversationIds, names })
  })
  await Promise.all(clients.map((client) => client.write(operations)))
  // What is there in the end, so that nothing that was acknowledged can be missing unseen.
  const reader = recorder.over(handles[0] as EventStore, 'the end')
  for (const conversationId of conversationIds) await reader.read({ conversationId })
  return recorder.history()
}

/**
 * Makes random concurrent histories against a store: appends at right and wrong versions, repeats, resends, reads,
 * look-ups, and a last read of everything. Yields them one by one, so that thousands need no memory; the store is
 * closed and cleaned up at the end, also when the loop is left early.
 * @example
 * import { openMemoryStore } from 'colloquy'
 * import { randomHistories } from 'colloquy/testing'
 *
 * const factory = async () => ({ store: openMemoryStore() })
 * for await (const history of randomHistories({ factory, seed: 1, histories: 3, writers: 2 })) {
 *   for (const { client, kind, askedAt, answeredAt } of history) console.log(client, kind, askedAt, answeredAt)
 * }
 */
export async function* randomHistories(options: RandomHistoriesOptions): AsyncGenerator<History, void, undefined> {
  const subject = new StoreUnderTest(await options.factory())
  try {
    const handles = await handlesOf(subject, options.handles ?? 1)
    for (let number = 0; number < options.histories; number++) yield await randomHistory(handles, number, options)
  } finally {
    await subject.end()
  }
}
