/** Laws of rows that come with an append: they are kept if its events are, in one step with them; and views' other lives. */
import { isRight } from 'fp-ts/lib/Either.js'
import type { AppendRequest, EventStore, StoredEvent } from '../../log/event-store.js'
import type { PlacedRow } from '../../log/views.js'
import { viewsPerAppendMax } from '../../log/views.js'
import { agree, answered, demand, refused } from './expect.js'
import { type Law, law } from './law.js'
import { appendOf, storedEvent, storedEvents } from './specimens.js'
import { filled, idsOn, made, rowIn, sameName, shape, viewRow, viewsOf } from './view-specimens.js'

/** The row that goes with an event. */
const rowOf = ({ conversationId, version }: StoredEvent, seen = version): PlacedRow => ({
  shape,
  row: viewRow(conversationId, version, { seen }),
})

/** An append of these events, with the row of the last. */
const withRow = (...events: readonly [StoredEvent, ...StoredEvent[]]): AppendRequest => ({
  ...appendOf(...events),
  rows: [rowOf(events.at(-1) ?? events[0])],
})

/** Appends to forty conversations: with rows, without, otherwise, and at a version that is not theirs. */
async function manyAtOnce(store: EventStore, name: string, otherwise: (event: StoredEvent) => AppendRequest) {
  const views = viewsOf(store)
  const ids = Array.from({ length: 40 }, (_, n) => `${name} ${n}`)
  for (const id of ids) answered('it begins', await store.append(withRow(storedEvent(id, 1))))
  const asked = ids.map((id, n) => {
    if (n % 4 === 1) return appendOf(storedEvent(id, 2))
    return n % 4 === 2 ? otherwise(storedEvent(id, 2)) : withRow(storedEvent(id, n % 4 === 3 ? 6 : 2))
  })
  const isMissing = (asked[2]?.rows ?? []).length > 1
  const answers = await Promise.all(asked.map((request) => store.append(request)))
  for (const [n, id] of ids.entries()) {
    const answer = answers[n]
    const said = answer && (isRight(answer) ? 'appended' : answer.left.code)
    const isAppended = n % 4 < 2 || (n % 4 === 2 && !isMissing)
    const refusal = n % 4 === 2 ? 'view-missing' : 'wrong-expected-version'
    agree('each is answered for itself', said, isAppended ? 'appended' : refusal)
    agree('its row is its own', (await rowIn(views, id))?.version, n % 4 === 0 ? 2 : 1)
    const { length } = answered('it is read', await store.read({ conversationId: id }))
    agree('so are its events', length, isAppended ? 2 : 1)
  }
}

