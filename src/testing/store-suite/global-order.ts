/**
 * Laws of the global order: all conversations' events at growing positions, and a reader who remembers the last one
 * misses nothing, whoever writes meanwhile.
 */
import { type EventStore, eventsPerReadMax, type PositionedEvent, type StoredEvent } from '../../log/event-store.js'
import { nextTurn } from '../next-turn.js'
import { agree, answered, demand, refused } from './expect.js'
import { type Law, law } from './law.js'
import { fillBeyondOneRead } from './reading.js'
import { appendOf, oddTexts, storedEvent, storedEvents } from './specimens.js'

const idOf = ({ conversationId, eventId }: StoredEvent) => `${conversationId}/${eventId}`

/** A reader who asks for what is new and remembers how far it came. */
export class CheckpointingReader {
  readonly seen: PositionedEvent[] = []

  constructor(
    private readonly store: EventStore,
    private readonly limit: number,
  ) {}

  /** One page; whether there was anything. */
  async turn(): Promise<boolean> {
    const afterPosition = this.seen.at(-1)?.position ?? 0
    const page = answered('the feed is read', await this.store.readAll({ afterPosition, limit: this.limit }))
    demand('a page holds no more than its limit', page.length <= this.limit)
    for (const event of page) {
      demand('positions grow', event.position > (this.seen.at(-1)?.position ?? 0))
      this.seen.push(event)
    }
    return page.length > 0
  }

  async toTheEnd(): Promise<void> {
    for (let page = 0; await this.turn(); page++) demand('the feed has an end', page < 10_000)
  }

  /** Demands that it saw these events: each once, each conversation's in order of version. */
  sawExactly(events: readonly StoredEvent[]): void {
    const seen = this.seen.map(idOf)
    const missed = events.map(idOf).filter((id) => !seen.includes(id))
    agree('the reader missed nothing', missed, [])
    agree('the reader saw nothing twice, and nothing that was not appended', seen.length, events.length)
    const versions = new Map<string, number>()
    for (const { conversationId, version } of this.seen) {
      agree('a conversation comes in order of version', version, (versions.get(conversationId) ?? 0) + 1)
      versions.set(conversationId, version)
    }
  }
}

const scattered = [
  storedEvent('b', 1),
  storedEvent('a', 1),
  storedEvent('b', 2),
  storedEvent('c', 1),
  storedEvent('a', 2),
]

const withoutPosition = ({ position: _, ...event }: PositionedEvent): StoredEvent => event

export const globalOrder: readonly Law[] = [
  law('All events are read in the order of appending, page by page, at growing positions.', async (subject) => {
    for (const event of scattered) answered('an event', await subject.store.append(appendOf(event)))
    await subject.feedSettled()
    for (const limit of [1, 2, 5, 100]) {
      const reader = new CheckpointingReader(subject.store, limit)
      await reader.toTheEnd()
      agree(`in pages of ${limit}, the order is that of appending`, reader.seen.map(withoutPosition), scattered)
    }
  }),

  law('The events of one append follow each other in order of version.', async (subject) => {
    answered('a batch', await subject.store.append(appendOf(...storedEvents('a', 1, 20))))
    await subject.feedSettled()
    const reader = new CheckpointingReader(subject.store, 7)
    await reader.toTheEnd()
    agree('they come as they were appended', reader.seen.map(withoutPosition), storedEvents('a', 1, 20))
  }),

  law('A position is above 0 and a whole number, and stays what it was.', async (subject) => {
    for (const event of scattered) answered('an event', await subject.store.append(appendOf(event)))
    await subject.feedSettled()
    const before = answered('the feed', await subject.store.readAll({ afterPosition: 0 }))
    for (const { position } of before)
      demand('a position is a whole number above 0', Number.isSafeInteger(position) && position > 0)
    answered('an event more', await subject.store.append(appendOf(storedEvent('d', 1))))
    const repeated = scattered[0] as StoredEvent
    answered('an event again', await subject.store.append(appendOf(repeated)))
    await subject.feedSettled()
    const after = answered('the feed', await subject.store.readAll({ afterPosition: 0 }))
    agree('earlier positions are what they were', after.slice(0, before.length), before)
    agree('a repeat takes no place', after.length, before.length + 1)
  }),

  law('The feed has bounds: limits, the beginning and the end.', async (subject) => {
    for (const event of scattered) answered('an event', await subject.store.append(appendOf(event)))
    await subject.feedSettled()
    const read = async (range: Parameters<EventStore['readAll']>[0]) =>
      answered('the feed', await subject.store.readAll(range))
    const everything = await read({ afterPosition: 0 })
    const last = everything.at(-1)?.position ?? Number.NaN
    agree('before the beginning is the beginning', await read({ afterPosition: -7 }), everything)
    agree('after the last there is nothing', await read({ afterPosition: last }), [])
    agree('just before the last is the last', await read({ afterPosition: last - 1 }), everything.slice(-1))
    agree('far beyond there is nothing', await read({ afterPosition: Number.MAX_SAFE_INTEGER }), [])
    for (const limit of [0, -1, 0.5]) agree(`limit ${limit} reads nothing`, await read({ afterPosition: 0, limit }), [])
    agree('a limit is rounded down', (await read({ afterPosition: 0, limit: 2.9 })).length, 2)
    agree('a limit may be beyond all', await read({ afterPosition: 0, limit: Number.POSITIVE_INFINITY }), everything)
  }),

  law('One page of the feed holds eventsPerReadMax events at most, whatever its limit.', async (subject) => {
    await fillBeyondOneRead(subject.store, 'a')
    await subject.feedSettled()
    const page = await subject.store.readAll({ afterPosition: 0, limit: eventsPerReadMax + 1 })
    agree('a page is full', answered('the feed', page).length, eventsPerReadMax)
  }),

  law('The feed gives every event to the letter.', async (subject) => {
    const events = oddTexts.map((text, index) =>
      storedEvent('odd', index + 1, { record: text, content: text, salt: `5a${index}` }),
    )
    answered('odd texts', await subject.store.append(appendOf(...events)))
    await subject.feedSettled()
    const page = answered('the feed', await subject.store.readAll({ afterPosition: 0 }))
    agree('they are as they were', page.map(withoutPosition), events)
  }),

  law('A reader who remembers its position misses nothing while 16 writers write.', async (subject) => {
    const { store } = subject
    const ids = Array.from({ length: 16 }, (_, writer) => `conversation ${writer}`)
    const counts = [1, 3, 1, 2]
    let isOver = false
    const write = async (id: string) => {
      let version = 0
      for (const count of counts) {
        answered('a batch', await store.append(appendOf(...storedEvents(id, version + 1, version + count))))
        version += count
        await nextTurn()
      }
    }
    const written = Promise.all(ids.map(write)).finally(() => {
      isOver = true
    })
    const reader = new CheckpointingReader(store, 5)
    const read = async () => {
      for (; !isOver; await nextTurn()) await reader.turn()
    }
    await Promise.all([written, read()])
    await subject.feedSettled()
    await reader.toTheEnd()
    reader.sawExactly(ids.flatMap((id) => storedEvents(id, 1, 7)))
  }),
]

/** For a store without one: it must not give a feed that skips. */
export const withoutGlobalOrder: readonly Law[] = [
  law('a store without a global order says so', async ({ store }) => {
    answered('an event', await store.append(appendOf(storedEvent('a', 1))))
    refused('readAll is unavailable', 'unavailable', await store.readAll({ afterPosition: 0 }))
  }),
]
