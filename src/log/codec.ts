/**
 * Events to text and back, strictly: everything is checked on the way in and on the way out, and what is not understood
 * is an error that names its conversation and version, never silence.
 *
 * The stored record is canonical JSON (RFC 8785) and is kept to the letter. JSON escapes NUL and lone surrogates, so
 * they survive in any text a message holds; ids become keys of databases, where they would not, so there they are
 * refused. Content keeps its own key order, and comes back as `JSON.stringify` wrote it.
 */
import canonicalize from 'canonicalize'
import { chain, type Either, isLeft, left, map, right } from 'fp-ts/lib/Either.js'
import type { ErasableContent } from '#machines/events.js'
import { type Rejection, rejection } from '../conversation/rejection.js'
import { policyFault } from '../lifecycle/policy.js'
import { type StoreError, storeError } from './errors.js'
import { digestBytes, eventJsonBytesMax, type StoredEvent } from './event-store.js'
import { chainHash, contentDigest } from './hash-chain.js'
import { currentSchema, type RecordedEvent } from './recorded-event.js'
import { incoming, stored } from './schema.js'
import { type RawEvent, type Upcast, upcast, upcasts } from './upcast.js'

type Data = { content?: unknown; edit?: { content: unknown } }

/** The part of an event's data that holds content, if any does. */
function speaker(event: { readonly data: unknown }): { content: unknown } | undefined {
  const data = event.data as Data
  if (Object.hasOwn(data, 'content')) return data as { content: unknown }
  return Object.hasOwn(data, 'edit') ? data.edit : undefined
}

/** The data with other content in the place of its own. */
function withContent(data: object, content: unknown): object {
  if ('content' in data) return { ...data, content }
  return { ...data, edit: { ...(data as Data).edit, content } }
}

const isRaw = (value: unknown): value is RawEvent =>
  typeof value === 'object' && value !== null && !Array.isArray(value) && typeof (value as RawEvent).type === 'string'

function faultOf(event: RawEvent, schemas: typeof incoming): string | undefined {
  const { type, schema } = event
  const validator = schemas.get(type)
  if (!validator) return `unknown event type ${JSON.stringify(type)}`
  if (schema > currentSchema) return `${type} has schema ${schema}, newer than ${currentSchema}`
  if (validator.Check(event)) return undefined
  const [first] = validator.Errors(event)
  return `${type}: ${first?.instancePath || 'the event'} ${first?.message ?? 'is malformed'}`
}

const unstorable = /[\0\p{Cs}]/u
const idsIn = (data: object): readonly unknown[] =>
  Object.entries(data).map(([name, value]) => (name.endsWith('Id') ? value : ''))
const keysOf = (event: RecordedEvent): readonly unknown[] => [
  event.id,
  event.conversationId,
  ...idsIn(event.data),
  ...(event.type === 'thread.forked' ? idsIn({ ...event.data.edit }) : []),
]

/** JSON text, or `undefined` where there is none: nesting too deep for the engine, or a value that JSON has not. */
function written(value: unknown): string | undefined {
  try {
    return JSON.stringify(value)
  } catch {
    return undefined
  }
}

const bytes = new TextEncoder()

/** Levels of objects and arrays in content. Deeper, what can be written might not be read back on a smaller stack. */
export const nestingMax = 500

/** Whether there are objects and lists in one another, more than so many. */
export function isDeeper(value: unknown, levels: number): boolean {
  if (typeof value !== 'object' || value === null) return false
  return levels === 0 || Object.values(value).some((inner) => isDeeper(inner, levels - 1))
}

function nestingFault(event: RawEvent): string | undefined {
  return isDeeper(speaker(event)?.content, nestingMax) ? `the content is over ${nestingMax} levels deep` : undefined
}

const tooLarge = `the event is over ${eventJsonBytesMax} bytes`

