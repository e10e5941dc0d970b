/**
 * The few assertions that the laws are written in. They throw an error that every runner shows well, and compare plain
 * data by what it says: a driver's row without a prototype is as good as any other. Nothing here may import a runner.
 */
import { type Either, isLeft } from 'fp-ts/lib/Either.js'
import type { StoreError, StoreErrorCode } from '../../log/errors.js'

/** What a broken law throws. `actual` and `expected` are there for the runner's own diff. */
export class LawBroken extends Error {
  override readonly name = 'AssertionError'

  constructor(
    message: string,
    readonly actual?: unknown,
    readonly expected?: unknown,
  ) {
    super(message)
  }
}

const wordsMax = 400

// JSON has no word for these, and would make `null` of them or fail.
function spellOut(_: string, value: unknown): unknown {
  if (typeof value === 'bigint') return `${value}n`
  if (typeof value === 'number' && !Number.isFinite(value)) return `${value}`
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return value
  return Object.fromEntries(Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1)))
}

const textOf = (value: unknown): string => JSON.stringify(value, spellOut) ?? 'undefined'

function inWords(value: unknown): string {
  const text = textOf(value)
  return text.length <= wordsMax ? text : `${text.slice(0, wordsMax)}… (${text.length} characters)`
}

/**
 * Demands that two pieces of plain data say the same.
 * @param what the law, or the part of it at stake: the message begins with it.
 */
export function agree(what: string, actual: unknown, expected: unknown): void {
  if (textOf(actual) === textOf(expected)) return
  throw new LawBroken(`${what}\n  expected ${inWords(expected)}\n  but got  ${inWords(actual)}`, actual, expected)
}

/** Demands that something is so. */
export function demand(what: string, isSo: boolean): void {
  if (!isSo) throw new LawBroken(what)
}

/** The value of an answer that must be one. */
export function answered<A>(what: string, answer: Either<StoreError, A>): A {
  if (isLeft(answer)) throw new LawBroken(`${what}\n  but it was refused: ${inWords(answer.left)}`, answer.left)
  return answer.right
}

/** The error of an answer that must be refused with this code. */
export function refused(what: string, code: StoreErrorCode, answer: Either<StoreError, unknown>): StoreError {
  const got = isLeft(answer) ? answer.left.code : answer.right
  if (isLeft(answer) && got === code && answer.left.kind === 'store') return answer.left
  throw new LawBroken(`${what}\n  expected a refusal with ${code}\n  but got  ${inWords(got)}`, got, code)
}

/** Demands that something comes to its end without an exception. */
export async function resolves(what: string, run: () => Promise<unknown>): Promise<void> {
  try {
    await run()
  } catch (thrown) {
    throw new LawBroken(`${what}\n  but it threw ${thrown}`, thrown)
  }
}
