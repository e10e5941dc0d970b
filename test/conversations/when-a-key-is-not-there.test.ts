/** Keys that are gone, wrong or out of reach, and sealed texts that were changed or moved. */
import { left } from 'fp-ts/lib/Either.js'
import { describe, expect, test } from 'vitest'
import type { ContentKey } from '../../src/conversations/sealing.js'
import type { StoredEvent } from '../../src/log/event-store.js'
import { orThrow } from '../../src/or-throw.js'
import { here, logOf } from './door.js'
import { blocks, c1, changing, contentsIn, findings, Keys, keyOfBytes, sealedDoor, talked } from './sealed.js'

describe('without the key', () => {
  test('nothing can be said; what is not content goes on: risk, feedback, the end.', async () => {
    const keys = new Keys()
    const failed: unknown[] = []
    const door = await talked(sealedDoor(keys, { snapshotEvery: 1, onError: (error) => failed.push(error) }))
    const { conversations } = door
    keys.kept.set('ada', null)
    const version = (await logOf(door)).length
    for (const said of [
      conversations.receive({ ...here, content: 'x' }),
      conversations.send({ ...here, content: 'x' }),
      conversations.fork({ ...here, messageId: 'u1', edit: { content: 'x' } }),
    ]) {
      expect(await said).toMatchObject(left({ kind: 'store', code: 'key-gone', conversationId: 'c1' }))
    }
    expect(await logOf(door)).toHaveLength(version)
    orThrow(await conversations.flagRisk({ ...c1, kind: 'crisis' }))
    orThrow(await conversations.clearRisk({ ...c1, reason: 'talked' }))
    orThrow(await conversations.giveFeedback({ ...here, rating: 'up' }))
    orThrow(await conversations.fork({ ...here, messageId: 'a1', newThreadId: 'retry' }))
    expect(orThrow(await conversations.requestEnd(here)).state.closing).toBe('requested')
    expect(failed).toEqual([])
    expect(await findings(door.store)).toEqual([])
  })

  test('a command that was carried out before is answered as it was, but for its words.', async () => {
    const keys = new Keys()
    const door = await talked(sealedDoor(keys))
    keys.kept.set('ada', null)
    const again = { ...here, messageId: 'u1', content: 'secret one', commandId: 'first' }
    const turn = orThrow(await sealedDoor(keys, { store: door.store }, 'r').conversations.receive(again))
    expect(turn).toMatchObject({ messageId: 'u1', event: { type: 'message.assessed' } })
  })

  test('what is sealed can still be erased, and an audit finds all in order.', async () => {
    for (const order of [{ ...c1, messageIds: ['u1', 'a1'] }, c1]) {
      const keys = new Keys()
      const door = await talked(sealedDoor(keys))
      keys.kept.set('ada', null)
      orThrow(await door.conversations.erase({ ...order, reason: 'r' }))
      const held = orThrow(await door.store.read(c1)).filter(({ content }) => content !== null)
      expect(held).toHaveLength('messageIds' in order ? 1 : 0)
      expect(await findings(door.store)).toEqual([])
    }
  })
})

describe('a key that is not the right one', () => {
  test.each([
    ['another', keyOfBytes(9)],
    ['too short', new Uint8Array(31)],
    ['no key', 'secret key' as unknown as ContentKey],
  ])('%s: wrong-key, for reading and for what was read before; nothing is stored.', async (_, key) => {
    const keys = new Keys()
    const door = await talked(sealedDoor(keys))
    const version = (await logOf(door)).length
    keys.kept.set('ada', key)
    const other = sealedDoor(keys, { store: door.store }, 'r')
    expect(await other.conversations.thread(here)).toMatchObject(left({ kind: 'store', code: 'wrong-key' }))
    expect(await other.conversations.receive({ ...here, content: 'x' })).toMatchObject(left({ code: 'wrong-key' }))
    expect(JSON.stringify(await other.conversations.events(c1))).not.toContain('secret')
    expect(orThrow(await door.store.list({}))).toEqual([{ conversationId: 'c1', version }])
  })

  test('One that cannot be had is key-unavailable, with the cause; nothing is stored, and what is known stays.', async () => {
    const keys = new Keys()
    const door = await talked(sealedDoor(keys))
    keys.isOut = true
    const told = left({ code: 'key-unavailable', cause: new Error('no answer') })
    const other = sealedDoor(keys, { store: door.store }, 'r')
    expect(await other.conversations.thread(here)).toMatchObject(told)
    expect(await door.conversations.receive({ ...here, content: 'x' })).toMatchObject(told)
    expect(await contentsIn(door)).toEqual(['secret one', blocks])
    expect(orThrow(await door.conversations.flagRisk({ ...c1, kind: 'crisis' })).state.risk).toBe('flagged')
  })
})

