/**
 * What a view may be, what its rows may hold and what may be asked of it: one check for all stores. Pure, and it must
 * never know how a store keeps anything.
 */
import { sha256 } from '@noble/hashes/sha2.js'
import { bytesToHex, utf8ToBytes } from '@noble/hashes/utils.js'
import { type StoreError, storeError } from './errors.js'
import { compareIds, isStorable, isStorableId, isWithinBytes } from './storable.js'
import {
  type FieldType,
  type FieldValue,
  fieldBytesMax,
  fieldsMax,
  indexesMax,
  type PlacedRow,
  rowsPerPageMax,
  type ViewPage,
  type ViewRow,
  type ViewShape,
  viewsPerAppendMax,
} from './views.js'

const isName = (name: string): boolean => /^[a-z][a-z0-9_]{0,39}$/.test(name)
const isFieldText = (value: string): boolean => isStorable(value) && isWithinBytes(value, fieldBytesMax)

/** Whether any row could hold this value in a field. */
export const isFieldValue = (value: FieldValue): boolean => {
  if (value === null) return true
  return typeof value === 'number' ? Number.isSafeInteger(value) : isFieldText(value)
}

const isOfType = (value: FieldValue | undefined, type: FieldType): boolean =>
  value === null || (type === 'text' ? typeof value === 'string' : typeof value === 'number')

// A shape never changes, and comes with every row: it is gone through once.
const sound = new WeakSet<ViewShape>()

function shapeFault(shape: ViewShape): string | undefined {
  if (sound.has(shape)) return undefined
  const fault = newShapeFault(shape)
  if (fault === undefined) sound.add(shape)
  return fault
}

function newShapeFault({ name, fields, indexes }: ViewShape): string | undefined {
  const names = Object.keys(fields)
  if (!isName(name)) return 'its name cannot be a name'
  if (names.length > fieldsMax || indexes.length > indexesMax) return 'it has too many fields or indexes'
  if (!names.every(isName)) return 'a field has a name that cannot be one'
  if (!Object.values(fields).every((type) => type === 'text' || type === 'integer')) return 'a field has no type'
  for (const index of indexes) {
    if (new Set(index).size < index.length) return 'an index names a field twice'
    if (!index.every((field) => Object.hasOwn(fields, field))) return 'an index names what is no field'
    const last = index.at(-1)
    if (last === undefined || fields[last] !== 'integer') return 'an index does not end in an integer'
  }
  return undefined
}

function rowFault({ fields }: ViewShape, row: ViewRow): string | undefined {
  if (!isStorableId(row.conversationId)) return 'a row has a conversation id that cannot be kept'
  if (!Number.isSafeInteger(row.version) || row.version < 1) return 'a row has no version'
  const names = Object.keys(fields)
  if (Object.keys(row.fields).length !== names.length) return 'a row has other fields than its view'
  for (const name of names) {
    const value = Object.hasOwn(row.fields, name) ? row.fields[name] : undefined
    if (!isOfType(value, fields[name] as FieldType)) return `a row has no ${name} of its type`
    if (!isFieldValue(value as FieldValue)) return `a row has a ${name} that cannot be kept`
  }
  return undefined
}

const invalid = (what: string, fault: string): StoreError => storeError('invalid-append', `${what} cannot be: ${fault}`)

/** Why this shape cannot be a view's: `invalid-append`, or `undefined` if it can. */
export function invalidShape(shape: ViewShape): StoreError | undefined {
  const fault = shapeFault(shape)
  return fault === undefined ? undefined : invalid('this view', fault)
}

/** Why these rows cannot be kept in this view: `invalid-append`, or `undefined` if they can. */
export function invalidRows(shape: ViewShape, rows: readonly ViewRow[]): StoreError | undefined {
  const wrong = invalidShape(shape)
  if (wrong) return wrong
  if (rows.length > rowsPerPageMax) return invalid('these rows', `there are more than ${rowsPerPageMax}`)
  for (const row of rows) {
    const fault = rowFault(shape, row)
    if (fault !== undefined) return invalid('these rows', fault)
  }
  return undefined
}

