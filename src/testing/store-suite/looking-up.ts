/** Laws of looking up: an event by its id, and the list of conversations. */
import type { EventStore } from '../../log/event-store.js'
import { agree, answered } from './expect.js'
import { type Law, law } from './law.js'
import { appendOf, loneSurrogate, nul, storedEvent, storedEvents } from './specimens.js'

/** In the order of their UTF-8 bytes; by UTF-16 units the horse would come before U+FF61. */
const ids = ['A', 'B', 'a', 'a b', 'ab', 'b', 'é', '日', '\uff61', '🐎']
const all = ids.map((conversationId, index) => ({ conversationId, version: index + 1 }))

type Page = Parameters<EventStore['list']>[0]

const pages: readonly (readonly [page: Page, listed: typeof all])[] = [
  [{}, all],
  [{ limit: 3 }, all.slice(0, 3)],
  [{ limit: 2.9 }, all.slice(0, 2)],
  [{ limit: 0 }, []],
  [{ limit: -1 }, []],
  [{ limit: Number.POSITIVE_INFINITY }, all],
  [{ afterId: '' }, all],
  [{ afterId: 'a', limit: 2 }, all.slice(3, 5)],
  [{ afterId: 'aa' }, all.slice(4)],
  [{ afterId: 'Z' }, all.slice(2)],
  [{ afterId: '\uff61' }, all.slice(9)],
  [{ afterId: '🐎' }, []],
]

export const lookingUp: readonly Law[] = [
  law('An event is found by its id, in its own conversation only.', async ({ store }) => {
    answered('three events', await store.append(appendOf(...storedEvents('a', 1, 3))))
    answered('another conversation', await store.append(appendOf(storedEvent('b', 1))))
    const find = async (conversationId: string, eventId: string) =>
      answered('the look-up is answered', await store.find({ conversationId, eventId }))
    agree('an event is found', await find('a', 'a-2'), storedEvent('a', 2))
    agree('not in another conversation', await find('b', 'a-2'), null)
    agree('not in one that is not there', await find('nobody', 'a-2'), null)
    agree('not by part of its id', await find('a', 'a-'), null)
    agree('not by an id in other letters', await find('a', 'A-2'), null)
  }),

  law('An id that cannot be stored is the id of nothing, and never stands for another.', async ({ store }) => {
    answered('what is cut short', await store.append(appendOf(storedEvent('x', 1, { eventId: 'x' }))))
    answered('what is replaced', await store.append(appendOf(storedEvent('x\ufffdy', 1, { eventId: 'x\ufffdy' }))))
    for (const id of [nul, loneSurrogate, '', 'x'.repeat(10_000)]) {
      const what = `the id ${JSON.stringify(id).slice(0, 20)}`
      agree(`${what} reads nothing`, answered(what, await store.read({ conversationId: id })), [])
      const byConversation = await store.find({ conversationId: id, eventId: 'x' })
      agree(`${what} is no conversation`, answered(what, byConversation), null)
      for (const conversationId of ['x', 'x\ufffdy']) {
        agree(`${what} is no event`, answered(what, await store.find({ conversationId, eventId: id })), null)
      }
    }
  }),

  law(
    'Conversations are listed by the UTF-8 bytes of their ids, with their versions, page by page.',
    async (subject) => {
      const { store } = subject
      for (const { conversationId, version } of all.toReversed()) {
        const events = storedEvents(conversationId, 1, version)
        answered('a conversation', await store.append(appendOf(...events)))
      }
      for (const [page, listed] of pages) {
        agree(`the list of ${JSON.stringify(page)}`, answered('it is listed', await store.list(page)), listed)
      }
    },
  ),

  law('A listed conversation is at the version of its last event.', async ({ store }) => {
    for (const event of storedEvents('a', 1, 12)) answered('an event', await store.append(appendOf(event)))
    const listed = answered('it is listed', await store.list({}))
    agree('it is at version 12', listed, [{ conversationId: 'a', version: 12 }])
  }),
]
