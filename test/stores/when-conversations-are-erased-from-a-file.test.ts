/** Erased through the door, by message, conversation or owner, no word and no salt is left in the bytes that SQLite keeps. */
import { describe, expect, test } from 'vitest'
import type { EventStore } from '../../src/log/event-store.js'
import { orThrow } from '../../src/or-throw.js'
import { type Door, here, openDoor } from '../conversations/door.js'
import { bytesOf, newPath, openAt, presentDrivers } from './sqlite-files.js'

const secretOf = (conversationId: string, messageId: string) => `<<secret of ${conversationId} ${messageId}>>`
const messageIds = ['u1', 'a1', 'u2', 'u3']

/** A conversation with short words and long ones, in messages, an edit and, under this door, a snapshot at every event. */
async function talk({ conversations }: Door, conversationId: string, owner: string): Promise<void> {
  const where = { ...here, conversationId }
  const words = (messageId: string, times: number) => secretOf(conversationId, messageId).repeat(times)
  orThrow(await conversations.open({ ...where, owner }))
  orThrow(await conversations.receive({ ...where, messageId: 'u1', content: words('u1', 1) }))
  const blocks = [{ type: 'text', text: words('a1', 300) }]
  orThrow(await conversations.send({ ...where, messageId: 'a1', content: blocks }))
  const edit = { messageId: 'u2', content: words('u2', 20) }
  orThrow(await conversations.fork({ ...where, messageId: 'u1', newThreadId: 'b', edit }))
  orThrow(await conversations.receive({ ...where, messageId: 'u3', content: words('u3', 4_000) }))
}

const ids = Array.from({ length: 12 }, (_, n) => `c${n}`)
const ownerOf = (id: string) => (Number(id.slice(1)) % 2 === 0 ? 'ada' : 'bob')

async function saltsOf(store: EventStore, conversationIds: readonly string[]): Promise<readonly string[]> {
  const pages = await Promise.all(conversationIds.map((conversationId) => store.read({ conversationId })))
  return pages.flatMap((page) => orThrow(page)).flatMap(({ salt }) => salt ?? [])
}

const secrets = (conversationIds: readonly string[], messages = messageIds) =>
  conversationIds.flatMap((id) => messages.map((messageId) => secretOf(id, messageId)))

const erasures = {
  'by message': {
    erase: async ({ conversations }: Door) => {
      for (const conversationId of ids) orThrow(await conversations.erase({ conversationId, messageIds, reason: 'r' }))
    },
    of: ids,
  },
  'by conversation': {
    erase: async ({ conversations }: Door) => {
      for (const conversationId of ids.slice(3, 7)) orThrow(await conversations.erase({ conversationId, reason: 'r' }))
    },
    of: ids.slice(3, 7),
  },
  'by owner': {
    erase: async ({ conversations }: Door) =>
      void orThrow(await conversations.eraseOwner({ owner: 'ada', reason: 'r', compact: true })),
    of: ids.filter((id) => ownerOf(id) === 'ada'),
  },
} as const

describe.each(presentDrivers)('over %s', (driver) => {
  test.each(Object.entries(erasures))(
    'Erased %s, the words are in no byte, and the others are where they were.',
    async (_, { erase, of }) => {
      const path = newPath()
      const store = await openAt(path, driver)
      const door = openDoor({ store, snapshotEvery: 1 })
      for (const id of ids) await talk(door, id, ownerOf(id))
      const salts = await saltsOf(store, of)
      const gone = [...secrets(of), ...salts]
      expect(salts).toHaveLength(of.length * messageIds.length)
      expect(gone.filter((text) => !bytesOf(path).includes(text))).toEqual([])
      await erase(door)
      const after = bytesOf(path)
      expect(gone.filter((text) => after.includes(text))).toEqual([])
      const others = secrets(ids.filter((id) => !of.includes(id)))
      expect(others.filter((text) => !after.includes(text))).toEqual([])
    },
  )

  test('The life goes on after it, and what is said then brings nothing back.', async () => {
    const path = newPath()
    const door = openDoor({ store: await openAt(path, driver), snapshotEvery: 1 })
    await talk(door, 'c0', 'ada')
    orThrow(await door.conversations.eraseOwner({ owner: 'ada', reason: 'r' }))
    const where = { ...here, conversationId: 'c0' }
    orThrow(await door.conversations.receive({ ...where, content: 'hello' }))
    orThrow(await door.conversations.fork({ ...where, messageId: 'u1', edit: { content: 'anew' } }))
    expect(secrets(['c0']).filter((text) => bytesOf(path).includes(text))).toEqual([])
  })

  test('Sealed, no word is ever in the file, erased or not.', async () => {
    const path = newPath()
    const encryption = { keyOf: () => new Uint8Array(32).fill(7) }
    const door = openDoor({ store: await openAt(path, driver), snapshotEvery: 1, encryption })
    for (const id of ids.slice(0, 3)) await talk(door, id, 'ada')
    expect(secrets(ids).filter((text) => bytesOf(path).includes(text))).toEqual([])
    expect(bytesOf(path)).toContain('colloquy.sealed')
    orThrow(await door.conversations.eraseOwner({ owner: 'ada', reason: 'r' }))
    expect(bytesOf(path)).not.toContain('colloquy.sealed')
  })
})