export const inlineRows: readonly Law[] = [
  law('The rows of an append are there when it is answered, and take the places of older ones.', async ({ store }) => {
    const views = await made(store)
    const [first, ...next] = storedEvents('a', 1, 3) as readonly [StoredEvent, StoredEvent, StoredEvent]
    answered('it is appended', await store.append(withRow(first)))
    agree('its row is there', await rowIn(views, 'a'), rowOf(first).row)
    answered('two more', await store.append(withRow(...next)))
    agree('the last one’s row is there', await rowIn(views, 'a'), rowOf(next[1]).row)
    answered('one with none', await store.append(appendOf(storedEvent('a', 4))))
    agree('the row stays', (await rowIn(views, 'a'))?.version, 3)
    answered('a row from the future', await views.save(shape, [viewRow('b', 9)]))
    answered('an event of its past', await store.append(withRow(storedEvent('b', 1))))
    agree('the newer row is kept', (await rowIn(views, 'b'))?.version, 9)
  }),

  law('An append may have rows for several views.', async ({ store }) => {
    const views = await made(store)
    answered('another is made', await views.make(sameName))
    const other = { shape: sameName, row: { conversationId: 'a', version: 1, fields: { owner: 'é', seen: null } } }
    const request = withRow(storedEvent('a', 1))
    answered('it is appended', await store.append({ ...request, rows: [...(request.rows ?? []), other] }))
    agree('one has its row', (await rowIn(views, 'a'))?.fields.seen, 1)
    agree('so has the other', await rowIn(views, 'a', sameName), other.row)
  }),

  law('The rows of an append that is refused are not kept.', async ({ store }) => {
    const views = await made(store)
    answered('it begins', await store.append(withRow(storedEvent('a', 1))))
    const late = withRow(storedEvent('a', 3))
    refused('a version too late', 'wrong-expected-version', await store.append(late))
    const twice = { ...appendOf(storedEvent('a', 2, { eventId: 'a-1' })), rows: [rowOf(storedEvent('a', 2))] }
    refused('an id twice', 'duplicate-event', await store.append(twice))
    const repeat = { ...appendOf(storedEvent('a', 1)), rows: [rowOf(storedEvent('a', 1), 77)] }
    answered('a repeat', await store.append(repeat))
    agree('the row is the first one', await rowIn(views, 'a'), rowOf(storedEvent('a', 1)).row)
  }),

  law(
    'An append with rows of a missing view stores nothing; what is wrong with its events comes first.',
    async (it) => {
      const { store } = it
      const views = viewsOf(store)
      const first = withRow(storedEvent('a', 1))
      refused('the view is missing', 'view-missing', await store.append(first))
      agree('nothing is stored', answered('it is read', await store.read({ conversationId: 'a' })), [])
      answered('it is made', await views.make(shape))
      answered('now it is appended', await store.append(first))
      answered('it is dropped', await views.drop(shape))
      refused('it is missing again', 'view-missing', await store.append(withRow(storedEvent('a', 2))))
      const both = { ...withRow(storedEvent('a', 2)), rows: [rowOf(storedEvent('a', 2))] }
      answered('another is made', await views.make(sameName))
      const there = { shape: sameName, row: { conversationId: 'a', version: 2, fields: { owner: null, seen: 1 } } }
      refused('one of two is missing', 'view-missing', await store.append({ ...both, rows: [there, ...both.rows] }))
      agree('nothing is in the other', await rowIn(views, 'a', sameName), null)
      agree('a repeat is known', answered('it is repeated', await store.append(first)), { version: 1 })
      refused('a race is lost', 'wrong-expected-version', await store.append(withRow(storedEvent('a', 3))))
      const read = answered('it is read', await store.read({ conversationId: 'a' }))
      agree('nothing more is stored', read, [storedEvent('a', 1)])
    },
  ),

  law('Rows that cannot go with their events are invalid, and nothing is stored.', async ({ store }) => {
    const views = await made(store)
    const events = storedEvents('a', 1, 2)
    const cases: readonly (readonly [string, readonly PlacedRow[]])[] = [
      ['of another conversation', [rowOf(storedEvent('b', 2))]],
      ['of a version before the last', [rowOf(storedEvent('a', 1))]],
      ['of a version to come', [rowOf(storedEvent('a', 3))]],
      ['twice for one view', [rowOf(storedEvent('a', 2)), rowOf(storedEvent('a', 2))]],
      ['with a field too many', [{ shape, row: viewRow('a', 2, { more: 1 }) }]],
      ['of a shape that cannot be', [{ ...rowOf(storedEvent('a', 2)), shape: { ...shape, name: 'a"' } }]],
      ['of too many views', Array.from({ length: viewsPerAppendMax + 1 }, (_, n) => inView(`v${n}`))],
    ]
    for (const [what, rows] of cases) {
      refused(`a row ${what} is refused`, 'invalid-append', await store.append({ ...appendOf(...events), rows }))
    }
    agree('nothing is stored', answered('they are listed', await store.list({})), [])
    agree('no row is kept', await rowIn(views, 'a'), null)
  }),

  law('While many race with their rows, the row is that of the last event.', async ({ store }) => {
    const views = await made(store)
    const wins = await Promise.all(
      Array.from({ length: 16 }, async (_, writer) => {
        let won = 0
        for (let version = 1; version <= 8; version++) {
          const event = storedEvent('a', version, { eventId: `${writer}-${version}`, hash: `${writer}` })
          const answer = await store.append({ ...appendOf(event), rows: [rowOf(event, writer)] })
          if (isRight(answer)) won++
        }
        return won
      }),
    )
    const events = answered('it is read', await store.read({ conversationId: 'a' }))
    agree(
      'each event has one winner',
      wins.reduce((sum, won) => sum + won, 0),
      events.length,
    )
    const row = await rowIn(views, 'a')
    agree('the row is of the last', [row?.version, `${row?.fields.seen}`], [events.length, events.at(-1)?.hash])
  }),

  law('Of many who append at once, each has its own row or none, whatever becomes of its neighbours.', async (it) => {
    await made(it.store)
    await manyAtOnce(it.store, 'all views there', appendOf)
    await manyAtOnce(it.store, 'a view missing', (event) => {
      const fields = { owner: null, seen: null }
      const { conversationId, version } = event
      return { ...withRow(event), rows: [rowOf(event), { shape: sameName, row: { conversationId, version, fields } }] }
    })
  }),

  law('A closed store says closed to all that is asked of its views.', async ({ store }) => {
    const views = await filled(store, [viewRow('a', 1)])
    await store.close()
    const closed = 'a closed store says closed to'
    refused(`${closed} make`, 'closed', await views.make(shape))
    refused(`${closed} save`, 'closed', await views.save(shape, []))
    refused(`${closed} a row that cannot be`, 'closed', await views.save(shape, [viewRow('', 0)]))
    refused(`${closed} load`, 'closed', await views.load(shape, ['a']))
    refused(`${closed} page`, 'closed', await views.page(shape, { orderBy: 'seen' }))
    refused(`${closed} drop`, 'closed', await views.drop(shape))
  }),
]

