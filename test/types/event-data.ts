/**
 * The schemas say of each event's data what the types say: `npm run typecheck` is the test, nothing here is run.
 * Left out on purpose: readonly, which schemas cannot say, and what a policy and a content block hold.
 */
import type { Static } from 'typebox'
import type { EventData, EventType } from '../../machines/events.js'
import type { dataSchemas, storedDataSchemas } from '../../src/log/schema.js'

type Same<A, B> = (<T>() => T extends A ? 1 : 2) extends <T>() => T extends B ? 1 : 2 ? true : false

// Content that a log gives back may be erased; content that is written may not.
type Words<C> = [null extends C ? 'erasable' : 'never erased', string extends C ? 'or text' : never]
type Field<K, V> = K extends 'content' ? Words<V> : K extends 'policy' ? 'a policy' : Plain<V>
type Plain<T> = T extends readonly (infer Item)[]
  ? Plain<Item>[]
  : T extends object
    ? { -readonly [K in keyof T]: Field<K, T[K]> }
    : T

/** Every field with all that it can be: the schema ties a warning's words to its purpose, and the type does not. */
type Fields<T> = { [K in keyof T & string]: T[K] }

type NeverErased<T> = {
  [K in keyof T]: K extends 'content' ? Exclude<T[K], null> : K extends 'edit' ? NeverErased<T[K]> : T[K]
}

type Data = { [T in EventType]: Plain<EventData[T]> }
type Written = { [T in EventType]: Plain<NeverErased<EventData[T]>> }
type StoredSchema = { [T in EventType]: Plain<Static<(typeof storedDataSchemas)[T]>> }
type WrittenSchema = { [T in EventType]: Plain<Static<(typeof dataSchemas)[T]>> }

/** The types on which the two differ: there must be none. */
type Differing<A extends Record<EventType, unknown>, B extends Record<EventType, unknown>> = {
  [T in EventType]: Same<Fields<A[T]>, Fields<B[T]>> extends true ? never : T
}[EventType]
type Optional<T> = { [K in keyof T]-?: object extends Pick<T, K> ? K : never }[keyof T]
type DifferentlyOptional<A, B extends Record<keyof A, unknown>> = {
  [T in Exclude<keyof A, 'message.sent'>]: Same<Optional<A[T]>, Optional<B[T]>> extends true ? never : T
}[Exclude<keyof A, 'message.sent'>]

export const nothingDiffers: readonly [
  Same<Differing<StoredSchema, Data>, never>,
  Same<Differing<WrittenSchema, Written>, never>,
  Same<DifferentlyOptional<StoredSchema, Data>, never>,
  Same<DifferentlyOptional<WrittenSchema, Written>, never>,
  Same<keyof typeof dataSchemas, EventType>,
  Same<keyof typeof storedDataSchemas, EventType>,
] = [true, true, true, true, true, true]

// What was written may be read: one is of the other's kind, not the other way round.
export const writtenIsReadable: WrittenSchema['message.sent'] extends Written['message.sent'] ? true : false = true
// The ruler measures: it tells these apart.
export const rulerTells: readonly [
  Same<Differing<StoredSchema, Written>, never>,
  Same<Differing<WrittenSchema, Data>, never>,
  Same<DifferentlyOptional<Data, { [T in EventType]: Required<Data[T]> }>, never>,
] = [false, false, false]
