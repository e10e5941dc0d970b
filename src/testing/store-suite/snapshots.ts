/** Laws of snapshots: the newest is kept, to the letter, and none outlives an erasure. */
import { agree, answered, demand, refused } from './expect.js'
import { type Law, law } from './law.js'
import { appendOf, loneSurrogate, nul, oddTexts, saidEvent, storedEvent } from './specimens.js'
import type { StoreUnderTest } from './store-under-test.js'

const snapshot = (conversationId: string, version: number, text = `"at ${version}"`) => ({
  conversationId,
  version,
  text,
})

async function loaded({ store }: Pick<StoreUnderTest, 'store'>, conversationId: string) {
  return answered('the snapshot is loaded', await store.loadSnapshot(conversationId))
}

export const snapshots: readonly Law[] = [
  law('The newest snapshot of a conversation is kept, whatever the order they come in.', async ({ store }) => {
    agree('at first there is none', await loaded({ store }, 'a'), null)
    for (const version of [3, 7, 5]) answered('a snapshot is saved', await store.saveSnapshot(snapshot('a', version)))
    answered("another's is saved", await store.saveSnapshot(snapshot('b', 9)))
    agree('the newest is kept', await loaded({ store }, 'a'), snapshot('a', 7))
    agree('each conversation has its own', await loaded({ store }, 'b'), snapshot('b', 9))
    agree('others have none', await loaded({ store }, 'c'), null)
  }),

  law('Of two snapshots at one version the last that came is kept.', async ({ store }) => {
    for (const text of ['"one"', '"two"'])
      answered('a snapshot is saved', await store.saveSnapshot(snapshot('a', 4, text)))
    agree('the last is kept', await loaded({ store }, 'a'), snapshot('a', 4, '"two"'))
  }),

  law('A snapshot comes back to the letter.', async ({ store }) => {
    for (const [index, text] of oddTexts.entries()) {
      answered('an odd snapshot is saved', await store.saveSnapshot(snapshot('a', index, text)))
      agree('it is loaded as it was', await loaded({ store }, 'a'), snapshot('a', index, text))
    }
  }),

  law('A snapshot is no event: its conversation is not listed and is at version 0.', async ({ store }) => {
    answered('a snapshot is saved', await store.saveSnapshot(snapshot('a', 3)))
    agree('no conversation is listed', answered('they are listed', await store.list({})), [])
    agree('it has no events', answered('it is read', await store.read({ conversationId: 'a' })), [])
    const first = await store.append(appendOf(storedEvent('a', 1)))
    agree('its first event has version 1', answered('it is appended', first), { version: 1 })
  }),

  law('A snapshot that cannot be kept is refused.', async ({ store }) => {
    for (const version of [-1, 0.5, Number.NaN, 2 ** 53]) {
      refused(`version ${version} is refused`, 'invalid-append', await store.saveSnapshot(snapshot('a', version)))
    }
    for (const text of [nul, loneSurrogate]) {
      refused('its text is refused', 'invalid-append', await store.saveSnapshot(snapshot('a', 1, text)))
      refused('its id is refused', 'invalid-append', await store.saveSnapshot(snapshot(text, 1)))
      agree('such an id has no snapshot', await loaded({ store }, text), null)
    }
    refused('an empty id is refused', 'invalid-append', await store.saveSnapshot(snapshot('', 1)))
    agree('nothing is kept', await loaded({ store }, 'a'), null)
  }),
]

/** For stores that erase as well. */
export const erasedSnapshots: readonly Law[] = [
  law("Erasing drops the conversation's snapshot, and no other's.", async ({ store }) => {
    answered('an event', await store.append(appendOf(saidEvent('a', 1))))
    for (const id of ['a', 'b']) answered('a snapshot is saved', await store.saveSnapshot(snapshot(id, 1)))
    answered('it is erased', await store.erase({ conversationId: 'a', versions: [1] }))
    agree('its snapshot is gone', await loaded({ store }, 'a'), null)
    agree("another's is there", await loaded({ store }, 'b'), snapshot('b', 1))
  }),

  law('Erasing drops the snapshot even of a conversation without events.', async ({ store }) => {
    answered('a snapshot is saved', await store.saveSnapshot(snapshot('a', 3)))
    answered('it is erased', await store.erase({ conversationId: 'a', versions: [] }))
    agree('its snapshot is gone', await loaded({ store }, 'a'), null)
  }),

  law('A snapshot from before an erasure is not kept afterwards; one from after it is.', async ({ store }) => {
    answered('two events', await store.append(appendOf(saidEvent('a', 1), saidEvent('a', 2))))
    answered('one is erased', await store.erase({ conversationId: 'a', versions: [1] }))
    answered('an older one is passed over', await store.saveSnapshot(snapshot('a', 1, '"said 1"')))
    agree('what was erased does not come back', await loaded({ store }, 'a'), null)
    answered('a newer one is saved', await store.saveSnapshot(snapshot('a', 2)))
    agree('it is kept', await loaded({ store }, 'a'), snapshot('a', 2))
  }),
]

/** For a store that keeps none: it may say yes or no, and must have none. */
export const withoutSnapshots: readonly Law[] = [
  law('a store that keeps no snapshots loads none', async ({ store }) => {
    answered('an event', await store.append(appendOf(saidEvent('a', 1))))
    const saved = await store.saveSnapshot(snapshot('a', 1))
    demand('saving answers, or is unavailable', saved._tag === 'Right' || saved.left.code === 'unavailable')
    agree('there is none', await loaded({ store }, 'a'), null)
  }),
]
