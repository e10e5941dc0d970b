/** Stores whose views lose rows, mix them up, or keep what they must not; and whose rows do not go with their events. */
import { isLeft, isRight, left, right } from 'fp-ts/lib/Either.js'
import { storeError } from '../../../src/log/errors.js'
import type { EventStore } from '../../../src/log/event-store.js'
import { viewKey } from '../../../src/log/view-check.js'
import type { ViewPage, ViewRow, ViewShape, Views } from '../../../src/log/views.js'
import { orThrow } from '../../../src/or-throw.js'
import { nextTurn } from '../../../src/testing/next-turn.js'
import { openSoundStore } from '../sound-store.js'
import { type BrokenStore, broken, brokenWhole, mapRight } from './broken-store.js'

const invalid = storeError('invalid-append', 'broken on purpose')

const brokenViews = (
  name: string,
  caughtBy: string,
  change: (views: Views, store: EventStore) => Partial<Views>,
): BrokenStore =>
  broken(name, caughtBy, (store) => {
    const views = store.views as Views
    return { views: { ...views, ...change(views, store) } }
  })

/** Asks for the same rows under another question. */
const asking = (name: string, caughtBy: string, change: (page: ViewPage) => ViewPage) =>
  brokenViews(name, caughtBy, (views) => ({ page: (shape, page) => views.page(shape, change(page)) }))

/** Gives the rows of a page otherwise. */
const giving = (
  name: string,
  caughtBy: string,
  change: (rows: readonly ViewRow[], page: ViewPage) => readonly ViewRow[],
) =>
  brokenViews(name, caughtBy, (views) => ({
    page: async (shape, page) => mapRight(await views.page(shape, page), (rows) => change(rows, page)),
  }))

/** Leaves one of these out of what it is asked. */
function without(page: ViewPage, left: 'after' | 'from' | 'to'): ViewPage {
  const { [left]: _, ...rest } = page
  return rest
}

const sortedBy = (row: ViewRow, { orderBy }: ViewPage) => row.fields[orderBy] as number

/** By the order of JavaScript's strings, which is not that of their bytes. */
const byString = (rows: readonly ViewRow[], page: ViewPage) =>
  rows.toSorted((a, b) => sortedBy(a, page) - sortedBy(b, page) || (a.conversationId < b.conversationId ? -1 : 1))

/** Rows of another life: whichever came last. */
function keepingTheLast(views: Views): Partial<Views> {
  const last = new Map<string, ViewRow>()
  return {
    save: (shape, rows) => {
      for (const row of rows) last.set(row.conversationId, row)
      return views.save(shape, rows)
    },
    load: async (shape, ids) =>
      mapRight(await views.load(shape, ids), (rows) => rows.map((row) => last.get(row.conversationId) ?? row)),
  }
}

const views: readonly BrokenStore[] = [
  brokenViews(
    'makes what it is asked for',
    'A view is missing until it is made, and made twice, or twice at once, it is made.',
    (views) => ({
      load: async (shape, ids) => {
        orThrow(await views.make(shape))
        return views.load(shape, ids)
      },
    }),
  ),
  brokenViews('keeps what it drops', 'A dropped view is missing, and when it is made again it is empty.', () => ({
    drop: async () => right(undefined),
  })),
  brokenViews('goes by the name alone', 'Two shapes are two views, also under one name.', (views) => {
    const first = new Map<string, ViewShape>()
    const known = (shape: ViewShape) => first.get(shape.name) ?? shape
    return {
      make: (shape) => {
        if (!first.has(shape.name)) first.set(shape.name, shape)
        return views.make(known(shape))
      },
      load: (shape, ids) => views.load(known(shape), ids),
      save: (shape, rows) => views.save(known(shape), rows),
    }
  }),
  brokenViews('cuts texts', 'A row comes back as it was saved, whatever its values and its id.', (views) => ({
    save: (shape, rows) => {
      const cut = (value: unknown) => (typeof value === 'string' ? value.slice(0, 255) : value)
      const fieldsOf = (row: ViewRow) => Object.entries(row.fields).map(([name, value]) => [name, cut(value)])
      return views.save(
        shape,
        rows.map((row) => ({ ...row, fields: Object.fromEntries(fieldsOf(row)) })),
      )
    },
  })),
  brokenViews(
    'keeps the last row that came',
    'The newest row of a conversation is kept, whatever the order they come in.',
    keepingTheLast,
  ),
  brokenViews('saves rows one by one', 'Rows are saved all, or none.', (views) => ({
    save: async (shape, rows) => {
      for (const row of rows) {
        const answer = await views.save(shape, [row])
        if (isLeft(answer)) return answer
      }
      return right(undefined)
    },
  })),
  brokenViews('takes any shape', 'A shape, a row or a question that cannot be is refused.', (views) => ({
    make: async (shape) => {
      const answer = await views.make(shape)
      return isLeft(answer) && answer.left.code === 'invalid-append' ? right(undefined) : answer
    },
  })),
  giving(
    'sorts ids as JavaScript sorts strings',
    "A page goes by its field, then by the id's bytes; turned round, all is turned round.",
    (rows, page) => (page.descending ? byString(rows, page).reverse() : byString(rows, page)),
  ),
  asking(
    'takes null for anything',
    'A page holds the rows that are equal to all it asks for, and null asks for none.',
    (page) => ({
      ...page,
      where: Object.fromEntries(Object.entries(page.where ?? {}).filter(([, value]) => value !== null)),
    }),
  ),
  asking('forgets the upper bound', 'A page keeps to its bounds, and to its limit.', (page) => without(page, 'to')),
  brokenViews('counts pages by rows', 'Pages go on after a row, whatever came or went meanwhile.', (views) => {
    let given = 0
    return {
      page: async (shape, page) => {
        given = page.after ? given : 0
        const all = orThrow(await views.page(shape, { ...without(page, 'after'), limit: 1_000 }))
        const rows = all.slice(given, given + (page.limit ?? 1_000))
        given += rows.length
        return right(rows)
      },
    }
  }),
]