test('A wrong key holds up no list: rows need no words.', async () => {
  const keys = new Keys()
  const plain = sealedDoor(keys, { inlineProjections: [] })
  await talked(plain)
  orThrow(await plain.conversations.flagRisk({ ...c1, kind: 'crisis' }))
  for (const key of [keyOfBytes(9), null]) {
    keys.kept.set('ada', key)
    const { conversations } = sealedDoor(keys, { store: plain.store }, 'r')
    expect(orThrow(await conversations.list({ owner: 'ada' })).conversations).toMatchObject([{ risk: 'flagged' }])
    expect(orThrow(await conversations.reviewQueue()).entries).toHaveLength(1)
  }
})

describe('a text that was changed', () => {
  const opening = async (change: (events: readonly StoredEvent[]) => readonly StoredEvent[]) => {
    const keys = new Keys()
    const door = await talked(sealedDoor(keys))
    return sealedDoor(keys, { store: changing(door.store, change) }, 'r').conversations.thread(here)
  }
  const at = (events: readonly StoredEvent[], version: number) => events.find((event) => event.version === version)

  test('moved to another message does not open.', async () => {
    const swapped = await opening((events) =>
      events.map((event) => {
        const from = event.version === 2 ? 4 : event.version === 4 ? 2 : event.version
        return { ...event, content: at(events, from)?.content ?? null }
      }),
    )
    expect(swapped).toMatchObject(left({ code: 'wrong-key', conversationId: 'c1' }))
  })

  test('moved to another conversation of the same owner does not open.', async () => {
    const keys = new Keys()
    const door = await talked(sealedDoor(keys))
    await talked(door, { ...here, conversationId: 'c2' })
    const foreign = orThrow(await door.store.read({ conversationId: 'c2', fromVersion: 2, limit: 1 }))[0]
    const moved = changing(door.store, (events) =>
      events.map((event) => (event.version === 2 ? { ...event, content: foreign?.content ?? null } : event)),
    )
    // Both events bear the id of the command that brought them.
    expect(foreign?.eventId).toBe('first')
    const opened = await sealedDoor(keys, { store: moved }, 'r').conversations.thread(here)
    expect(opened).toMatchObject(left({ code: 'wrong-key' }))
  })

  test.each(['nonce', 'text'])('in its %s does not open.', async (part) => {
    const changed = await opening((events) =>
      events.map((event) => {
        if (event.version !== 2) return event
        const [block] = JSON.parse(event.content ?? '[]')
        const other = block[part].startsWith('A') ? 'B' : 'A'
        return { ...event, content: JSON.stringify([{ ...block, [part]: other + block[part].slice(1) }]) }
      }),
    )
    expect(changed).toMatchObject(left({ code: 'wrong-key' }))
  })

  test.each(['{', '[{"type":"colloquy.sealed",', '[{"type":"colloquy.sealed","nonce":5}]'])(
    'to %s is no crash.',
    async (content) => {
      const changed = await opening((events) =>
        events.map((event) => (event.version === 2 ? { ...event, content } : event)),
      )
      expect(changed._tag).toBe('Left')
    },
  )
})
