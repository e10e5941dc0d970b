/** Laws of the expected version: exact, told when missed, and won by one of however many writers. */
import { isRight } from 'fp-ts/lib/Either.js'
import type { StoredEvent } from '../../log/event-store.js'
import { agree, answered, demand, refused } from './expect.js'
import { type Law, law } from './law.js'
import { appendOf, storedEvent, storedEvents } from './specimens.js'
import type { StoreUnderTest } from './store-under-test.js'

const writers = 64
/** More than a fair store can refuse a writer who learns the version each time. */
const attemptsMax = 1_000

/** Each writer's events for the same place, under ids of its own. */
const contenders = (version: number, count: number): readonly (readonly StoredEvent[])[] =>
  Array.from({ length: writers }, (_, writer) =>
    Array.from({ length: count }, (__, at) =>
      storedEvent('a', version + 1 + at, { eventId: `writer ${writer}, event ${at}` }),
    ),
  )

/** All write at once on these handles in turn; one wins, the others learn how far the stream is. */
export async function race(subject: StoreUnderTest, version: number, count: number, handles = [subject.store]) {
  if (version > 0) {
    answered('the stream is begun', await subject.store.append(appendOf(...storedEvents('a', 1, version))))
  }
  const batches = contenders(version, count)
  const appends = batches.map((events, n) => (handles[n % handles.length] ?? subject.store).append(appendOf(...events)))
  const answers = await Promise.all(appends)
  const winners = batches.filter((_, n) => answers[n]?._tag === 'Right')
  agree(`one of ${writers} writers wins`, winners.length, 1)
  const end = version + count
  for (const answer of answers) {
    if (isRight(answer)) agree('the winner is told its version', answer.right, { version: end })
    else {
      const error = refused('the others are refused', 'wrong-expected-version', answer)
      agree('each is told how far the stream is', error.actualVersion, end)
    }
  }
  const read = answered('the stream is read', await subject.store.read({ conversationId: 'a' }))
  agree('what the winner wrote is there, and nothing else', read.slice(version), winners[0])
}

/** Writes `count` events one by one, moving on to the told version after each lost race. */
async function persist({ store }: StoreUnderTest, writer: number, count: number): Promise<void> {
  let version = 0
  let written = 0
  for (let attempt = 0; written < count; attempt++) {
    demand('a writer who goes on gets through in the end', attempt < attemptsMax)
    const answer = await store.append(appendOf(storedEvent('a', version + 1, { eventId: `${writer}/${written}` })))
    if (isRight(answer)) written++
    const told = isRight(answer) ? answer.right.version : answer.left.actualVersion
    demand('a lost race tells how far the stream is, and that is further', told !== undefined && told > version)
    version = told ?? version
  }
}

export const expectedVersion: readonly Law[] = [
  law('A stream refuses every expected version but its own, and says where it is.', async ({ store }) => {
    answered('two events are appended', await store.append(appendOf(...storedEvents('a', 1, 2))))
    for (const version of [0, 1, 3, 4, 100, 1_000_000]) {
      const answer = await store.append(appendOf(storedEvent('a', version + 1, { eventId: 'new' })))
      const error = refused(`at version 2, ${version} is refused`, 'wrong-expected-version', answer)
      agree('the error tells the actual version', error.actualVersion, 2)
    }
    const read = answered('the stream is read', await store.read({ conversationId: 'a' }))
    agree('nothing of it is stored', read, storedEvents('a', 1, 2))
  }),

  law('A conversation that is not there is at version 0.', async ({ store }) => {
    answered('another is there', await store.append(appendOf(...storedEvents('other', 1, 5))))
    const answer = await store.append(appendOf(storedEvent('a', 2)))
    const error = refused('version 1 is refused', 'wrong-expected-version', answer)
    agree('the error tells version 0', error.actualVersion, 0)
    agree('nothing came of it', answered('it is read', await store.read({ conversationId: 'a' })), [])
  }),

  law('Of 64 writers who race to create a conversation one wins.', (subject) => race(subject, 0, 1)),
  law('Of 64 writers who race at the end of a conversation one wins.', (subject) => race(subject, 7, 1)),
  law('Of 64 writers who race with several events each one wins whole.', (subject) => race(subject, 2, 3)),

  law('Writers who go on after each lost race leave no gap and lose nothing.', async (subject) => {
    await Promise.all([0, 1, 2, 3].map((writer) => persist(subject, writer, 10)))
    const events = answered('the stream is read', await subject.store.read({ conversationId: 'a' }))
    const versions = events.map(({ version }) => version)
    agree(
      'the versions are 1 to 40',
      versions,
      Array.from({ length: 40 }, (_, index) => index + 1),
    )
    agree('no event is lost or doubled', new Set(events.map(({ eventId }) => eventId)).size, 40)
  }),

  law('Writers to different conversations are not in the way of each other.', async ({ store }) => {
    const ids = Array.from({ length: writers }, (_, writer) => `conversation ${writer}`)
    const answers = await Promise.all(ids.map((id) => store.append(appendOf(...storedEvents(id, 1, 2)))))
    for (const answer of answers) agree('each is at version 2', answered('each is appended', answer), { version: 2 })
    for (const id of ids) {
      const read = answered('each is read', await store.read({ conversationId: id }))
      agree('each has its own events', read, storedEvents(id, 1, 2))
    }
  }),

  law('A refused append does not harm those that wait beside it.', async ({ store }) => {
    const late = storedEvent('a', 1, { eventId: 'late' })
    const taken = storedEvent('a', 2, { eventId: 'a-1' })
    answered('a stream is begun', await store.append(appendOf(storedEvent('a', 1))))
    const [next, refusedLate, refusedTaken, other] = await Promise.all([
      store.append(appendOf(storedEvent('a', 2))),
      store.append(appendOf(late)),
      store.append(appendOf(taken)),
      store.append(appendOf(storedEvent('b', 1))),
    ])
    agree('the one before is appended', answered('a good append', next), { version: 2 })
    refused('a late one is refused', 'wrong-expected-version', refusedLate)
    refused('a taken id is refused', 'duplicate-event', refusedTaken)
    agree('the one behind is appended', answered('a good append', other), { version: 1 })
  }),
]
