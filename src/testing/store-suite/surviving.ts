/** Laws of stores that outlive their process: what was answered is there after closing, and after a crash. */
import { isRight } from 'fp-ts/lib/Either.js'
import type { EventStore } from '../../log/event-store.js'
import { agree, answered, demand } from './expect.js'
import { type Law, law } from './law.js'
import { appendOf, oddIds, oddTexts, storedEvent, storedEvents } from './specimens.js'

const odd = oddTexts.map((text, index) => storedEvent('odd', index + 1, { record: text, content: text, salt: '5a' }))

async function fill(store: EventStore): Promise<void> {
  answered('odd texts', await store.append(appendOf(...odd)))
  for (const event of storedEvents('a', 1, 5)) answered('an event', await store.append(appendOf(event)))
  for (const id of oddIds) answered('an odd id', await store.append(appendOf(storedEvent(id, 1))))
}

async function isFull(store: EventStore): Promise<void> {
  agree('odd texts are there', answered('they are read', await store.read({ conversationId: 'odd' })), odd)
  const read = answered('they are read', await store.read({ conversationId: 'a' }))
  agree('a conversation is there', read, storedEvents('a', 1, 5))
  agree('all are listed', answered('they are listed', await store.list({})).length, oddIds.length + 2)
  const found = answered('it is found', await store.find({ conversationId: 'a', eventId: 'a-4' }))
  agree('its events are found', found, storedEvent('a', 4))
  const again = await store.append(appendOf(storedEvent('a', 5)))
  agree('a repeat is known', answered('it comes again', again), { version: 5 })
  const next = await store.append(appendOf(storedEvent('a', 6)))
  agree('it goes on where it was', answered('the next is appended', next), { version: 6 })
}

export const surviving: readonly Law[] = [
  law('What was answered is there after closing and opening again.', async (subject) => {
    await fill(subject.store)
    await subject.store.close()
    await isFull(await subject.another())
  }),

  law('What was answered is there after a crash.', async (subject) => {
    await fill(subject.store)
    await isFull(await subject.crash())
  }),

  law('What was under way at a crash is there whole, or not at all.', async (subject) => {
    const ids = Array.from({ length: 20 }, (_, n) => `conversation ${n}`)
    const underWay = ids.map((id) => subject.store.append(appendOf(...storedEvents(id, 1, 5))))
    const answers = await Promise.all(underWay.slice(0, 3))
    const left = await subject.crash()
    await Promise.allSettled(underWay)
    for (const [n, id] of ids.entries()) {
      const read = answered('a conversation is read', await left.read({ conversationId: id }))
      demand('an append of five is there whole or not at all', read.length === 0 || read.length === 5)
      const answer = answers[n]
      if (answer !== undefined && isRight(answer)) agree('what was answered is there', read, storedEvents(id, 1, 5))
      const again = await left.append(appendOf(...storedEvents(id, 1, 5)))
      agree('sent again, it is there once', answered('it comes again', again), { version: 5 })
      const after = answered('it is read', await left.read({ conversationId: id }))
      agree('it is there whole', after, storedEvents(id, 1, 5))
    }
  }),
]

/** For stores with a global order as well. */
export const survivingPositions: readonly Law[] = [
  law('Positions are after a crash what they were, and none is used again.', async (subject) => {
    await fill(subject.store)
    await subject.feedSettled()
    const before = answered('the feed', await subject.store.readAll({ afterPosition: 0 }))
    const left = await subject.crash()
    const last = before.at(-1)?.position ?? Number.NaN
    answered('an event more', await left.append(appendOf(storedEvent('later', 1))))
    await subject.feedSettled()
    const after = answered('the feed', await left.readAll({ afterPosition: 0 }))
    agree('the feed is what it was', after.slice(0, -1), before)
    demand('what came later stands later', (after.at(-1)?.position ?? Number.NaN) > last)
  }),
]

/** For stores that erase as well. */
export const survivingErasure: readonly Law[] = [
  law('What was erased is erased after a crash.', async (subject) => {
    answered('odd texts', await subject.store.append(appendOf(...odd)))
    answered('one is erased', await subject.store.erase({ conversationId: 'odd', versions: [1] }))
    const left = await subject.crash()
    const [first, ...rest] = answered('it is read', await left.read({ conversationId: 'odd' }))
    agree('the erased one stays erased', [first?.content, first?.salt], [null, null])
    agree('the others are whole', rest, odd.slice(1))
  }),
]

/** For a store that ends with its process. */
export const withoutSurviving: readonly Law[] = [
  law('its factory gives no crash to survive', async ({ opened }) => {
    demand('a factory that gives `crash` is for a durable store: declare it', opened.crash === undefined)
  }),
]
