/** Who takes what, who asks for what, and which partition a conversation is in for ever. */
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { planFor, type Seen } from '../../src/log/subscription/fair-share.js'
import { partitionKey, partitionOf } from '../../src/log/subscription/partition.js'
import { oddIds } from '../../src/testing/store-suite/specimens.js'

type Held = { holder: string | null; next: string | null }

/** Everybody acts by turns on what is there, and hands over at once what they are asked for. */
function settle(held: Held[], members: readonly string[], rounds: number): void {
  for (let round = 0; round < rounds; round++) {
    for (const me of members) {
      for (const one of held)
        if (one.holder === me && one.next !== null) Object.assign(one, { holder: one.next, next: null })
      const seen: Seen[] = held.map((one, partition) => ({ ...one, partition, isFree: one.holder === null }))
      const { take, ask } = planFor(me, seen)
      for (const partition of take) Object.assign(held[partition] as Held, { holder: me, next: null })
      for (const partition of ask) Object.assign(held[partition] as Held, { next: me })
    }
  }
}

const countsOf = (held: readonly Held[], members: readonly string[]): readonly number[] =>
  members.map((member) => held.filter(({ holder }) => holder === member).length)

test('However partitions are held at first, soon all are, and nobody has two more than another.', () => {
  const situations = fc.integer({ min: 1, max: 40 }).chain((partitions) =>
    fc.integer({ min: 1, max: 12 }).chain((size) => {
      const members = Array.from({ length: size }, (_, n) => `m${n}`)
      const holder = fc.option(fc.constantFrom(...members))
      return fc.record({
        members: fc.constant(members),
        holders: fc.array(holder, { minLength: partitions, maxLength: partitions }),
      })
    }),
  )
  fc.assert(
    fc.property(situations, ({ members, holders }) => {
      const held = holders.map((holder) => ({ holder, next: null }))
      settle(held, members, 8)
      const counts = countsOf(held, members)
      expect(held.filter(({ holder }) => holder === null)).toEqual([])
      expect(Math.max(...counts) - Math.min(...counts)).toBeLessThanOrEqual(1)
      const before = structuredClone(held)
      settle(held, members, 2)
      expect(held).toEqual(before)
    }),
  )
})

test('A conversation is in the same partition in every version, for checkpoints are kept by it.', () => {
  const ids = ['', 'a', 'c1', 'c2', 'conversation 1', '👩‍👩‍👧', '0b1f9f0e-6c1d-4d43-9a57-0a2a1d0d7c11']
  expect(ids.map((id) => partitionOf(id, 256))).toEqual([217, 32, 240, 9, 18, 18, 191])
  expect(ids.map((id) => partitionOf(id, 7))).toEqual([3, 5, 1, 5, 1, 3, 5])
  expect(partitionKey('group/1', 2)).toBe('subscription/partition/2/group/1')
})

test('Conversations are spread evenly, whatever their ids look like.', () => {
  const kinds = [
    (n: number) => `c${n}`,
    (n: number) => `user/${n}/chat`,
    (n: number) => String.fromCodePoint(0x4e00 + n),
  ]
  for (const idOf of kinds) {
    const counts = new Array<number>(8).fill(0)
    for (let n = 0; n < 8_000; n++) {
      const partition = partitionOf(idOf(n), 8)
      counts[partition] = (counts[partition] ?? 0) + 1
    }
    expect(Math.min(...counts)).toBeGreaterThan(800)
    expect(Math.max(...counts)).toBeLessThan(1_200)
  }
  for (const id of oddIds) expect(partitionOf(id, 3)).toBeLessThan(3)
})
