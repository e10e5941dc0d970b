/** Laws of reading a conversation: ranges, pages and bounds. */
import { type EventStore, eventsPerAppendMax, eventsPerReadMax, type StoredEvent } from '../../log/event-store.js'
import { agree, answered } from './expect.js'
import { type Law, law } from './law.js'
import { appendOf, storedEvents } from './specimens.js'

type Range = Omit<Parameters<EventStore['read']>[0], 'conversationId'>

const most = Number.MAX_SAFE_INTEGER

/** What of five events is read. */
const ranges: readonly (readonly [range: Range, versions: readonly number[]])[] = [
  [{}, [1, 2, 3, 4, 5]],
  [{ fromVersion: 2 }, [2, 3, 4, 5]],
  [{ toVersion: 4 }, [1, 2, 3, 4]],
  [{ fromVersion: 2, toVersion: 4 }, [2, 3, 4]],
  [{ fromVersion: 3, toVersion: 3 }, [3]],
  [{ fromVersion: 4, toVersion: 2 }, []],
  [{ fromVersion: 0, limit: 2 }, [1, 2]],
  [{ fromVersion: -5, toVersion: 1 }, [1]],
  [{ fromVersion: -most, toVersion: most }, [1, 2, 3, 4, 5]],
  [{ fromVersion: 5 }, [5]],
  [{ fromVersion: 6 }, []],
  [{ fromVersion: most }, []],
  [{ toVersion: 0 }, []],
  [{ toVersion: -1 }, []],
  [{ limit: 0 }, []],
  [{ limit: -1 }, []],
  [{ limit: 1 }, [1]],
  [{ limit: 2.9 }, [1, 2]],
  [{ limit: 0.5 }, []],
  [{ limit: Number.NaN }, []],
  [{ limit: 5 }, [1, 2, 3, 4, 5]],
  [{ limit: 6 }, [1, 2, 3, 4, 5]],
  [{ limit: most }, [1, 2, 3, 4, 5]],
  [{ limit: Number.POSITIVE_INFINITY }, [1, 2, 3, 4, 5]],
  [{ fromVersion: 2, limit: 2 }, [2, 3]],
  [{ fromVersion: 2, toVersion: 3, limit: 3 }, [2, 3]],
]

const versionsOf = (events: readonly StoredEvent[]) => events.map(({ version }) => version)

/** One event more than a read may answer, in a conversation. */
export async function fillBeyondOneRead(store: EventStore, conversationId: string): Promise<void> {
  const last = eventsPerReadMax + 1
  for (let from = 1; from <= last; from += eventsPerAppendMax) {
    const events = storedEvents(conversationId, from, Math.min(from + eventsPerAppendMax - 1, last))
    answered('events are appended', await store.append(appendOf(...events)))
  }
}

export const reading: readonly Law[] = [
  law('A range reads its versions, in order, and no others.', async ({ store }) => {
    answered('another conversation', await store.append(appendOf(...storedEvents('b', 1, 3))))
    answered('five events', await store.append(appendOf(...storedEvents('a', 1, 5))))
    for (const [range, versions] of ranges) {
      const what = `of five events, ${JSON.stringify(range)} reads ${JSON.stringify(versions)}`
      agree(what, versionsOf(answered(what, await store.read({ conversationId: 'a', ...range }))), versions)
    }
  }),

  law('An unknown conversation reads empty, and is not created by it.', async ({ store }) => {
    for (const range of [{}, { fromVersion: 3 }, { limit: 1 }]) {
      const read = answered('an unknown conversation is read', await store.read({ conversationId: 'nobody', ...range }))
      agree('it is empty', read, [])
    }
    agree('it is not there', answered('they are listed', await store.list({})), [])
  }),

  law('Page by page, every event is read once.', async ({ store }) => {
    answered('seven events', await store.append(appendOf(...storedEvents('a', 1, 7))))
    const pages: StoredEvent[] = []
    for (let fromVersion = 1; fromVersion <= 9; fromVersion += 2) {
      pages.push(...answered('a page', await store.read({ conversationId: 'a', fromVersion, limit: 2 })))
    }
    agree('the pages together are the conversation', pages, storedEvents('a', 1, 7))
  }),

  law('One read answers eventsPerReadMax events at most, whatever its limit.', async ({ store }) => {
    await fillBeyondOneRead(store, 'a')
    for (const limit of [undefined, eventsPerReadMax + 1, Number.POSITIVE_INFINITY]) {
      const range = limit === undefined ? {} : { limit }
      const read = answered('a long conversation is read', await store.read({ conversationId: 'a', ...range }))
      agree(`with limit ${limit}, a read is full`, read.length, eventsPerReadMax)
    }
    const rest = await store.read({ conversationId: 'a', fromVersion: eventsPerReadMax + 1 })
    agree('the next read has the rest', versionsOf(answered('the rest is read', rest)), [eventsPerReadMax + 1])
  }),
]
