/** Laws of erasing: content and salt are gone, and nothing else has changed. */
import { agree, answered, demand } from './expect.js'
import { type Law, law } from './law.js'
import { appendOf, erasedEvent, loneSurrogate, nul, saidEvent, storedEvent } from './specimens.js'

const three = [saidEvent('a', 1), saidEvent('a', 2), saidEvent('a', 3)]
const erased = three.map((event) => (event.version === 2 ? event : erasedEvent(event)))

export const erasing: readonly Law[] = [
  law('Erasing takes content and salt of the named versions, and nothing else.', async ({ store }) => {
    answered('three events', await store.append(appendOf(...three)))
    for (let times = 1; times <= 2; times++) {
      answered('two are erased', await store.erase({ conversationId: 'a', versions: [1, 3] }))
      const read = answered('the conversation is read', await store.read({ conversationId: 'a' }))
      agree(`erased ${times} times, only their content is gone`, read, erased)
    }
    const found = answered('it is found', await store.find({ conversationId: 'a', eventId: 'a-3' }))
    agree('what is found is erased too', found, erased[2])
  }),

  law("Erasing reaches no other conversation's events.", async ({ store }) => {
    for (const id of ['a', 'b', 'A']) answered('a conversation', await store.append(appendOf(saidEvent(id, 1))))
    answered('one is erased', await store.erase({ conversationId: 'a', versions: [1] }))
    for (const id of ['b', 'A']) {
      const read = answered('another is read', await store.read({ conversationId: id }))
      agree('another is as it was', read, [saidEvent(id, 1)])
    }
  }),

  law('Versions that are not there are passed over.', async ({ store }) => {
    answered('three events', await store.append(appendOf(...three)))
    const versions = [0, -1, 3, 99, Number.MAX_SAFE_INTEGER, 1, 1]
    answered('more is erased than is there', await store.erase({ conversationId: 'a', versions }))
    const read = answered('the conversation is read', await store.read({ conversationId: 'a' }))
    agree('what is there of them is erased', read, erased)
  }),

  law('Erasing what is not there does nothing.', async ({ store }) => {
    answered('another', await store.append(appendOf(saidEvent('x', 1))))
    for (const conversationId of ['nobody', nul, loneSurrogate]) {
      answered('nothing is erased', await store.erase({ conversationId, versions: [1] }))
    }
    answered('no version is erased', await store.erase({ conversationId: 'x', versions: [] }))
    agree('no conversation came of it', answered('they are listed', await store.list({})).length, 1)
    const read = answered('the other is read', await store.read({ conversationId: 'x' }))
    agree('the other is as it was', read, [saidEvent('x', 1)])
  }),

  law('A conversation goes on after an erasure, at the version where it was.', async ({ store }) => {
    answered('three events', await store.append(appendOf(...three)))
    answered('all are erased', await store.erase({ conversationId: 'a', versions: [1, 2, 3] }))
    const listed = answered('it is listed', await store.list({}))
    agree('it is where it was', listed, [{ conversationId: 'a', version: 3 }])
    const next = await store.append(appendOf(saidEvent('a', 4)))
    agree('the next has version 4', answered('the next is appended', next), { version: 4 })
    const read = answered('it is read', await store.read({ conversationId: 'a' }))
    agree('what came later is whole', read, [...three.map(erasedEvent), saidEvent('a', 4)])
  }),

  law('A repeat is known after an erasure, and brings nothing back.', async ({ store }) => {
    answered('three events', await store.append(appendOf(...three)))
    answered('two are erased', await store.erase({ conversationId: 'a', versions: [1, 3] }))
    const again = await store.append(appendOf(...three))
    agree('it answers as the first time', answered('it comes again', again), { version: 3 })
    const read = answered('the conversation is read', await store.read({ conversationId: 'a' }))
    agree('what was erased stays erased', read, erased)
  }),

  law('Erasing beside writers harms none of them.', async ({ store }) => {
    answered('three events', await store.append(appendOf(...three)))
    const [erasure, next, other] = await Promise.all([
      store.erase({ conversationId: 'a', versions: [1, 3] }),
      store.append(appendOf(storedEvent('a', 4))),
      store.append(appendOf(saidEvent('b', 1))),
    ])
    answered('it is erased', erasure)
    agree('the next is appended', answered('an append beside it', next), { version: 4 })
    agree('another is appended', answered('an append beside it', other), { version: 1 })
    const read = answered('the conversation is read', await store.read({ conversationId: 'a' }))
    agree('erased, and gone on', read, [...erased, storedEvent('a', 4)])
  }),
]

/** For stores with a global order as well. */
export const erasingInTheFeed: readonly Law[] = [
  law('What was erased is erased in the feed too, at the position where it was.', async (subject) => {
    const { store } = subject
    answered('three events', await store.append(appendOf(...three)))
    await subject.feedSettled()
    const before = answered('the feed', await store.readAll({ afterPosition: 0 }))
    answered('two are erased', await store.erase({ conversationId: 'a', versions: [1, 3] }))
    await subject.feedSettled()
    const after = answered('the feed', await store.readAll({ afterPosition: 0 }))
    const expected = before.map((event) => (event.version === 2 ? event : { ...event, content: null, salt: null }))
    demand('the feed has them', before.length === 3)
    agree('only their content is gone', after, expected)
  }),
]

/** For a store that cannot erase: it must not say that it has. */
export const withoutErasure: readonly Law[] = [
  law('a store that cannot erase says so, and keeps what it has', async ({ store }) => {
    answered('three events', await store.append(appendOf(...three)))
    const answer = await store.erase({ conversationId: 'a', versions: [1] })
    demand('an erasure that did not happen is not answered with success', answer._tag === 'Left')
    agree('the error is unavailable', answer._tag === 'Left' && answer.left.code, 'unavailable')
    agree('all is there', answered('it is read', await store.read({ conversationId: 'a' })), three)
  }),
]
