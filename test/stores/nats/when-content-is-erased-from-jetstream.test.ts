/** Erased means gone from the bytes: with a server of this file's own, whose files are searched. */
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { makeNats, type NatsServer, removeNats } from '../../../scripts/services/nats.mjs'
import type { EventStore } from '../../../src/log/event-store.js'
import { orThrow } from '../../../src/or-throw.js'
import { openNatsStore } from '../../../src/stores/nats/index.js'
import { contentSubject, namesOf } from '../../../src/stores/nats/subjects.js'
import { appendOf, storedEvent } from '../stored-events.js'
import { onBare } from './servers.js'

let server: NatsServer
let store: EventStore

beforeAll(async () => {
  server = await makeNats({ count: 1 })
  store = orThrow(await openNatsStore({ servers: server.url, replicas: 1 }))
})
afterAll(async () => {
  await store.close()
  await removeNats(server)
})

/** Whether any file that the server keeps has this text. */
function isInTheFiles(text: string): boolean {
  const files = readdirSync(server.folder, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile())
  return files.some((file) => readFileSync(join(file.parentPath, file.name)).includes(text))
}

const said = (conversationId: string, version: number, text: string) =>
  storedEvent(conversationId, version, { content: JSON.stringify(text), salt: `salt-of-${text}` })

const contentsOf = async (conversationId: string) =>
  orThrow(await store.read({ conversationId })).map(({ content }) => content)

test('What was erased is in no file of the server any more, and what was said beside it is.', async () => {
  orThrow(await store.append(appendOf(said('a', 1, 'secret-1'), said('a', 2, 'kept-2'))))
  orThrow(await store.append(appendOf(said('a', 3, 'secret-3'))))
  expect(isInTheFiles('secret-1') && isInTheFiles('salt-of-secret-3')).toBe(true)
  orThrow(await store.erase({ conversationId: 'a', versions: [1, 3] }))
  for (const text of ['secret-1', 'secret-3']) expect(isInTheFiles(text), text).toBe(false)
  expect(isInTheFiles('kept-2')).toBe(true)
  expect(await contentsOf('a')).toEqual([null, '"kept-2"', null])
})

test('A snapshot is gone from the files when another takes its place, and when its conversation is erased from.', async () => {
  orThrow(await store.append(appendOf(said('b', 1, 'b-1'))))
  orThrow(await store.saveSnapshot({ conversationId: 'b', version: 1, text: '"older snapshot"' }))
  orThrow(await store.saveSnapshot({ conversationId: 'b', version: 1, text: '"newer snapshot"' }))
  expect(isInTheFiles('older snapshot')).toBe(false)
  expect(isInTheFiles('newer snapshot')).toBe(true)
  orThrow(await store.erase({ conversationId: 'b', versions: [1] }))
  expect(isInTheFiles('newer snapshot')).toBe(false)
})

test('What a writer left who was lost before its append is erased with the conversation, and nobody else is harmed.', async () => {
  const names = namesOf('colloquy')
  const orphan = '[[1,14,2]]\n"orphan words"5a'
  await onBare(
    async (_, connection) => {
      for (const version of [1, 2, 3]) {
        const subject = contentSubject(names, 'c', version, `nonce${version}`)
        await connection.request(subject, `${version} ${orphan}`)
      }
    },
    [server.url],
  )
  orThrow(await store.append(appendOf(said('c', 1, 'c-1'))))
  orThrow(await store.append(appendOf(said('c', 2, 'c-2'))))
  expect(await contentsOf('c')).toEqual(['"c-1"', '"c-2"'])
  orThrow(await store.erase({ conversationId: 'c', versions: [1] }))
  expect(isInTheFiles('1 [[1,14,2]]') || isInTheFiles('2 [[1,14,2]]')).toBe(false)
  // Its writer may still be on its way to append it.
  expect(isInTheFiles('3 [[1,14,2]]')).toBe(true)
  expect(await contentsOf('c')).toEqual([null, '"c-2"'])
})

test('A writer who loses leaves no content behind, and harms none.', async () => {
  const other = orThrow(await openNatsStore({ servers: server.url, replicas: 1 }))
  orThrow(await store.append(appendOf(storedEvent('d', 1))))
  orThrow(await other.read({ conversationId: 'd' }))
  orThrow(await store.append(appendOf(said('d', 2, 'winner'))))
  // It knows version 1 only, so it puts its content before it learns that it is late.
  const late = await other.append(appendOf({ ...said('d', 2, 'loser'), eventId: 'late' }))
  expect(late).toMatchObject({ left: { code: 'wrong-expected-version', actualVersion: 2 } })
  expect(isInTheFiles('loser')).toBe(false)
  expect(await contentsOf('d')).toEqual([null, '"winner"'])
  await other.close()
})

test('After an erasure a long conversation reads as before, but for what was erased.', async () => {
  const texts = Array.from({ length: 40 }, (_, n) => `e-${n + 1}`)
  for (const [n, text] of texts.entries()) orThrow(await store.append(appendOf(said('e', n + 1, text))))
  expect(await contentsOf('e')).toEqual(texts.map((text) => JSON.stringify(text)))
  orThrow(await store.erase({ conversationId: 'e', versions: [7] }))
  expect(await contentsOf('e')).toEqual(texts.map((text) => (text === 'e-7' ? null : JSON.stringify(text))))
})