/** Saves the rows of an append by itself, before it or after. */
async function saveRows(store: EventStore, { rows = [] }: Parameters<EventStore['append']>[0]) {
  for (const { shape, row } of rows) {
    const saved = await (store.views as Views).save(shape, [row])
    if (isLeft(saved)) return saved
  }
  return right(undefined)
}

const bare = ({ rows: _, ...request }: Parameters<EventStore['append']>[0]) => request

const rows: readonly BrokenStore[] = [
  broken(
    'answers before the rows are there',
    'The rows of an append are there when it is answered, and take the places of older ones.',
    (store) => ({
      append: async (request) => {
        const answer = await store.append(bare(request))
        if (isRight(answer)) void nextTurn().then(() => saveRows(store, request))
        return answer
      },
    }),
  ),
  broken('keeps the first of its rows', 'An append may have rows for several views.', (store) => ({
    append: (request) => store.append({ ...request, rows: (request.rows ?? []).slice(0, 1) }),
  })),
  broken('saves rows before the events', 'The rows of an append that is refused are not kept.', (store) => ({
    append: async (request) => {
      const saved = await saveRows(store, request)
      return isLeft(saved) ? saved : store.append(bare(request))
    },
  })),
  broken(
    'saves rows after the events',
    'An append with rows of a missing view stores nothing; what is wrong with its events comes first.',
    (store) => ({
      append: async (request) => {
        const answer = await store.append(bare(request))
        const saved = isRight(answer) ? await saveRows(store, request) : right(undefined)
        return isLeft(saved) ? saved : answer
      },
    }),
  ),
  broken('believes any row', 'Rows that cannot go with their events are invalid, and nothing is stored.', (store) => ({
    append: async (request) => {
      const answer = await store.append(request)
      const isOfRow = isLeft(answer) && answer.left.code === 'invalid-append' && request.rows
      return isOfRow ? store.append(bare(request)) : answer
    },
  })),
  broken(
    'saves the rows of those who lost',
    'While many race with their rows, the row is that of the last event.',
    (store) => ({
      append: async (request) => {
        const answer = await store.append(request)
        const actual = isLeft(answer) ? (answer.left.actualVersion ?? 0) : 0
        const late = (request.rows ?? []).map(({ shape, row }) => ({ shape, row: { ...row, version: actual + 1 } }))
        if (actual > 0) await saveRows(store, { ...request, rows: late })
        return answer
      },
    }),
  ),
  broken(
    'saves the rows of a batch, whatever was written of it',
    'Of many who append at once, each has its own row or none, whatever becomes of its neighbours.',
    (store) => ({
      append: async (request) => {
        const answer = await store.append(request)
        if (isLeft(answer) && answer.left.code === 'wrong-expected-version') await saveRows(store, request)
        return answer
      },
    }),
  ),
  brokenViews(
    'checks rows before it says closed',
    'A closed store says closed to all that is asked of its views.',
    (views) => ({
      save: async (shape, rows) => (rows.some(({ version }) => version < 1) ? left(invalid) : views.save(shape, rows)),
    }),
  ),
  brokenViews(
    'remembers which views it made',
    'What one handle makes, saves or drops, every other sees at once.',
    (views) => {
      const known = new Set<string>()
      return {
        make: (shape) => {
          known.add(viewKey(shape))
          return views.make(shape)
        },
        page: async (shape, page) => {
          const answer = await views.page(shape, page)
          if (isRight(answer)) known.add(viewKey(shape))
          return isLeft(answer) && known.has(viewKey(shape)) ? right([]) : answer
        },
      }
    },
  ),
  brokenWhole('forgets rows in a crash', 'Rows are there after a crash if, and only if, their events are.', () => {
    const sound = openSoundStore()
    return {
      ...sound,
      crash: async () => {
        const leftOver = await sound.crash()
        const views = leftOver.views as Views
        return { ...leftOver, views: { ...views, load: async () => right([]) } }
      },
    }
  }),
]

export const brokenViewStores: readonly BrokenStore[] = [...views, ...rows]
