/** Content under its owner's key: read through the door as it was said, and nowhere else; without the key, erased. */
import { left } from 'fp-ts/lib/Either.js'
import { describe, expect, test } from 'vitest'
import { orThrow } from '../../src/or-throw.js'
import { openMemoryStore } from '../../src/stores/memory.js'
import { exported, restored } from '../log/moving.js'
import { faultIn, here, logOf, openDoor } from './door.js'
import { interposed } from './interposed-store.js'
import { blocks, c1, contentsIn, everythingIn, findings, Keys, sealedDoor, talked } from './sealed.js'
import { stores } from './stores.js'

describe.each(stores)('over $name', ({ open }) => {
  test('What was said comes out as it went in, here and in another process, and is nowhere in the store.', async () => {
    const store = await open()
    const keys = new Keys()
    const door = await talked(sealedDoor(keys, { store, snapshotEvery: 1 }))
    for (const each of [door, sealedDoor(keys, { store }, 'r')]) {
      expect(await contentsIn(each)).toEqual(['secret one', blocks])
      expect(await contentsIn(each, 'b')).toEqual([''])
      const [, received] = await logOf(each)
      expect(received).toMatchObject({ data: { content: 'secret one' } })
    }
    expect(await everythingIn(store)).not.toMatch(/secret|blocks/)
    expect(JSON.stringify(door.asked)).toContain('secret one')
    expect(JSON.stringify(door.heard)).toContain('secret one')
    expect([await faultIn(store), await findings(store)]).toEqual([null, []])
  })

  test('Without the key it is erased, and the life is as it was; with its own key another’s is still there.', async () => {
    const store = await open()
    const keys = new Keys()
    const door = await talked(sealedDoor(keys, { store, snapshotEvery: 1 }))
    await talked(door, { ...here, conversationId: 'c2' }, 'bob')
    const before = orThrow(await door.conversations.thread(here))
    keys.kept.set('ada', null)
    // The first has it all in memory, the other has never seen it.
    for (const each of [door, sealedDoor(keys, { store }, 'r')]) {
      const after = orThrow(await each.conversations.thread(here))
      expect(after).toEqual({ ...before, messages: before.messages.map((one) => ({ ...one, content: null })) })
      expect(JSON.stringify(await logOf(each))).not.toContain('secret')
      const other = orThrow(await each.conversations.thread({ ...here, conversationId: 'c2' }))
      expect(other.messages[0]?.content).toBe('secret one')
    }
    expect(await findings(store)).toEqual([])
  })
})

test('A feed of all conversations unseals each with its own key.', async () => {
  const keys = new Keys()
  const door = await talked(sealedDoor(keys))
  await talked(door, { ...here, conversationId: 'c2' }, 'bob')
  keys.kept.set('bob', null)
  const heard: unknown[] = []
  for await (const event of door.conversations.subscribe({ signal: AbortSignal.timeout(60_000) })) {
    if (event.type === 'message.received') heard.push([event.conversationId, event.data.content])
    if (event.conversationId === 'c2' && event.type === 'thread.forked') break
  }
  expect(heard).toEqual([
    ['c1', 'secret one'],
    ['c2', null],
  ])
})

test('A conversation without an owner is sealed under the key for nobody.', async () => {
  const keys = new Keys()
  const door = await talked(sealedDoor(keys), here, null)
  expect(new Set(keys.asked)).toEqual(new Set([null]))
  expect(await everythingIn(door.store)).not.toContain('secret')
  const other = sealedDoor(keys, { store: door.store }, 'r')
  expect(await contentsIn(other)).toEqual(['secret one', blocks])
  keys.kept.set(null, null)
  expect(await contentsIn(other)).toEqual([null, null])
})

test('A key may be WebCrypto’s own, which nobody can read.', async () => {
  const keys = new Keys()
  const length = 256
  keys.kept.set('ada', await crypto.subtle.generateKey({ name: 'AES-GCM', length }, false, ['encrypt', 'decrypt']))
  const door = await talked(sealedDoor(keys))
  expect(await contentsIn(sealedDoor(keys, { store: door.store }, 'r'))).toEqual(['secret one', blocks])
})

test('Every text is sealed with a nonce of its own, of 96 bits.', async () => {
  const door = await talked(sealedDoor(new Keys(), { snapshotEvery: 1 }))
  for (const content of ['twice', 'twice']) orThrow(await door.conversations.receive({ ...here, content }))
  const texts = orThrow(await door.store.read(c1)).flatMap(({ content }) =>
    content === null ? [] : JSON.parse(content),
  )
  const snapshot = JSON.parse(orThrow(await door.store.loadSnapshot('c1'))?.text ?? '{}')
  const nonces: string[] = [...texts, snapshot].map(({ nonce }) => nonce)
  expect(nonces).toHaveLength(6)
  expect(new Set(nonces).size).toBe(6)
  expect(nonces.map((nonce) => Buffer.from(nonce, 'base64').length)).toEqual(nonces.map(() => 12))
})

