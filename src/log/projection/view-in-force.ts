/**
 * Which generation of a projection's view is in force: one register, which all processes on a store agree on by
 * compare-and-set. It must never name a generation whose rows are not there.
 */

import { type Either, isLeft, left, right } from 'fp-ts/lib/Either.js'
import { type StoreError, storeError } from '../errors.js'
import type { EventStore } from '../event-store.js'
import type { Projection } from '../projection.js'
import type { Registers } from '../registers.js'
import type { Views } from '../views.js'

/** A store that can keep projections. */
export interface ViewStore extends EventStore {
  readonly views: Views
  readonly registers: Registers
}

export const hasViews = (store: EventStore): store is ViewStore =>
  store.views !== undefined && store.registers !== undefined

export interface Generations {
  /** What is read and written now; 0 for none. */
  readonly inForce: number
  /** What is being filled beside it; 0 for none. */
  readonly building: number
  /** What was in force before and is not dropped yet; 0 for none. */
  readonly retiring: number
}

/** The generations as a register has them. */
export interface KeptGenerations extends Generations {
  readonly revision: number
}

type Answer<A> = Promise<Either<StoreError, A>>

const keyOf = ({ name, schema }: Projection): string => `view/${name}_${schema}`
const none: KeptGenerations = { inForce: 0, building: 0, retiring: 0, revision: 0 }

const isCount = (value: unknown): value is number => Number.isSafeInteger(value) && (value as number) >= 0

function parsed<A>(text: string, isIt: (value: Record<string, unknown>) => boolean): Either<StoreError, A> {
  try {
    const value = JSON.parse(text) as Record<string, unknown>
    if (isIt(value)) return right(value as A)
  } catch {
    // Told below.
  }
  return left(storeError('incompatible-store', 'a register of a view holds what this version does not know'))
}

export async function loadGenerations(registers: Registers, projection: Projection): Answer<KeptGenerations> {
  const register = await registers.load(keyOf(projection))
  if (isLeft(register)) return register
  if (register.right === null) return right(none)
  const { revision, text } = register.right
  const read = parsed<Generations>(text, ({ inForce, building, retiring }) =>
    [inForce, building, retiring].every(isCount),
  )
  return isLeft(read) ? read : right({ ...read.right, revision })
}

const isRaced = (error: StoreError): boolean => ['wrong-expected-version', 'unknown-outcome'].includes(error.code)

/** Saves the generations where nobody else did since; else answers what is there now. */
export async function saveGenerations(
  registers: Registers,
  projection: Projection,
  { revision, ...generations }: KeptGenerations,
): Answer<KeptGenerations> {
  const saved = await registers.save({ key: keyOf(projection), revision, text: JSON.stringify(generations) })
  if (!isLeft(saved)) return right({ ...generations, revision: saved.right.revision })
  return isRaced(saved.left) ? loadGenerations(registers, projection) : saved
}

/** How far the feed is taken in: of all events up to this position, the rows are there. */
export interface TakenIn {
  readonly position: number
  readonly revision: number
}

const positionKey = ({ name, schema }: Projection, generation: number): string =>
  `view/${name}_${schema}_${generation}/taken-in`

/** The position of a generation; 0, at revision 0, where none was noted. */
export async function loadTakenIn(registers: Registers, projection: Projection, generation: number): Answer<TakenIn> {
  const register = await registers.load(positionKey(projection, generation))
  if (isLeft(register)) return register
  if (register.right === null) return right({ position: 0, revision: 0 })
  const { revision, text } = register.right
  const read = parsed<{ readonly position: number }>(text, ({ position }) => isCount(position))
  return isLeft(read) ? read : right({ position: read.right.position, revision })
}

/** Notes a position where nobody else did since; else answers what is there now: another is at work, and that is fine. */
export async function saveTakenIn(
  registers: Registers,
  projection: Projection,
  generation: number,
  { position, revision }: TakenIn,
): Answer<TakenIn> {
  const key = positionKey(projection, generation)
  const saved = await registers.save({ key, revision, text: JSON.stringify({ position }) })
  if (!isLeft(saved)) return right({ position, revision: saved.right.revision })
  return isRaced(saved.left) ? loadTakenIn(registers, projection, generation) : saved
}
