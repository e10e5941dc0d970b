/** Processes that share a group over one store, one of them killed in the middle: what they must have handled in the end. */
import { expect } from 'vitest'
import { createConversations } from '../../src/conversations.js'
import type { EventStore } from '../../src/log/event-store.js'
import { orThrow } from '../../src/or-throw.js'
import { ChildProcess } from './child-process.js'

const ids = Array.from({ length: 24 }, (_, n) => `c${n}`)

const placeIn = (line: string): string => line.split(' ')[0] ?? ''

/** What all have said, in the order of time: a partition may have gone from one to another and back. */
function inOrderOfTime(lines: readonly string[]): readonly string[] {
  const timed = lines.map((line) => ({ place: placeIn(line), at: BigInt(line.split(' ')[1] ?? 0) }))
  return timed.sort((a, b) => Number(a.at - b.at)).map(({ place }) => place)
}

/** For the first time each conversation's events were handled in order, by whoever it was. */
function expectInOrder(told: readonly string[], count: number): void {
  for (const id of ids) {
    const versions = [...new Set(told.filter((place) => place.startsWith(`${id}/`)))]
    expect(versions).toEqual(Array.from({ length: count }, (_, n) => `${id}/${n + 1}`))
  }
}

/**
 * Two processes share a group; one is killed without a word, and the other takes over what it held.
 * @param args for `subscriber-process.mjs`.
 */
export async function expectTakeover(store: EventStore, args: readonly string[]): Promise<void> {
  const conversations = createConversations({ store })
  const say = async (conversationId: string) =>
    orThrow(await conversations.noteWelfare({ conversationId, threadId: 'main', signal: 's', intensity: 0 }))
  for (const conversationId of ids) orThrow(await conversations.open({ conversationId, threadId: 'main' }))
  const [one, other] = [
    new ChildProcess('./subscriber-process.mjs', ...args),
    new ChildProcess('./subscriber-process.mjs', ...args),
  ]
  // Both have their share before anything else happens.
  while (one.said.length === 0 || other.said.length === 0) for (const id of ids) await say(id)
  const written = orThrow(await store.list({}))[0]?.version ?? 0
  one.kill()
  const killed = await one.ending()
  for (const id of ids) await say(id)
  const isAll = () => new Set([...killed, ...other.said].map(placeIn)).size === ids.length * (written + 1)
  while (!isAll()) await other.hasSaid(other.said.length + 1)
  const { partitions, parked } = orThrow(await conversations.lag({ group: 'g' }))
  expect(new Set(partitions.map(({ holder }) => holder)).size).toBe(1)
  expect(parked).toBe(0)
  other.go()
  expectInOrder(inOrderOfTime([...killed, ...(await other.ending())]), written + 1)
  expect(orThrow(await conversations.lag({ group: 'g' }))).toMatchObject({ behind: 0, isMore: false })
}
