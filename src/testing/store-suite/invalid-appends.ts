/** Laws of what cannot be appended, whatever is stored, and of what just can: both sides of each bound. */
import {
  type AppendRequest,
  appendBytesMax,
  eventBytesMax,
  eventsPerAppendMax,
  idBytesMax,
} from '../../log/event-store.js'
import { agree, answered, refused } from './expect.js'
import { type Law, law } from './law.js'
import { appendOf, loneSurrogate, nul, storedEvent, storedEvents } from './specimens.js'
import type { StoreUnderTest } from './store-under-test.js'

type Case = readonly [what: string, request: AppendRequest]

const one = storedEvent('a', 1)

const illFormed: readonly Case[] = [
  ['no events', { conversationId: 'a', expectedVersion: 0, events: [] }],
  ['a version that does not follow', appendOf(one, storedEvent('a', 3))],
  ['a version that repeats', appendOf(one, storedEvent('a', 1, { eventId: 'z' }))],
  ['versions that run backwards', appendOf(storedEvent('a', 2), one)],
  ['a first version that is not next', { conversationId: 'a', expectedVersion: 1, events: [one] }],
  ['a negative version', { conversationId: 'a', expectedVersion: -1, events: [storedEvent('a', 0)] }],
  ['half a version', { conversationId: 'a', expectedVersion: 0.5, events: [storedEvent('a', 1.5)] }],
  ['a version that is no number', { conversationId: 'a', expectedVersion: Number.NaN, events: [one] }],
  ['an event of another conversation', appendOf(one, storedEvent('b', 2))],
  ['all events of another conversation', { conversationId: 'a', expectedVersion: 0, events: [storedEvent('b', 1)] }],
  ['one id twice', appendOf(one, storedEvent('a', 2, { eventId: 'a-1' }))],
]

const unstorable: readonly Case[] = [
  ['an empty conversation id', appendOf(storedEvent('', 1))],
  ['an empty event id', appendOf(storedEvent('a', 1, { eventId: '' }))],
  ['NUL in a conversation id', appendOf(storedEvent(nul, 1))],
  ['a lone surrogate in a conversation id', appendOf(storedEvent(loneSurrogate, 1))],
  ['NUL in an event id', appendOf(storedEvent('a', 1, { eventId: nul }))],
  ['a lone surrogate in an event id', appendOf(storedEvent('a', 1, { eventId: loneSurrogate }))],
  ['NUL in a record', appendOf(storedEvent('a', 1, { record: nul }))],
  ['a lone surrogate in a record', appendOf(storedEvent('a', 1, { record: loneSurrogate }))],
  ['NUL in content', appendOf(storedEvent('a', 1, { content: nul, salt: 'ab' }))],
  ['a lone surrogate in content', appendOf(storedEvent('a', 1, { content: loneSurrogate, salt: 'ab' }))],
  ['NUL in a hash', appendOf(storedEvent('a', 1, { hash: nul }))],
  ['NUL in a salt', appendOf(storedEvent('a', 1, { content: '1', salt: nul }))],
]

/** An event whose record and content have so many UTF-8 bytes, the last two in one letter. */
const eventOf = (bytes: number) => storedEvent('a', 1, { record: 'x'.repeat(bytes - 2), content: 'é', salt: '5a' })

/** Events that each may be, and have so many bytes in all. */
const eventsOf = (bytes: number) => {
  const whole = Array.from({ length: 4 }, (_, at) => storedEvent('a', at + 1, { record: 'x'.repeat(1_048_576) }))
  return bytes > 4 * 1_048_576 ? [...whole, storedEvent('a', 5, { record: 'x'.repeat(bytes - 4 * 1_048_576) })] : whole
}

const tooLarge: readonly Case[] = [
  ['an event too many', appendOf(...storedEvents('a', 1, eventsPerAppendMax + 1))],
  ['events a byte too large in all', appendOf(...eventsOf(appendBytesMax + 1))],
  ['an event a byte too large', appendOf(eventOf(eventBytesMax + 1))],
  ['an event too large in UTF-8 only', appendOf(storedEvent('a', 1, { record: '€'.repeat(eventBytesMax / 2) }))],
  ['a conversation id a byte too long', appendOf(storedEvent('i'.repeat(idBytesMax + 1), 1, { eventId: 'e' }))],
  ['an event id a byte too long', appendOf(storedEvent('a', 1, { eventId: 'i'.repeat(idBytesMax + 1) }))],
  ['an id too long in UTF-8 only', appendOf(storedEvent('a', 1, { eventId: 'é'.repeat(idBytesMax / 2 + 1) }))],
]

async function refuseAll({ store }: StoreUnderTest, cases: readonly Case[]): Promise<void> {
  for (const [what, request] of cases) {
    refused(`an append with ${what} is invalid`, 'invalid-append', await store.append(request))
    const read = await store.read({ conversationId: request.conversationId })
    agree(`nothing is stored of an append with ${what}`, answered('its conversation is read', read), [])
  }
  agree('no conversation came of it', answered('they are listed', await store.list({})), [])
}

export const invalidAppends: readonly Law[] = [
  law('An append that does not follow from itself is invalid, and nothing of it is stored.', (subject) =>
    refuseAll(subject, illFormed),
  ),
  law('Text that cannot be kept to the letter is invalid, and nothing of it is stored.', (subject) =>
    refuseAll(subject, unstorable),
  ),
  law('One event, or one byte, more than may be is invalid, and nothing of it is stored.', (subject) =>
    refuseAll(subject, tooLarge),
  ),
  law('An invalid append is invalid on a conversation that is there, too.', async ({ store }) => {
    answered('an event is appended', await store.append(appendOf(one)))
    const request = appendOf(storedEvent('a', 2), storedEvent('a', 4))
    refused('an append with a gap is invalid', 'invalid-append', await store.append(request))
    agree('nothing is stored of it', answered('it is read', await store.read({ conversationId: 'a' })), [one])
  }),

  law('As many events as may be are appended at once.', async ({ store }) => {
    const many = storedEvents('a', 1, eventsPerAppendMax)
    const answer = answered(`${eventsPerAppendMax} events are appended`, await store.append(appendOf(...many)))
    agree('the version counts them all', answer, { version: eventsPerAppendMax })
    const read = answered('they are read', await store.read({ conversationId: 'a' }))
    agree('all are there', read.length, eventsPerAppendMax)
    agree('the last is the last', read.at(-1), many.at(-1))
  }),

  law('As many bytes as may be are appended at once.', async ({ store }) => {
    answered(`${appendBytesMax} bytes are appended`, await store.append(appendOf(...eventsOf(appendBytesMax))))
    const read = answered('they are read', await store.read({ conversationId: 'a' }))
    agree('all are there', read, eventsOf(appendBytesMax))
  }),

  law('As large an event as may be is appended, and comes back whole.', async ({ store }) => {
    const large = eventOf(eventBytesMax)
    answered(`an event of ${eventBytesMax} bytes is appended`, await store.append(appendOf(large)))
    agree('it is whole', answered('it is read', await store.read({ conversationId: 'a' })), [large])
  }),
]
