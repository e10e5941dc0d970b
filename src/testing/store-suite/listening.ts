/** Laws of listening: a notification may be lost, yet not all of them; and whoever has ended it hears nothing more. */
import type { EventStore } from '../../log/event-store.js'
import { nextTurn } from '../next-turn.js'
import { answered, demand, LawBroken, resolves } from './expect.js'
import { type Law, law } from './law.js'
import { appendOf, storedEvent } from './specimens.js'

/** So many appends cannot all go by unheard. */
const appendsMax = 1_000
/** A notification that was on its way when listening ended has come by then, if it comes. */
const turns = 20

function listen(store: EventStore, heard: () => void): () => void {
  if (store.listen === undefined) throw new LawBroken('the store has no member `listen`')
  return store.listen(heard)
}

const appended = async (store: EventStore, version: number) =>
  answered('an event is appended', await store.append(appendOf(storedEvent('a', version))))

async function turnsPass(): Promise<void> {
  for (let turn = 0; turn < turns; turn++) await nextTurn()
}

export const listening: readonly Law[] = [
  law('Each who listens hears, in the course of some appends, that events have come.', async ({ store }) => {
    const heard = new Set<string>()
    const ends = ['one', 'another'].map((who) => listen(store, () => void heard.add(who)))
    for (let version = 1; version <= appendsMax && heard.size < 2; version++) {
      await appended(store, version)
      await nextTurn()
    }
    demand(`of ${appendsMax} appends both hear at least once`, heard.size === 2)
    for (const end of ends) end()
  }),

  law('Who has ended listening hears nothing more, and may end it twice.', async ({ store }) => {
    let heard = 0
    const end = listen(store, () => void heard++)
    await appended(store, 1)
    end()
    const before = heard
    for (let version = 2; version <= 10; version++) await appended(store, version)
    await turnsPass()
    demand('nothing was heard after the end', heard === before)
    await resolves('ending twice is fine', async () => end())
  }),
]

/** For a store that does not tell: it has no such member, and its readers poll. */
export const withoutListening: readonly Law[] = [
  law('it has no member `listen`', async ({ store }) => {
    demand('a store that has `listen` is held to its laws: declare it', store.listen === undefined)
  }),
]