/** UTF-8 bytes of a string as `JSON.stringify` writes it, without writing it: most of an event is one long string. */
function jsonBytesOf(said: string): number {
  let count = 2
  for (let at = 0; at < said.length; at++) {
    const unit = said.charCodeAt(at)
    if (unit < 0x20) count += '\b\t\n\f\r'.includes(said[at] as string) ? 2 : 6
    else if (unit < 0x80) count += unit === 0x22 || unit === 0x5c ? 2 : 1
    else if (unit < 0x800) count += 2
    else if (unit < 0xd800 || unit > 0xdfff) count += 3
    else if ((said.codePointAt(at) as number) > 0xffff) {
      count += 4
      at++
    } else count += 6
  }
  return count
}

/** What `encode` makes of an event, as JSON: exactly these bytes, but for its digest in the place of its content. */
function sizeFault(event: RawEvent): string | undefined {
  const said = speaker(event)?.content
  const isText = typeof said === 'string'
  const data = isText ? withContent(event.data as object, 0) : event.data
  const text = written({ ...event, hash: undefined, data })
  if (text === undefined) return 'the event cannot be written as JSON'
  // A UTF-16 unit takes at most three UTF-8 bytes, and six if it is escaped, so most events need no counting.
  if (text.length * 3 + (isText ? said.length * 6 : 0) <= eventJsonBytesMax) return undefined
  const sizeBytes = bytes.encode(text).length + (isText ? jsonBytesOf(said) - 1 : 0)
  return sizeBytes <= eventJsonBytesMax ? undefined : tooLarge
}

/** Why an encoded event is no event that may be appended: its version and time were not known when it was parsed. */
export function storedSizeFault({ record, content }: StoredEvent): string | undefined {
  const boundBytes = eventJsonBytesMax + (content === null ? 0 : digestBytes)
  const length = record.length + (content?.length ?? 0)
  if (length * 3 <= boundBytes) return undefined
  return bytes.encode(record).length + bytes.encode(content ?? '').length <= boundBytes ? undefined : tooLarge
}

type Lifting = { readonly steps?: readonly Upcast[]; readonly to?: number }

/** The event at the current schema, or what kept it from getting there: a step meets data that nobody has checked. */
function lift(event: RawEvent, { steps = upcasts, to = currentSchema }: Lifting = {}): Either<string, RawEvent> {
  try {
    return right(upcast(event, steps, to))
  } catch (thrown) {
    const why = thrown instanceof Error ? thrown.message : String(thrown)
    return left(`${event.type} of schema ${event.schema} cannot be lifted to ${to}: ${why}`)
  }
}

const invalid = (why: string): Either<Rejection, never> => left(rejection('invalid-event', why))

/** A JSON value as an event at the current schema, nothing else of it being checked. */
function raised(value: unknown): Either<Rejection, RawEvent> {
  if (!isRaw(value)) return invalid('not an event')
  const lifted = lift(value)
  return isLeft(lifted) ? invalid(lifted.left) : lifted
}

function checked(lifted: RawEvent): Either<Rejection, RecordedEvent> {
  const fault = faultOf(lifted, incoming) ?? sizeFault(lifted) ?? nestingFault(lifted)
  if (fault !== undefined) return invalid(fault)
  const event = lifted as unknown as RecordedEvent
  if (keysOf(event).some((key) => typeof key === 'string' && unstorable.test(key))) {
    return left(rejection('invalid-event', 'an id holds NUL or half of a surrogate pair'))
  }
  const policy = event.type === 'conversation.opened' ? policyFault(event.data.policy) : undefined
  return policy === undefined ? right(event) : left(rejection('invalid-policy', policy))
}

/**
 * Any JSON value as an event that may be appended, or why not.
 * @returns the value itself, checked; else `invalid-event`, or `invalid-policy` for an opening whose policy is not one.
 */
export function parseEvent(value: unknown): Either<Rejection, RecordedEvent> {
  return chain(checked)(raised(value))
}

/** An event whose words were let go once they had been checked. */
export interface WordlessEvent {
  /** Its content is `null`, whatever it was. */
  readonly event: RecordedEvent
  /** Whether its content was `null` already, as that of an erased message is. */
  readonly isGone: boolean
}

/**
 * As `parseEvent`, for logs that are replayed and not kept: an event costs no memory for its content, and content may
 * be `null`. Whether it may is then the caller's to tell: only an erasure explains it.
 */