const inView = (name: string): PlacedRow => ({ ...rowOf(storedEvent('a', 2)), shape: { ...shape, name } })

/** For stores with many handles as well. */
export const viewsAcrossHandles: readonly Law[] = [
  law('What one handle makes, saves or drops, every other sees at once.', async (subject) => {
    const other = await subject.another()
    const views = await filled(subject.store, [viewRow('a', 1, { seen: 1 })])
    agree('the other has the row', await rowIn(viewsOf(other), 'a'), viewRow('a', 1, { seen: 1 }))
    agree('and the page', await idsOn(viewsOf(other), { orderBy: 'seen' }), ['a'])
    answered('the other appends', await other.append(withRow(storedEvent('b', 1))))
    agree('the first has its row', (await rowIn(views, 'b'))?.version, 1)
    answered('the first drops it', await views.drop(shape))
    refused('it is gone for the other', 'view-missing', await viewsOf(other).page(shape, { orderBy: 'seen' }))
    refused('the other appends to none', 'view-missing', await other.append(withRow(storedEvent('b', 2))))
    const handles = [subject.store, other]
    const makers = handles.flatMap((handle) => [viewsOf(handle).make(shape), viewsOf(handle).make(shape)])
    for (const answer of await Promise.all(makers)) answered('it is made, by several at once', answer)
    answered('the other appends again', await other.append(withRow(storedEvent('b', 2))))
    agree('it is a new view', await idsOn(views, { orderBy: 'seen' }), ['b'])
  }),
]

/** For durable stores as well. */
export const survivingRows: readonly Law[] = [
  law('Rows are there after a crash if, and only if, their events are.', async (subject) => {
    await made(subject.store)
    const ids = Array.from({ length: 20 }, (_, n) => `conversation ${n}`)
    const underWay = ids.map((id) => subject.store.append(withRow(storedEvent(id, 1))))
    const answers = await Promise.all(underWay.slice(0, 3))
    const left = await subject.crash()
    await Promise.allSettled(underWay)
    demand('some were answered', answers.every(isRight))
    for (const [n, id] of ids.entries()) {
      const events = answered('it is read', await left.read({ conversationId: id }))
      const row = await rowIn(viewsOf(left), id)
      agree('a row for each event, and none without', row?.version ?? 0, events.length)
      if (answers[n]) agree('what was answered is there', events.length, 1)
    }
  }),
]

/** For a store that has none. */
export const withoutViews: readonly Law[] = [
  law('an append with rows is refused with view-missing, and stores nothing', async ({ store }) => {
    demand('a store that has `views` supports them: declare it', store.views === undefined)
    refused('the view is missing', 'view-missing', await store.append(withRow(storedEvent('a', 1))))
    agree('nothing is stored', answered('it is read', await store.read({ conversationId: 'a' })), [])
  }),
]
