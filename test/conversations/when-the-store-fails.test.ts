/** What the world refuses comes back as a value; nothing is half done, and the door goes on when the world does. */
import { right } from 'fp-ts/lib/Either.js'
import { expect, test } from 'vitest'
import type { StoreError } from '../../src/log/errors.js'
import type { AppendRequest, EventStore } from '../../src/log/event-store.js'
import { orThrow } from '../../src/or-throw.js'
import { openMemoryStore } from '../../src/stores/memory.js'
import { type Door, faultIn, here, logOf, openDoor, opened, typesOf } from './door.js'
import { atCalls, interposed, refusal } from './interposed-store.js'

/** A door over a store that did well at the opening, and another one over the same with somebody between. */
async function between(
  make: (store: EventStore) => EventStore,
): Promise<{ plain: Door; door: Door; store: EventStore }> {
  const store = openMemoryStore()
  const plain = await opened(openDoor({ store }))
  return { plain, door: openDoor({ store: make(store) }, 'o'), store }
}

const contents = async ({ conversations }: Door) =>
  orThrow(await conversations.thread(here)).messages.map(({ content }) => content)
const note = { ...here, signal: 's', intensity: 0 } as const
const lost = async () => refusal('unknown-outcome')

test('An answer that was lost after storing is found again: one event, and no second attempt.', async () => {
  let appends = 0
  const { door, store } = await between((real) =>
    interposed(real, {
      append: (append) => async (request) => {
        appends++
        await append(request)
        return lost()
      },
    }),
  )
  const turn = orThrow(await door.conversations.noteWelfare(note))
  expect(turn).toMatchObject({ version: 2, event: { type: 'welfare.noted' } })
  expect(appends).toBe(1)
  expect(typesOf(await logOf(door))).toEqual(['conversation.opened', 'welfare.noted'])
  expect(door.heard).toHaveLength(1)
  expect(await faultIn(store)).toBeNull()
})

test('An answer that was lost before storing leads to another attempt: one event.', async () => {
  const { door, store } = await between((real) =>
    interposed(real, { append: (append) => atCalls([1, 2], append, lost) }),
  )
  expect(orThrow(await door.conversations.noteWelfare(note)).version).toBe(2)
  expect(typesOf(await logOf(door))).toEqual(['conversation.opened', 'welfare.noted'])
  expect(await faultIn(store)).toBeNull()
})

test('An append that lands only after it was looked for in vain is not repeated, though it had no command id.', async () => {
  let onItsWay: AppendRequest | undefined
  const { door, store } = await between((real) =>
    interposed(real, {
      append: (append) => async (request) => {
        if (!onItsWay) {
          onItsWay = request
          return lost()
        }
        await append(onItsWay)
        return append(request)
      },
    }),
  )
  expect(orThrow(await door.conversations.noteWelfare(note)).version).toBe(2)
  expect(typesOf(await logOf(door))).toEqual(['conversation.opened', 'welfare.noted'])
  expect(await faultIn(store)).toBeNull()
})

test('An event of that id which another door stored meanwhile is not taken for one’s own; both answer with it.', async () => {
  const { door, plain, store } = await between((real) =>
    interposed(real, {
      append: (append) =>
        atCalls([1], append, async () => {
          await plain.conversations.noteWelfare({ ...note, commandId: 'k1' })
          return lost()
        }),
    }),
  )
  const turn = orThrow(await door.conversations.noteWelfare({ ...note, commandId: 'k1' }))
  expect(turn).toEqual(orThrow(await plain.conversations.noteWelfare({ ...note, commandId: 'k1' })))
  orThrow(await door.conversations.noteWelfare(note))
  expect(await faultIn(store)).toBeNull()
})

test('If it cannot be looked for either, the outcome stays unknown, and sending again settles it.', async () => {
  const { door, store } = await between((real) =>
    interposed(real, {
      append: (append) =>
        atCalls([1], append, async (request) => {
          await append(request)
          return lost()
        }),
      find: (find) => atCalls([2, 3, 4], find, async () => refusal('unavailable')),
    }),
  )
  const send = () => door.conversations.noteWelfare({ ...note, commandId: 'k1' })
  expect(await send()).toMatchObject({ left: { kind: 'store', code: 'unknown-outcome' } })
  expect(orThrow(await send())).toMatchObject({ version: 2, event: { id: 'k1' } })
  expect(typesOf(await logOf(door))).toEqual(['conversation.opened', 'welfare.noted'])
  expect(await faultIn(store)).toBeNull()
})

test('Answers that are always lost are not waited for without end.', async () => {
  let appends = 0
  const { door, plain } = await between((real) =>
    interposed(real, {
      append: () => () => {
        appends++
        return lost()
      },
    }),
  )
  expect(await door.conversations.noteWelfare(note)).toMatchObject({ left: { kind: 'store', code: 'unknown-outcome' } })
  expect(appends).toBe(16)
  expect(await logOf(plain)).toHaveLength(1)
})

test('An append that lands at the very last, when the tries are over, is found: one event, and its answer.', async () => {
  let onItsWay: AppendRequest | undefined
  let tries = 0
  const { door, store } = await between((real) =>
    interposed(real, {
      append: (append) => async (request) => {
        onItsWay ??= request
        tries++
        if (tries < 16) return lost()
        await append(onItsWay)
        return append(request)
      },
    }),
  )
  expect(orThrow(await door.conversations.noteWelfare(note)).version).toBe(2)
  expect(typesOf(await logOf(door))).toEqual(['conversation.opened', 'welfare.noted'])
  expect(await faultIn(store)).toBeNull()
})

