/** The search against trying every order there is: both say the same, of small histories good and bad. */
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { afterOperation, isOpen, type Log, Logs } from '../../src/testing/histories/register.js'
import { findOrder } from '../../src/testing/histories/search.js'
import type { Operation } from '../../src/testing/index.js'
import { append, find, type Heard, read } from './told-histories.js'

/**
 * Whether any order will do, by trying them all: an operation is next if none that is left was over before it was
 * asked.
 */
function canBeOrdered(left: readonly Operation[], log: Log, logs: Logs): boolean {
  if (left.every(isOpen)) return true
  return left.some((operation) => {
    const others = left.filter((other) => other !== operation)
    const isOverBefore = (other: Operation) =>
      !isOpen(other) && other.answeredAt !== null && other.answeredAt < operation.askedAt
    if (others.some(isOverBefore)) return false
    const next = afterOperation(operation, log, logs)
    return next !== undefined && canBeOrdered(others, next, logs)
  })
}

const ids = ['a', 'b', 'c']
const version = fc.integer({ min: 0, max: 2 })
const heard: fc.Arbitrary<Heard> = fc.oneof(
  { arbitrary: fc.integer({ min: 1, max: 3 }), weight: 4 },
  { arbitrary: version.map((actual): Heard => ['wrong-expected-version', actual]), weight: 2 },
  { arbitrary: fc.constantFrom<Heard>('unknown-outcome', 'duplicate-event', null), weight: 2 },
)

/** Client `n`'s operation; times are given later. */
const operation = fc.oneof(
  { arbitrary: fc.tuple(version, fc.subarray(ids, { minLength: 1, maxLength: 2 }), heard), weight: 3 },
  { arbitrary: fc.subarray(ids), weight: 2 },
  { arbitrary: fc.tuple(fc.constantFrom(...ids), fc.option(fc.integer({ min: 1, max: 2 }))), weight: 1 },
)

type Draft = typeof operation extends fc.Arbitrary<infer D> ? D : never

function timed(draft: Draft, span: readonly [number, number], client: string): Operation {
  if (draft.length === 3 && typeof draft[0] === 'number') {
    const [expected, names, answer] = draft as readonly [number, readonly string[], Heard]
    return append(client, [span[0], answer === null ? null : span[1]], expected, names, answer)
  }
  if (draft.length === 2 && (draft[1] === null || typeof draft[1] === 'number')) {
    return find(client, span, draft[0] as string, draft[1])
  }
  return read(client, span, draft as readonly string[])
}

/** Operations whose beginnings and ends are dealt out in any order. */
const history = fc.array(operation, { minLength: 1, maxLength: 6 }).chain((drafts) => {
  const count = drafts.length * 2
  const times = fc.shuffledSubarray(
    Array.from({ length: count }, (_, n) => n + 1),
    { minLength: count, maxLength: count },
  )
  return times.map((ticks) =>
    drafts.map((draft, n) => {
      const [one = 0, other = 0] = ticks.slice(2 * n, 2 * n + 2)
      return timed(draft, [Math.min(one, other), Math.max(one, other)], `p${n}`)
    }),
  )
})

test('The search finds an order exactly where there is one.', () => {
  const counts = { order: 0, none: 0 }
  const property = fc.property(history, (operations) => {
    const logs = new Logs()
    const found = findOrder(operations, 100_000)
    if (found.kind === 'too-many-states') return false
    counts[found.kind]++
    return (found.kind === 'order') === canBeOrdered(operations, logs.empty, logs)
  })
  fc.assert(property, { numRuns: 3_000 })
  expect(counts.order).toBeGreaterThan(100)
  expect(counts.none).toBeGreaterThan(100)
})

test('The order that it finds is one: each answer follows from the log, and time is respected.', () => {
  const property = fc.property(history, (operations) => {
    const found = findOrder(operations, 100_000)
    if (found.kind !== 'order') return
    const logs = new Logs()
    let log: Log | undefined = logs.empty
    for (const [at, one] of found.order.entries()) {
      log = log && afterOperation(one, log, logs)
      const later = found.order.slice(at + 1)
      expect(later.some((other) => !isOpen(other) && (other.answeredAt ?? Infinity) < one.askedAt)).toBe(false)
    }
    expect(log).toBeDefined()
    expect(new Set(found.order).size).toBe(found.order.length)
    expect(operations.filter((one) => !isOpen(one) && !found.order.includes(one))).toEqual([])
  })
  fc.assert(property, { numRuns: 1_000 })
})
