/** Views and rows for the laws of views: every type of field, and an index for each way of asking. */
import type { EventStore } from '../../log/event-store.js'
import type { FieldValue, ViewPage, ViewRow, ViewShape, Views } from '../../log/views.js'
import { answered, LawBroken } from './expect.js'

export const shape: ViewShape = {
  name: 'people_1_1',
  fields: { owner: 'text', order: 'text', seen: 'integer', due: 'integer' },
  indexes: [['seen'], ['owner', 'seen'], ['owner', 'order', 'seen'], ['due']],
}

/** Another view, of the same name. */
export const sameName: ViewShape = { ...shape, fields: { owner: 'text', seen: 'integer' }, indexes: [['seen']] }

type Fields = { readonly [field: string]: FieldValue }
const blank = { owner: null, order: null, seen: null, due: null }

export const viewRow = (conversationId: string, version: number, fields: Fields = {}): ViewRow => ({
  conversationId,
  version,
  fields: { ...blank, ...fields },
})

/** The store's views; a store that was declared to have them must. */
export function viewsOf(store: EventStore): Views {
  if (store.views === undefined) throw new LawBroken('a store that supports views has the member `views`')
  return store.views
}

/** The views, with this one made. */
export async function made(store: EventStore, made: ViewShape = shape): Promise<Views> {
  const views = viewsOf(store)
  answered('the view is made', await views.make(made))
  return views
}

/** The views, with these rows in them. */
export async function filled(store: EventStore, rows: readonly ViewRow[]): Promise<Views> {
  const views = await made(store)
  answered('rows are saved', await views.save(shape, rows))
  return views
}

/** A conversation's row, or `null`. */
export async function rowIn(views: Views, conversationId: string, of: ViewShape = shape): Promise<ViewRow | null> {
  return answered('a row is loaded', await views.load(of, [conversationId]))[0] ?? null
}

/** The ids of the conversations on a page. */
export async function idsOn(views: Views, page: ViewPage): Promise<readonly string[]> {
  return answered('a page is read', await views.page(shape, page)).map(({ conversationId }) => conversationId)
}