test('A key is asked for a few times a conversation, and not for every message.', async () => {
  const keys = new Keys()
  const door = await talked(sealedDoor(keys))
  for (let n = 0; n < 50; n++) orThrow(await door.conversations.send({ ...here, content: 'secret' }))
  keys.asked.length = 0
  await contentsIn(sealedDoor(keys, { store: door.store }, 'r'))
  expect(keys.asked.length).toBeLessThanOrEqual(3)
})

test('No key is asked for to audit, to export, to restore; restored, it opens with the key.', async () => {
  const keys = new Keys()
  const door = await talked(sealedDoor(keys))
  keys.isOut = true
  const lines = await exported(door.store)
  expect(lines.join()).not.toContain('secret')
  const moved = await restored(lines)
  expect(moved.findings).toEqual([])
  expect(await findings(moved.store)).toEqual([])
  keys.isOut = false
  expect(await contentsIn(sealedDoor(keys, { store: moved.store }, 'r'))).toEqual(['secret one', blocks])
})

describe('snapshots', () => {
  test('are sealed, and read again.', async () => {
    const keys = new Keys()
    const store = openMemoryStore()
    await talked(sealedDoor(keys, { store, snapshotEvery: 5 }))
    expect(orThrow(await store.loadSnapshot('c1'))).toMatchObject({
      version: 5,
      text: expect.stringContaining('"sealed"'),
    })
    const from: (number | undefined)[] = []
    const watched = interposed(store, {
      read: (read) => (range) => {
        if (range.limit !== 1) from.push(range.fromVersion)
        return read(range)
      },
    })
    expect(await contentsIn(sealedDoor(keys, { store: watched }, 'r'))).toEqual(['secret one', blocks])
    expect(from).toEqual([5])
  })

  test('of a door without the key are not taken: it held sealed content for what was said.', async () => {
    const keys = new Keys()
    const store = openMemoryStore()
    await talked(sealedDoor(keys, { store, snapshotEvery: 1_000 }))
    orThrow(await openDoor({ store, snapshotEvery: 1 }, 'plain').conversations.giveFeedback({ ...here, rating: 'up' }))
    expect(orThrow(await store.loadSnapshot('c1'))?.text).toContain('colloquy.sealed')
    expect(await contentsIn(sealedDoor(keys, { store }, 'r'))).toEqual(['secret one', blocks])
  })
})

test('What was said before sealing began is read as it is, and what is said from then on is sealed.', async () => {
  const store = openMemoryStore()
  const plain = openDoor({ store })
  orThrow(await plain.conversations.open({ ...here, owner: 'ada' }))
  orThrow(await plain.conversations.receive({ ...here, content: 'in plain words' }))
  const keys = new Keys()
  const door = sealedDoor(keys, { store }, 'r')
  orThrow(await door.conversations.send({ ...here, content: 'secret' }))
  expect(await contentsIn(door)).toEqual(['in plain words', 'secret'])
  expect(await everythingIn(store)).not.toContain('secret"')
  keys.kept.set('ada', null)
  expect(await contentsIn(door)).toEqual(['in plain words', null])
})

describe('bounds', () => {
  test('Content that fits as it is, and not when it is sealed, is refused, and nothing is stored.', async () => {
    const content = 'x'.repeat(800_000)
    const keys = new Keys()
    const door = await talked(sealedDoor(keys))
    expect(await door.conversations.receive({ ...here, content })).toMatchObject(left({ code: 'invalid-event' }))
    orThrow(await door.conversations.receive({ ...here, content: content.slice(0, 780_000) }))
    expect((await contentsIn(sealedDoor(keys, { store: door.store }, 'r'))).at(-1)).toHaveLength(780_000)
  })

  test('Nobody can say what looks sealed, with keys or without; in words one may speak of it.', async () => {
    const block = { type: 'colloquy.sealed', algorithm: 'A256GCM', nonce: 'AAAA', text: 'AAAA' }
    for (const door of [openDoor(), sealedDoor(new Keys())]) {
      await talked(door)
      const edit = { content: [block] }
      expect(await door.conversations.receive({ ...here, content: [block] })).toMatchObject(
        left({ code: 'invalid-event' }),
      )
      expect(await door.conversations.send({ ...here, content: [block] })).toMatchObject(
        left({ code: 'invalid-event' }),
      )
      expect(await door.conversations.fork({ ...here, messageId: 'u1', edit })).toMatchObject(
        left({ code: 'invalid-event' }),
      )
      orThrow(await door.conversations.receive({ ...here, content: JSON.stringify([block]) }))
      expect((await contentsIn(door)).at(-1)).toBe(JSON.stringify([block]))
    }
  })
})