export function parseWordless(value: unknown): Either<Rejection, WordlessEvent> {
  return chain(wordless)(raised(value))
}

function wordless(lifted: RawEvent): Either<Rejection, WordlessEvent> {
  const data = typeof lifted.data === 'object' && lifted.data
  const content = data ? speaker({ data })?.content : undefined
  if (!data || content === undefined) return map((event: RecordedEvent) => ({ event, isGone: false }))(checked(lifted))
  const isGone = content === null
  const whole = checked(isGone ? { ...lifted, data: withContent(data, '') } : lifted)
  const event = { ...lifted, data: withContent(data, null) } as unknown as RecordedEvent
  return map(() => ({ event, isGone }))(whole)
}

/**
 * An event, checked before, as a store keeps it, tied to the one before by its hash.
 * @param tie `previous`: the hash of the event before, `chainStart` for a first one; `salt`: see `newSalt`.
 */
export function encode(event: RecordedEvent, tie: { readonly previous: string; readonly salt: string }): StoredEvent {
  const { hash: _, ...bare } = event
  const said = speaker(event)?.content
  const content = said === undefined || said === null ? null : JSON.stringify(said)
  const data = content === null ? event.data : withContent(event.data, { digest: contentDigest(tie.salt, content) })
  const record = canonicalize({ ...bare, data }) as string
  const { conversationId, version, id: eventId } = event
  const salt = content === null ? null : tie.salt
  return { conversationId, version, eventId, record, hash: chainHash(tie.previous, record), content, salt }
}

function unreadable(
  event: StoredEvent,
  code: 'corrupt-event' | 'unknown-event',
  why: string,
): Either<StoreError, never> {
  const { conversationId, version } = event
  const where = `conversation ${JSON.stringify(conversationId)}, version ${version}`
  return left(storeError(code, `${where}: ${why}`, { conversationId, version }))
}

// Most content is plain text without an escape, which needs no parser.
function parseContent(content: string): ErasableContent {
  const isPlain = content.startsWith('"') && !content.includes('\\')
  return isPlain ? content.slice(1, -1) : (JSON.parse(content) as ErasableContent)
}

function restored({ record, content, hash }: StoredEvent): RawEvent {
  const event = JSON.parse(record) as RawEvent & { hash: string }
  const holder = speaker(event)
  if (holder) holder.content = content === null ? null : parseContent(content)
  event.hash = hash
  return event
}

/** Whether a store keeps the event under the names that it bears itself. */
const isFiled = ({ conversationId, version, eventId }: StoredEvent, event: RecordedEvent): boolean =>
  event.version === version && event.id === eventId && event.conversationId === conversationId

/**
 * A stored event as the event it records, lifted to the current schema. Does not verify the hash: `chainFault` does.
 * Errors, naming conversation and version: `corrupt-event`, also where the record names others than the store does, or
 * a step of lifting throws; `unknown-event` for an unknown type or a newer schema.
 */
export function decode(
  event: StoredEvent,
  steps: readonly Upcast[] = upcasts,
  to: number = currentSchema,
): Either<StoreError, RecordedEvent> {
  let raw: RawEvent
  try {
    raw = restored(event)
  } catch {
    return unreadable(event, 'corrupt-event', 'the record is not JSON')
  }
  const current = raw.schema === to ? right(raw) : lift(raw, { steps, to })
  return isLeft(current) ? unreadable(event, 'corrupt-event', current.left) : understood(event, current.right)
}

function understood(event: StoredEvent, lifted: RawEvent): Either<StoreError, RecordedEvent> {
  const fault = faultOf(lifted, stored)
  if (fault === undefined) {
    const decoded = lifted as unknown as RecordedEvent
    return isFiled(event, decoded)
      ? right(decoded)
      : unreadable(event, 'corrupt-event', "the record is another event's")
  }
  const isUnknown = !stored.has(lifted.type) || lifted.schema > currentSchema
  return unreadable(event, isUnknown ? 'unknown-event' : 'corrupt-event', fault)
}