test('After an answer that was lost, a store that then fails does not make it "nothing was stored".', async () => {
  let failing = false
  const fail = <A extends readonly unknown[], R>(real: (...args: A) => Promise<R>) =>
    (async (...args: A) => (failing ? refusal('unavailable') : real(...args))) as typeof real
  const { door } = await between((real) =>
    interposed(real, {
      append: () => async () => {
        failing = true
        return lost()
      },
      read: fail,
      find: fail,
    }),
  )
  expect(await door.conversations.noteWelfare(note)).toMatchObject({ left: { code: 'unknown-outcome' } })
})

test('After an answer that was lost, a stream that went on without it is a lost race, for certain.', async () => {
  const { door, plain, store } = await between((real) =>
    interposed(real, {
      append: (append) => async (request) => {
        const isFirst = request.expectedVersion === 1
        orThrow(await plain.conversations.noteWelfare(note))
        return isFirst ? lost() : append(request)
      },
    }),
  )
  expect(await door.conversations.noteWelfare(note)).toMatchObject({ left: { code: 'wrong-expected-version' } })
  expect(await logOf(plain)).toHaveLength(17)
  expect(await faultIn(store)).toBeNull()
})

test.each(['unavailable', 'closed', 'invalid-append'] as const)(
  'A store that answers %s is not asked again, and what is known stays true.',
  async (code) => {
    let refusing = false
    const { door, store } = await between((real) =>
      interposed(real, { append: (append) => async (request) => (refusing ? refusal(code) : append(request)) }),
    )
    orThrow(await door.conversations.receive({ ...here, content: 'one' }))
    refusing = true
    expect(await door.conversations.receive({ ...here, content: 'lost' })).toMatchObject({
      left: { kind: 'store', code },
    })
    expect(await contents(door)).toEqual(['one'])
    refusing = false
    orThrow(await door.conversations.receive({ ...here, content: 'two' }))
    expect(await contents(door)).toEqual(['one', 'two'])
    expect(door.heard).toHaveLength(4)
    expect(await faultIn(store)).toBeNull()
  },
)

test('If the assessment cannot be stored the message is kept, and sending again has it assessed.', async () => {
  const { door } = await between((real) =>
    interposed(real, { append: (append) => atCalls([2], append, async () => refusal('unavailable')) }),
  )
  const receive = () => door.conversations.receive({ ...here, commandId: 'k1', content: 'harm' })
  expect(await receive()).toMatchObject({ left: { code: 'unavailable' } })
  expect(typesOf(await logOf(door))).toEqual(['conversation.opened', 'message.received'])
  expect(orThrow(await receive()).guidance.stance).toBe('redirect')
})

test('A store that cannot be read refuses every question, and no question makes it worse.', async () => {
  let refusing = true
  const fail = <F>(real: F): F =>
    ((...args: never[]) =>
      refusing ? Promise.resolve(refusal('unavailable')) : (real as (...args: never[]) => unknown)(...args)) as F
  const { door } = await between((real) => interposed(real, { read: fail, readAll: fail, find: fail, list: fail }))
  const { conversations } = door
  const unavailable = { left: { kind: 'store', code: 'unavailable' } }
  expect(await conversations.thread(here)).toMatchObject(unavailable)
  expect(await conversations.events(here)).toMatchObject(unavailable)
  expect(await conversations.ids()).toMatchObject(unavailable)
  expect(await conversations.noteWelfare(note)).toMatchObject(unavailable)
  expect(await conversations.noteWelfare({ ...note, commandId: 'k1' })).toMatchObject(unavailable)
  await expect(conversations.subscribe(here).next()).rejects.toMatchObject({ code: 'unavailable' })
  await expect(conversations.subscribe().next()).rejects.toMatchObject({ code: 'unavailable' })
  refusing = false
  expect(orThrow(await conversations.noteWelfare(note)).version).toBe(2)
})

test('Erasing that the store refuses is told, and can be asked for again.', async () => {
  const { door, plain } = await between((real) =>
    interposed(real, { erase: (erase) => atCalls([1], erase, async () => refusal('unavailable')) }),
  )
  orThrow(await plain.conversations.send({ ...here, messageId: 'a1', content: 'secret' }))
  const erase = () =>
    door.conversations.erase({ conversationId: 'c1', commandId: 'k1', messageIds: ['a1'], reason: 'r' })
  expect(await erase()).toMatchObject({ left: { code: 'unavailable' } })
  orThrow(await erase())
  expect(orThrow(await plain.store.read(here)).map(({ content }) => content)).toEqual([null, null, null])
})

test('Snapshots that cannot be kept or read are told, and fail no command.', async () => {
  const errors: StoreError[] = []
  const store = openMemoryStore()
  const failing = interposed(store, {
    saveSnapshot: () => async () => refusal('unavailable'),
    loadSnapshot: () => async () => refusal('corrupt-event'),
  })
  const door = await opened(openDoor({ store: failing, snapshotEvery: 2, onError: (error) => errors.push(error) }))
  orThrow(await door.conversations.noteWelfare(note))
  expect(errors.map(({ code }) => code)).toEqual(['corrupt-event', 'unavailable'])
})

test('A stored log that is corrupt is told by its event, whatever is asked.', async () => {
  const store = openMemoryStore()
  const plain = await opened(openDoor({ store }))
  orThrow(await plain.conversations.noteWelfare(note))
  const spoilt = interposed(store, {
    read: (read) => async (range) =>
      right(orThrow(await read(range)).map((event) => (event.version === 2 ? { ...event, record: '{}' } : event))),
  })
  const { conversations } = openDoor({ store: spoilt }, 'o')
  const corrupt = { left: { kind: 'store', conversationId: 'c1', version: 2 } }
  for (const answer of [conversations.thread(here), conversations.events(here), conversations.noteWelfare(note)]) {
    expect(await answer).toMatchObject(corrupt)
  }
})
