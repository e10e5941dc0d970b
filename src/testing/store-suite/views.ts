/** Laws of views: the newest row is kept, pages are sorted and go on where they were, and a dropped view is gone. */
import type { ViewPage, ViewRow, ViewShape } from '../../log/views.js'
import { fieldBytesMax, fieldsMax, indexesMax, rowsPerPageMax } from '../../log/views.js'
import { agree, answered, refused } from './expect.js'
import { type Law, law } from './law.js'
import { loneSurrogate, nul, oddIds, oddTexts } from './specimens.js'
import { filled, idsOn, made, rowIn, sameName, shape, viewRow, viewsOf } from './view-specimens.js'

const pageOf = { orderBy: 'seen' } satisfies ViewPage

/** In order of `seen`; of those at 2, in order of their ids' bytes, which is not that of JavaScript's strings. */
const cut = viewRow('é', 1, { seen: 2 })
const sorted = [
  viewRow('z', 1, { seen: -3 }),
  viewRow('a', 1, { seen: 2 }),
  cut,
  ...['\uff61', '🐎'].map((id) => viewRow(id, 1, { seen: 2 })),
]

const owned = [
  viewRow('a', 1, { owner: 'ada', order: 'x', seen: 1 }),
  viewRow('b', 1, { owner: 'bob', order: 'x', seen: 2, due: 0 }),
  viewRow('c', 1, { owner: 'ada', seen: 3, due: 0 }),
  viewRow('d', 1, { order: 'x', seen: 4 }),
  viewRow('e', 1, { owner: 'Ada', seen: 5 }),
]

export const makingViews: readonly Law[] = [
  law('A view is missing until it is made, and made twice, or twice at once, it is made.', async ({ store }) => {
    const views = viewsOf(store)
    const missing = 'a view that was not made is missing to'
    refused(`${missing} save`, 'view-missing', await views.save(shape, [viewRow('a', 1)]))
    refused(`${missing} load`, 'view-missing', await views.load(shape, ['a']))
    refused(`${missing} page`, 'view-missing', await views.page(shape, pageOf))
    for (const answer of await Promise.all([views.make(shape), views.make(shape)])) answered('it is made', answer)
    answered('a row is saved', await views.save(shape, [viewRow('a', 1)]))
    answered('it is made again', await views.make(shape))
    agree('its row is still there', await rowIn(views, 'a'), viewRow('a', 1))
  }),

  law('A dropped view is missing, and when it is made again it is empty.', async ({ store }) => {
    const views = await filled(store, [viewRow('a', 1, { seen: 1 })])
    agree('a page is asked for', await idsOn(views, pageOf), ['a'])
    answered('it is dropped', await views.drop(shape))
    answered('dropped again, it is still gone', await views.drop(shape))
    refused('a dropped view takes no rows', 'view-missing', await views.save(shape, [viewRow('b', 1)]))
    refused('a dropped view has no rows', 'view-missing', await views.load(shape, ['a']))
    refused('a dropped view has no pages', 'view-missing', await views.page(shape, pageOf))
    answered('it is made again', await views.make(shape))
    agree('it is empty', await idsOn(views, pageOf), [])
    answered('it takes rows', await views.save(shape, [viewRow('b', 1, { seen: 1 })]))
    agree('it has them', await idsOn(views, pageOf), ['b'])
  }),

  law('Two shapes are two views, also under one name.', async ({ store }) => {
    const views = await filled(store, [viewRow('a', 1)])
    refused('the other was not made', 'view-missing', await views.load(sameName, ['a']))
    answered('it is made', await views.make(sameName))
    agree('it has no rows', await rowIn(views, 'a', sameName), null)
    const row = { conversationId: 'a', version: 7, fields: { owner: 'ada', seen: 1 } }
    answered('it takes a row', await views.save(sameName, [row]))
    agree('each has its own', await rowIn(views, 'a', sameName), row)
    agree('each has its own', await rowIn(views, 'a'), viewRow('a', 1))
    answered('one is dropped', await views.drop(sameName))
    agree('the other is there', await rowIn(views, 'a'), viewRow('a', 1))
  }),
]

const widest: ViewShape = {
  name: 'w'.repeat(40),
  fields: Object.fromEntries(Array.from({ length: fieldsMax }, (_, n) => [`${'f'.repeat(38)}${n + 10}`, 'integer'])),
  indexes: Array.from({ length: indexesMax }, (_, n) => [`${'f'.repeat(38)}${n + 10}`]),
}

