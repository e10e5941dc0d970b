/** The structured log: what the door says of its own work, entry by entry. */
import { isLeft } from 'fp-ts/lib/Either.js'
import { expect, test } from 'vitest'
import type { LogEntry } from '../../src/conversations/structured-log.js'
import { orThrow } from '../../src/or-throw.js'
import { openMemoryStore } from '../../src/stores/memory.js'
import { here, openDoor, opened } from './door.js'
import { atCalls, interposed, refusal } from './interposed-store.js'

const told = ({ level, what, outcome }: LogEntry) =>
  [level, what, ...(outcome === undefined ? [] : [outcome])].join(' ')

async function logging(options: Parameters<typeof openDoor>[0] = {}) {
  const entries: LogEntry[] = []
  const door = await opened(openDoor({ ...options, log: (entry) => entries.push(entry) }))
  entries.length = 0
  return { door, entries }
}

test('Each part of the work is an entry, in the order of its end.', async () => {
  const { door, entries } = await logging()
  orThrow(await door.conversations.send({ ...here, content: 'hello' }))
  expect(entries.map(told)).toEqual(['debug load ok', 'debug decide ok', 'debug append ok', 'debug command ok'])
  expect(entries.every(({ durationMs = -1 }) => durationMs >= 0)).toBe(true)
  expect(entries.at(-1)?.details).toEqual({ command: 'sendMessage', conversationId: 'c1' })
})

test('A rule that refuses is information; a store that fails is an error.', async () => {
  const { door, entries } = await logging()
  expect(isLeft(await door.conversations.confirmEnd(here))).toBe(true)
  expect(entries.map(told)).toEqual(['debug load ok', 'info decide not-asked', 'info command not-asked'])
  entries.length = 0
  await door.store.close()
  expect(isLeft(await door.conversations.confirmEnd(here))).toBe(true)
  expect(entries.map(told)).toEqual(['error load closed', 'error command closed'])
})

test('Writers that meet are told of, and tried again with their number.', async () => {
  const store = interposed(openMemoryStore(), {
    append: (real) => atCalls([2, 3], real, async () => refusal('wrong-expected-version')),
  })
  const { door, entries } = await logging({ store })
  orThrow(await door.conversations.send({ ...here, content: 'hello' }))
  const between = entries.filter(({ what }) => what === 'conflict' || what === 'retry')
  expect(between.map(({ what, details }) => [what, details.attempt])).toEqual([
    ['conflict', 1],
    ['retry', 1],
    ['conflict', 2],
    ['retry', 2],
  ])
})

test('No entry holds what was said.', async () => {
  const { door, entries } = await logging()
  orThrow(await door.conversations.receive({ ...here, content: 'a harm secret' }))
  await door.conversations.end({ ...here, ground: 'persistent-harm', reason: 'secret reason' })
  expect(entries.length).toBeGreaterThan(8)
  expect(JSON.stringify(entries)).not.toContain('secret')
})
