/** Laws of an append that comes again, as after a lost answer: it acts once, and never passes for another. */
import type { StoredEvent } from '../../log/event-store.js'
import { agree, answered, refused } from './expect.js'
import { type Law, law } from './law.js'
import { appendOf, storedEvent, storedEvents } from './specimens.js'

const first = appendOf(...storedEvents('a', 1, 2))

const otherwise: readonly (readonly [what: string, events: readonly StoredEvent[]])[] = [
  ['a repeat with another hash', [storedEvent('a', 1), storedEvent('a', 2, { hash: 'other' })]],
  ['a repeat with an event more', storedEvents('a', 1, 3)],
  ['a repeat with another event first', [storedEvent('a', 1, { eventId: 'z' }), storedEvent('a', 2)]],
  ['a stored id at the next version', [storedEvent('a', 3, { eventId: 'a-1' })]],
  ['a stored id at another stored version', [storedEvent('a', 1, { eventId: 'a-2', hash: 'hash of a-2' })]],
  ['a stored id among new ones', [storedEvent('a', 3), storedEvent('a', 4, { eventId: 'a-1' })]],
]

export const repeats: readonly Law[] = [
  law('An append repeated answers as the first time and stores nothing.', async ({ store }) => {
    for (let times = 1; times <= 3; times++) {
      const answer = answered(`time ${times} is answered`, await store.append(first))
      agree('the answer is that of the first time', answer, { version: 2 })
    }
    agree('it is stored once', answered('it is read', await store.read({ conversationId: 'a' })), first.events)
  }),

  law('An append repeated late answers as the first time, however long the stream has become.', async ({ store }) => {
    answered('the first append', await store.append(first))
    answered('others follow', await store.append(appendOf(...storedEvents('a', 3, 5))))
    agree('it answers version 2', answered('it comes again', await store.append(first)), { version: 2 })
    const read = answered('the stream is read', await store.read({ conversationId: 'a' }))
    agree('nothing was added', read, storedEvents('a', 1, 5))
  }),

  law('The same append twice at once is stored once, and both are told so.', async ({ store }) => {
    for (const answer of await Promise.all([store.append(first), store.append(first)])) {
      agree('each is told version 2', answered('each is answered', answer), { version: 2 })
    }
    agree('it is stored once', answered('it is read', await store.read({ conversationId: 'a' })), first.events)
  }),

  law('Part of an append repeated, whole in itself, answers with its own last version.', async ({ store }) => {
    answered('the first append', await store.append(first))
    const answer = await store.append(appendOf(storedEvent('a', 1)))
    agree('it answers version 1', answered('the first event again', answer), { version: 1 })
  }),

  law('Stored ids that come otherwise are a duplicate, and nothing of it is stored.', async ({ store }) => {
    answered('the first append', await store.append(first))
    for (const [what, events] of otherwise) {
      refused(`${what} is a duplicate`, 'duplicate-event', await store.append(appendOf(...events)))
      const read = answered('the stream is read', await store.read({ conversationId: 'a' }))
      agree(`nothing is stored of ${what}`, read, first.events)
    }
    const next = await store.append(appendOf(storedEvent('a', 3)))
    agree('the stream goes on', answered('the next is appended', next), { version: 3 })
  }),
]