const wrongShapes: readonly (readonly [string, ViewShape])[] = [
  ['no name', { ...shape, name: '' }],
  ['a name with a quote', { ...shape, name: 'a"b' }],
  ['a name in capitals', { ...shape, name: 'People' }],
  ['a name a letter too long', { ...shape, name: 'w'.repeat(41) }],
  ['a field named _version', { ...shape, fields: { ...shape.fields, _version: 'integer' } }],
  ['a field too many', { ...widest, fields: { ...widest.fields, more: 'text' } }],
  ['an index too many', { ...widest, indexes: [...widest.indexes, ...widest.indexes.slice(0, 1)] }],
  ['an empty index', { ...shape, indexes: [[]] }],
  ['an index of what is no field', { ...shape, indexes: [['nothing']] }],
  ['an index that ends in a text', { ...shape, indexes: [['seen', 'owner']] }],
]

const wrongRows: readonly (readonly [string, ViewRow])[] = [
  ['no id', viewRow('', 1)],
  ['NUL in its id', viewRow(nul, 1)],
  ['an id too long', viewRow('i'.repeat(513), 1)],
  ['version 0', viewRow('a', 0)],
  ['half a version', viewRow('a', 1.5)],
  ['a field too many', viewRow('a', 1, { more: null })],
  ['a field too few', { ...viewRow('a', 1), fields: { owner: null } }],
  ['a text where an integer belongs', viewRow('a', 1, { seen: '1' })],
  ['an integer where a text belongs', viewRow('a', 1, { owner: 1 })],
  ['half an integer', viewRow('a', 1, { seen: 0.5 })],
  ['an integer that is not safe', viewRow('a', 1, { seen: 2 ** 53 })],
  ['NUL in a text', viewRow('a', 1, { owner: nul })],
  ['a lone surrogate in a text', viewRow('a', 1, { owner: loneSurrogate })],
  ['a text a byte too long', viewRow('a', 1, { owner: 'x'.repeat(fieldBytesMax + 1) })],
  ['a text too long in UTF-8 only', viewRow('a', 1, { owner: 'é'.repeat(fieldBytesMax / 2 + 1) })],
]

const wrongPages: readonly (readonly [string, ViewPage])[] = [
  ['what is no field', { orderBy: 'nothing' }],
  ['a text', { orderBy: 'owner' }],
  ['a filter of what is no field', { ...pageOf, where: { nothing: 1 } }],
  ['a filter of another type', { ...pageOf, where: { owner: 1 } }],
  ['half a bound', { ...pageOf, from: 0.5 }],
  ['a place that is no place', { ...pageOf, after: { value: Number.NaN, conversationId: 'a' } }],
]

export const keepingRows: readonly Law[] = [
  law('A row comes back as it was saved, whatever its values and its id.', async ({ store }) => {
    const texts = [...oddTexts, '', 'x'.repeat(fieldBytesMax), 'é'.repeat(fieldBytesMax / 2)]
    const integers = [0, -1, Number.MAX_SAFE_INTEGER, Number.MIN_SAFE_INTEGER, null]
    const rows = [
      ...texts.map((owner, n) => viewRow(`text ${n}`, 1, { owner })),
      ...integers.map((seen, n) => viewRow(`integer ${n}`, Number.MAX_SAFE_INTEGER, { seen })),
      ...oddIds.map((id) => viewRow(id, 2, { owner: id })),
    ]
    const views = await filled(store, rows)
    for (const row of rows) agree('it is as it was', await rowIn(views, row.conversationId), row)
    const some = answered('several are loaded', await views.load(shape, ['text 1', 'gone', nul, 'text 2', 'text 1']))
    agree('each of them once, and no others', some.map(({ conversationId }) => conversationId).sort(), [
      'text 1',
      'text 2',
    ])
  }),

  law('The newest row of a conversation is kept, whatever the order they come in.', async ({ store }) => {
    const views = await made(store)
    const save = async (...versions: readonly number[]) => {
      const rows = versions.map((version) => viewRow('a', version, { seen: version }))
      answered('rows are saved', await views.save(shape, rows))
    }
    await save(3)
    await save(2)
    await save(7, 9, 5)
    await save(8, 1)
    agree('the newest is kept', await rowIn(views, 'a'), viewRow('a', 9, { seen: 9 }))
    answered('another of its version comes', await views.save(shape, [viewRow('a', 9, { seen: 0 })]))
    agree('the first of a version is kept', await rowIn(views, 'a'), viewRow('a', 9, { seen: 9 }))
    agree('nothing is left of older ones', await idsOn(views, { ...pageOf, to: 8 }), [])
  }),

  law('Rows are saved all, or none.', async ({ store }) => {
    const views = await made(store)
    const many = Array.from({ length: rowsPerPageMax + 1 }, (_, n) => viewRow(`c${n}`, 1, { seen: n }))
    refused('a row too many is refused', 'invalid-append', await views.save(shape, many))
    const spoilt = [viewRow('c1', 1, { seen: 1 }), viewRow('c2', 1, { owner: nul })]
    refused('a row that cannot be is refused', 'invalid-append', await views.save(shape, spoilt))
    agree('none was saved', await idsOn(views, pageOf), [])
    answered('as many as may be are saved', await views.save(shape, many.slice(1)))
    agree('all were saved', (await idsOn(views, pageOf)).length, rowsPerPageMax)
  }),

  law('A shape, a row or a question that cannot be is refused.', async ({ store }) => {
    const views = await made(store)
    for (const [what, wrong] of wrongShapes) {
      refused(`a shape with ${what} is refused`, 'invalid-append', await views.make(wrong))
    }
    for (const [what, row] of wrongRows) {
      refused(`a row with ${what} is refused`, 'invalid-append', await views.save(shape, [row]))
    }
    for (const [what, page] of wrongPages) {
      refused(`a page by ${what} is refused`, 'invalid-append', await views.page(shape, page))
    }
    const ids = Array.from({ length: rowsPerPageMax + 1 }, (_, n) => `c${n}`)
    refused('so many rows are refused', 'invalid-append', await views.load(shape, ids))
    answered('as wide a view as may be is made', await views.make(widest))
    const fields = Object.fromEntries(Object.keys(widest.fields).map((name, n) => [name, n]))
    answered('it takes a row', await views.save(widest, [{ conversationId: 'a', version: 1, fields }]))
  }),
]

