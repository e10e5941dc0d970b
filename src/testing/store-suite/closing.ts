/** Laws of closing: what was accepted is finished, and afterwards the store says that it is closed. */
import { agree, answered, demand, refused, resolves } from './expect.js'
import { type Law, law } from './law.js'
import { appendOf, saidEvent, storedEvent } from './specimens.js'

export const closing: readonly Law[] = [
  law('A store that takes writes says that it is well, and says nothing of what it holds.', async ({ store }) => {
    answered('an event', await store.append(appendOf(saidEvent('a secret', 1))))
    const health = answered('it is asked how it is', await store.health())
    demand('it took some time, or none', health.roundTripMs >= 0)
    agree('nobody waits', health.waiting, 0)
    demand('no id is in it', !JSON.stringify(health).includes('secret'))
  }),

  law('Closing finishes the appends that were under way.', async ({ store }) => {
    const appends = Array.from({ length: 20 }, (_, n) => store.append(appendOf(saidEvent(`conversation ${n}`, 1))))
    await store.close()
    for (const answer of await Promise.all(appends)) {
      agree('each is stored', answered('an append under way is finished', answer), { version: 1 })
    }
  }),

  law('A closed store answers nothing but closed.', async ({ store }) => {
    answered('an event', await store.append(appendOf(storedEvent('a', 1))))
    await store.close()
    const closed = 'a closed store says closed to'
    refused(`${closed} append`, 'closed', await store.append(appendOf(storedEvent('a', 2))))
    refused(`${closed} a repeat`, 'closed', await store.append(appendOf(storedEvent('a', 1))))
    refused(`${closed} an append that cannot be`, 'closed', await store.append(appendOf()))
    refused(`${closed} read`, 'closed', await store.read({ conversationId: 'a' }))
    refused(`${closed} readAll`, 'closed', await store.readAll({ afterPosition: 0 }))
    refused(`${closed} find`, 'closed', await store.find({ conversationId: 'a', eventId: 'a-1' }))
    refused(`${closed} list`, 'closed', await store.list({}))
    refused(`${closed} erase`, 'closed', await store.erase({ conversationId: 'a', versions: [1] }))
    const snapshot = { conversationId: 'a', version: 1, text: '{}' }
    refused(`${closed} saveSnapshot`, 'closed', await store.saveSnapshot(snapshot))
    refused(`${closed} loadSnapshot`, 'closed', await store.loadSnapshot('a'))
    refused(`${closed} health`, 'closed', await store.health())
  }),

  law('A store can be closed twice, and twice at once.', async ({ store }) => {
    await resolves('closing twice at once is fine', () => Promise.all([store.close(), store.close()]))
    await resolves('closing again is fine', () => store.close())
    refused('it is closed', 'closed', await store.list({}))
  }),
]
