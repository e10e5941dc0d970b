/** Laws of appending: what goes in comes back to the letter, and versions count without a gap. */
import { idBytesMax } from '../../log/event-store.js'
import { agree, answered } from './expect.js'
import { type Law, law } from './law.js'
import { appendOf, oddIds, oddTexts, similarIds, storedEvent, storedEvents } from './specimens.js'

export const appending: readonly Law[] = [
  law('A new conversation is appended at version 0, and the answer is its version.', async ({ store }) => {
    const first = await store.append(appendOf(...storedEvents('a', 1, 3)))
    agree('three events make version 3', answered('a new conversation can be appended', first), { version: 3 })
    const next = await store.append(appendOf(storedEvent('a', 4)))
    agree('a fourth makes version 4', answered('a conversation can be continued', next), { version: 4 })
  }),

  law('Versions count from 1 without a gap, however the appends were cut.', async ({ store }) => {
    for (const [from, to] of [
      [1, 1],
      [2, 6],
      [7, 7],
      [8, 9],
    ] as const) {
      answered('the next events are appended', await store.append(appendOf(...storedEvents('a', from, to))))
    }
    const events = answered('they are read', await store.read({ conversationId: 'a' }))
    agree('nine events, in order', events, storedEvents('a', 1, 9))
  }),

  law('Record, hash, content and salt come back to the letter, as text.', async ({ store }) => {
    const events = oddTexts.map((text, index) =>
      storedEvent('odd', index + 1, { record: text, content: text, salt: `5a${index}`, hash: `00ff${index}` }),
    )
    answered('odd texts are appended', await store.append(appendOf(...events)))
    const read = answered('odd texts are read', await store.read({ conversationId: 'odd' }))
    for (const [index, event] of events.entries()) agree('an odd text is read as it was', read[index], event)
    for (const event of events) {
      const found = answered('it is found', await store.find({ conversationId: 'odd', eventId: event.eventId }))
      agree('an odd text is found as it was', found, event)
    }
  }),

  law('No content and the content null are two things.', async ({ store }) => {
    const events = [storedEvent('a', 1), storedEvent('a', 2, { content: 'null', salt: '00' })]
    answered('both are appended', await store.append(appendOf(...events)))
    agree('both are read as they were', answered('they are read', await store.read({ conversationId: 'a' })), events)
  }),

  law('Odd ids are ids like any other.', async ({ store }) => {
    for (const id of [...oddIds, '😀'.repeat(idBytesMax / 4), 'i'.repeat(idBytesMax)]) {
      const what = `the id ${JSON.stringify(id).slice(0, 40)}`
      const event = storedEvent(id, 1, { eventId: id, hash: `hash of ${id}` })
      agree(`${what} is not there before`, answered(what, await store.read({ conversationId: id })), [])
      answered(`${what} can be appended`, await store.append(appendOf(event)))
      agree(`${what} reads its event`, answered(what, await store.read({ conversationId: id })), [event])
      const found = answered(what, await store.find({ conversationId: id, eventId: id }))
      agree(`${what} finds its event`, found, event)
    }
  }),

  law('Ids that look alike are different conversations and different events.', async ({ store }) => {
    for (const id of similarIds) {
      const event = storedEvent(id, 1, { eventId: 'only' })
      answered(`${JSON.stringify(id)} is new`, await store.append(appendOf(event)))
    }
    const events = similarIds.map((eventId, index) => storedEvent('all', index + 1, { eventId }))
    answered('alike event ids are different', await store.append(appendOf(...events)))
    for (const event of events) {
      const found = answered('it is found', await store.find({ conversationId: 'all', eventId: event.eventId }))
      agree('an id finds its own event', found, event)
    }
    const listed = answered('they are listed', await store.list({}))
    agree('each is a conversation', listed.length, similarIds.length + 1)
  }),

  law('Two conversations may have the same event ids.', async ({ store }) => {
    for (const id of ['a', 'b']) {
      const event = storedEvent(id, 1, { eventId: 'shared' })
      answered(`"shared" can be an event of ${id}`, await store.append(appendOf(event)))
    }
    for (const id of ['a', 'b']) {
      const found = answered('it is found', await store.find({ conversationId: id, eventId: 'shared' }))
      agree('each conversation has its own', found, storedEvent(id, 1, { eventId: 'shared' }))
    }
  }),

  law('Changing what was appended, or what was read, changes nothing that is stored.', async ({ store }) => {
    const event = { ...storedEvent('a', 1, { content: '"said"', salt: '5a' }) }
    const request = { conversationId: 'a', expectedVersion: 0, events: [event] }
    answered('an event is appended', await store.append(request))
    const change = (object: object | null) => Reflect.set(object ?? {}, 'record', 'changed')
    change(event)
    request.events.push(event)
    const read = answered('it is read', await store.read({ conversationId: 'a' }))
    for (const one of read) change(one)
    change(answered('it is found', await store.find({ conversationId: 'a', eventId: 'a-1' })))
    if (Array.isArray(read)) Reflect.set(read, 'length', 0)
    const stored = storedEvent('a', 1, { content: '"said"', salt: '5a' })
    agree('it is as it was', answered('it is read', await store.read({ conversationId: 'a' })), [stored])
  }),
]