export const pagingViews: readonly Law[] = [
  law("A page goes by its field, then by the id's bytes; turned round, all is turned round.", async ({ store }) => {
    const views = await filled(store, [...sorted, viewRow('none', 1)].reverse())
    const ids = sorted.map(({ conversationId }) => conversationId)
    agree('upwards', await idsOn(views, pageOf), ids)
    agree('downwards', await idsOn(views, { ...pageOf, descending: true }), [...ids].reverse())
    agree('rows that have none in it are left out', await idsOn(views, { orderBy: 'due' }), [])
  }),

  law('A page holds the rows that are equal to all it asks for, and null asks for none.', async ({ store }) => {
    const views = await filled(store, owned)
    const where = (fields: ViewPage['where'] = {}) => idsOn(views, { ...pageOf, where: fields })
    agree('by one field', await where({ owner: 'ada' }), ['a', 'c'])
    agree('by two', await where({ owner: 'ada', order: 'x' }), ['a'])
    agree('by another', await where({ order: 'x' }), ['a', 'b', 'd'])
    agree('by an integer', await where({ due: 0 }), ['b', 'c'])
    agree('by none', await where({ owner: null }), ['d'])
    agree('by one and by none', await where({ owner: 'ada', order: null }), ['c'])
    agree('by what no row can hold', await where({ owner: loneSurrogate }), [])
    agree('by what no row holds', await where({ owner: 'eve' }), [])
  }),

  law('A page keeps to its bounds, and to its limit.', async ({ store }) => {
    const views = await filled(store, owned)
    const page = (more: Partial<ViewPage>) => idsOn(views, { ...pageOf, ...more })
    agree('both bounds are included', await page({ from: 2, to: 4 }), ['b', 'c', 'd'])
    agree('bounds the wrong way round', await page({ from: 4, to: 2 }), [])
    agree('a limit', await page({ limit: 2.9 }), ['a', 'b'])
    agree('no limit to speak of', await page({ limit: Number.NaN }), [])
    agree('with all at once', await page({ from: 2, limit: 2, descending: true, where: { due: null } }), ['e', 'd'])
  }),

  law('Pages go on after a row, whatever came or went meanwhile.', async ({ store }) => {
    const views = await filled(store, sorted)
    for (const descending of [false, true]) {
      const seen: string[] = []
      for (let after: ViewPage['after']; ; ) {
        const page = { ...pageOf, descending, limit: 2, ...(after && { after }) }
        const [first, last = first] = answered('a page', await views.page(shape, page))
        if (!first || !last) break
        seen.push(...new Set([first.conversationId, last.conversationId]))
        after = { value: last.fields.seen as number, conversationId: last.conversationId }
      }
      const ids = sorted.map(({ conversationId }) => conversationId)
      agree('each row is met once, in order', seen, descending ? ids.reverse() : ids)
    }
    const after = { value: 2, conversationId: cut.conversationId }
    const moved = [viewRow('z', 2, { seen: 9 }), viewRow('a', 2, { seen: null }), viewRow(cut.conversationId, 2)]
    answered('rows move, and one comes', await views.save(shape, [...moved, viewRow('0', 1, { seen: 2 })]))
    agree('the next page follows', await idsOn(views, { ...pageOf, after }), ['\uff61', '🐎', 'z'])
    agree('so does the one before', await idsOn(views, { ...pageOf, after, descending: true }), ['0'])
  }),
]
