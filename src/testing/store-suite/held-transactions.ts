/**
 * Laws of a transaction held open elsewhere. It took its place in the order, and is not seen yet: a reader who went
 * past that place would never see it. So a store may keep others back until it is through, and must not skip.
 */
import { agree, answered, demand } from './expect.js'
import { CheckpointingReader } from './global-order.js'
import { type Law, law } from './law.js'
import { appendOf, storedEvent, storedEvents } from './specimens.js'

export const heldTransactions: readonly Law[] = [
  law('What is held open is not read before it is committed, and is read then.', async (subject) => {
    const { store } = subject
    const held = await subject.hold(appendOf(...storedEvents('held', 1, 2)))
    agree('it is not read', answered('it is read', await store.read({ conversationId: 'held' })), [])
    const found = await store.find({ conversationId: 'held', eventId: 'held-1' })
    agree('it is not found', answered('it is looked up', found), null)
    agree('it is not listed', answered('they are listed', await store.list({})), [])
    answered('others write beside it', await store.append(appendOf(storedEvent('beside', 1))))
    const beside = answered('they read', await store.read({ conversationId: 'beside' }))
    agree('they read what they wrote', beside, [storedEvent('beside', 1)])
    await held.commit()
    const read = answered('it is read', await store.read({ conversationId: 'held' }))
    agree('now it is read', read, storedEvents('held', 1, 2))
  }),
]

/** For stores with a global order as well. */
export const heldInTheFeed: readonly Law[] = [
  law('A reader who remembers its position misses nothing of a transaction held open meanwhile.', async (subject) => {
    const { store } = subject
    const reader = new CheckpointingReader(store, 2)
    answered('before it', await store.append(appendOf(storedEvent('before', 1))))
    await subject.feedSettled()
    await reader.toTheEnd()
    const held = await subject.hold(appendOf(...storedEvents('held', 1, 2)))
    for (const event of storedEvents('beside', 1, 3)) {
      answered('others write beside it', await store.append(appendOf(event)))
      await reader.toTheEnd()
    }
    await held.commit()
    answered('after it', await store.append(appendOf(storedEvent('after', 1))))
    await subject.feedSettled()
    await reader.toTheEnd()
    const appended = [
      storedEvent('before', 1),
      ...storedEvents('held', 1, 2),
      ...storedEvents('beside', 1, 3),
      storedEvent('after', 1),
    ]
    reader.sawExactly(appended)
  }),
]

/** For a store whose other writers wait. */
export const withoutHeldTransactions: readonly Law[] = [
  law('its factory gives no transaction to hold', async ({ opened }) => {
    demand('a factory that gives `holdAppend` is for a store that can: declare it', opened.holdAppend === undefined)
  }),
]