/** Why so many conversations' rows cannot be loaded: `invalid-append`, or `undefined` if they can. */
export function invalidLoad(shape: ViewShape, conversationIds: readonly string[]): StoreError | undefined {
  if (conversationIds.length <= rowsPerPageMax) return invalidShape(shape)
  return invalid('this question', `there are more than ${rowsPerPageMax} conversations`)
}

function pageFault({ fields }: ViewShape, { where = {}, orderBy, after, from, to }: ViewPage): string | undefined {
  const isField = (name: string) => Object.hasOwn(fields, name)
  if (!isField(orderBy) || fields[orderBy] !== 'integer') return 'it sorts by what is no integer field'
  for (const [name, value] of Object.entries(where)) {
    if (!isField(name) || !isOfType(value, fields[name] as FieldType)) return `it has no ${name} of this type`
  }
  const bounds = [from, to, after?.value].filter((bound) => bound !== undefined)
  return bounds.every(Number.isSafeInteger) ? undefined : 'it has a bound that is no integer'
}

/** Why this cannot be asked of this view: `invalid-append`, or `undefined` if it can. */
export function invalidPage(shape: ViewShape, page: ViewPage): StoreError | undefined {
  const wrong = invalidShape(shape)
  if (wrong) return wrong
  const fault = pageFault(shape, page)
  return fault === undefined ? undefined : invalid('this question', fault)
}

/** Whether no row can be an answer: it asks for a value that no row can hold, or for none. */
export function isEmptyPage({ where = {}, after, from, to, ...page }: ViewPage): boolean {
  const isStorableAfter = after === undefined || isStorable(after.conversationId)
  if (!isStorableAfter || !Object.values(where).every(isFieldValue)) return true
  return rowsOnPage(page.limit) === 0 || (from !== undefined && to !== undefined && from > to)
}

/** How many rows a page holds at most: the limit asked for, within 0 to `rowsPerPageMax`. */
export const rowsOnPage = (limit: number = rowsPerPageMax): number =>
  Math.max(0, Math.min(Math.floor(limit) || 0, rowsPerPageMax))

/** Why the rows of an append cannot go with its events; `undefined` if they can, or if there are none. */
export function placedRowsFault(
  rows: readonly PlacedRow[],
  { conversationId, version }: { readonly conversationId: string; readonly version: number },
): string | undefined {
  if (rows.length > viewsPerAppendMax) return `it has rows of more than ${viewsPerAppendMax} views`
  if (new Set(rows.map(({ shape }) => viewKey(shape))).size < rows.length) return 'two of its rows are of one view'
  for (const { shape, row } of rows) {
    const fault = shapeFault(shape) ?? rowFault(shape, row)
    if (fault !== undefined) return fault
    if (row.conversationId !== conversationId) return 'a row is of another conversation'
    if (row.version !== version) return 'a row is not current with the last event'
  }
  return undefined
}

/** The newest row of each conversation, by order of id: what is left of many rows that are saved at once. */
export function newestRows(rows: readonly ViewRow[]): readonly ViewRow[] {
  const newest = new Map<string, ViewRow>()
  for (const row of rows) {
    if (row.version > (newest.get(row.conversationId)?.version ?? 0)) newest.set(row.conversationId, row)
  }
  return [...newest.values()].sort((a, b) => compareIds(a.conversationId, b.conversationId))
}

const keys = new WeakMap<ViewShape, string>()

/**
 * What tells a view from every other, also from one of its name with other fields: its name, and a digest of its shape. At
 * most 49 of `a` to `z`, `0` to `9` and `_`, beginning with a letter; it can name a table.
 */
export function viewKey(shape: ViewShape): string {
  const known = keys.get(shape)
  if (known !== undefined) return known
  const { name, fields, indexes } = shape
  const text = JSON.stringify([Object.entries(fields).sort(([a], [b]) => (a < b ? -1 : 1)), indexes])
  const key = `${name}_${bytesToHex(sha256(utf8ToBytes(text))).slice(0, 8)}`
  keys.set(shape, key)
  return key
}

/** The answer for a view that is not there. */
export const viewMissing = ({ name }: ViewShape): StoreError =>
  storeError('view-missing', `the view ${name} was not made, or was dropped`)
