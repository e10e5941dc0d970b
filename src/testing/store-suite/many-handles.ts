/** Laws of several handles on the same data, as several processes have them. */
import type { EventStore, StoredEvent } from '../../log/event-store.js'
import { agree, answered, demand, refused } from './expect.js'
import { race } from './expected-version.js'
import { type Law, law } from './law.js'
import { appendOf, saidEvent, storedEvent, storedEvents } from './specimens.js'

async function sees(handle: EventStore, event: StoredEvent): Promise<void> {
  const { conversationId, version, eventId } = event
  const read = answered('each handle reads', await handle.read({ conversationId }))
  agree('each reads it', read, storedEvents(conversationId, 1, version))
  const found = answered('each looks it up', await handle.find({ conversationId, eventId }))
  agree('each finds it', found, event)
  const listed = answered('each lists', await handle.list({}))
  agree('each lists it', listed, [{ conversationId, version }])
}

export const manyHandles: readonly Law[] = [
  law('What one handle was told is stored, all handles read, find and list at once.', async (subject) => {
    const other = await subject.another()
    const handles = [subject.store, other]
    for (const event of storedEvents('a', 1, 5)) {
      const writer = handles[event.version % 2] ?? other
      answered('an event is appended', await writer.append(appendOf(event)))
      for (const handle of handles) await sees(handle, event)
    }
  }),

  law('Of 64 writers on four handles who race at the end of a conversation one wins.', async (subject) => {
    const handles = [subject.store, await subject.another(), await subject.another(), await subject.another()]
    await race(subject, 2, 2, handles)
  }),

  law('An append sent again through another handle acts once.', async (subject) => {
    const other = await subject.another()
    const request = appendOf(...storedEvents('a', 1, 2))
    const answers = await Promise.all([subject.store.append(request), other.append(request)])
    for (const answer of [...answers, await other.append(request)]) {
      agree('each is told the same', answered('each is answered', answer), { version: 2 })
    }
    const read = answered('it is read', await subject.store.read({ conversationId: 'a' }))
    agree('it is there once', read, request.events)
  }),

  law('A version that one handle has moved on from is refused by another.', async (subject) => {
    const other = await subject.another()
    answered('one begins', await subject.store.append(appendOf(storedEvent('a', 1))))
    answered('the other goes on', await other.append(appendOf(storedEvent('a', 2))))
    const late = await subject.store.append(appendOf(storedEvent('a', 2, { eventId: 'late' })))
    const error = refused('the first is late', 'wrong-expected-version', late)
    agree('it is told how far the stream is', error.actualVersion, 2)
  }),

  law('Closing one handle leaves the others open.', async (subject) => {
    const other = await subject.another()
    await subject.store.close()
    refused('the closed one is closed', 'closed', await subject.store.list({}))
    answered('the other is open', await other.append(appendOf(storedEvent('a', 1))))
  }),
]

/** For stores that erase as well. */
export const erasingAcrossHandles: readonly Law[] = [
  law('What one handle erased, no other reads.', async (subject) => {
    const other = await subject.another()
    answered('an event', await subject.store.append(appendOf(saidEvent('a', 1))))
    answered('the other reads it', await other.read({ conversationId: 'a' }))
    answered('it is erased', await subject.store.erase({ conversationId: 'a', versions: [1] }))
    const [event] = answered('the other reads', await other.read({ conversationId: 'a' }))
    agree('its content is gone there too', [event?.content, event?.salt], [null, null])
  }),
]

/** For a store with one handle. */
export const withoutManyHandles: readonly Law[] = [
  law('its data is opened again only after a close, if at all', async ({ opened }) => {
    const isOpenedAgain = opened.openAnother !== undefined && opened.crash === undefined
    demand('a factory that gives `openAnother` is for a store that can: declare it', !isOpenedAgain)
  }),
]
