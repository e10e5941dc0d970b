/** Open Assistant's own shapes, read one message at a time: a message's replies are read when its turn comes. */
import { type Either, isLeft, left, right } from 'fp-ts/lib/Either.js'
import { labelsFault } from './labels.js'
import { fields, type JsonObject, oneOf, shapeFault } from './shape.js'

export interface OasstMessage {
  readonly messageId: string
  readonly role: 'prompter' | 'assistant'
  /** Empty if the source has no text, or says that the message was deleted. */
  readonly content: string
  readonly isEmptied: boolean
  readonly labels?: JsonObject
  /** RFC 3339, or `null` if the source does not say, or not in that form. */
  readonly createdAt: string | null
  readonly replies: readonly unknown[]
}

interface RawMessage {
  readonly message_id: string
  readonly role: 'prompter' | 'assistant'
  readonly text?: string | null
  readonly deleted?: boolean | null
  readonly labels?: JsonObject | null
  readonly created_date?: string | null
  readonly replies?: readonly unknown[] | null
}

const messageShape = {
  message_id: fields.name,
  role: oneOf('prompter', 'assistant'),
  text: fields.maybeText,
  deleted: fields.maybeFlag,
  created_date: fields.maybeText,
  replies: fields.maybeList,
}

const rfc3339 = /^\d{4}-\d\d-\d\d[Tt ]\d\d:\d\d:\d\d(?:\.\d+)?(?:[Zz]|[+-]\d\d:\d\d)$/

// JavaScript takes the 30th of February for the 2nd of March.
const isDay = (day: string): boolean => new Date(day).toISOString().startsWith(day)

/** A moment in the library's own form, milliseconds in UTC; `null` for what is no RFC 3339 date and time. */
export function readMoment(text: string | null | undefined): string | null {
  if (typeof text !== 'string' || !rfc3339.test(text)) return null
  const moment = new Date(text.toUpperCase())
  const year = moment.getUTCFullYear()
  return year >= 0 && year <= 9999 && isDay(text.slice(0, 10)) ? moment.toISOString() : null
}

/** One message, its replies unread; or the first thing wrong with it. */
export function readMessage(value: unknown): Either<string, OasstMessage> {
  const fault = shapeFault(value, messageShape) ?? labelsFault((value as RawMessage).labels)
  if (fault !== undefined) return left(fault)
  const raw = value as RawMessage
  const isEmptied = raw.deleted === true || typeof raw.text !== 'string'
  return right({
    messageId: raw.message_id,
    role: raw.role,
    content: isEmptied ? '' : (raw.text ?? ''),
    isEmptied,
    ...(raw.labels && { labels: raw.labels }),
    createdAt: readMoment(raw.created_date),
    replies: raw.replies ?? [],
  })
}

/** A tree's id and first message; without an id of its own a tree goes by its first message's. */
export function readTree(value: unknown): Either<string, { readonly treeId: string; readonly root: OasstMessage }> {
  const fault = shapeFault(value, { message_tree_id: fields.maybeName, prompt: fields.maybeObject })
  if (fault !== undefined) return left(fault)
  const tree = value as { readonly message_tree_id?: string | null; readonly prompt?: unknown }
  if (!tree.prompt) return left('no prompt: not a message tree')
  const root = readMessage(tree.prompt)
  if (isLeft(root)) return left(`prompt: ${root.left}`)
  return right({ treeId: tree.message_tree_id ?? root.right.messageId, root: root.right })
}
