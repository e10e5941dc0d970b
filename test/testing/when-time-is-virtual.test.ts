/** Virtual time and chance: the two sources of everything that a simulation does. */
import { expect, test } from 'vitest'
import { SeededChance } from '../../src/testing/seeded-chance.js'
import { VirtualTime } from '../../src/testing/simulation/virtual-time.js'

test('What is due comes in order of time, and what is due at once in order of asking.', async () => {
  const chance = new SeededChance(1)
  const time = new VirtualTime()
  const begun = time.nowMs
  const seen: { readonly delayMs: number; readonly place: number; readonly atMs: number }[] = []
  for (let place = 0; place < 500; place++) {
    const delayMs = chance.below(50)
    time.plan(() => void seen.push({ delayMs, place, atMs: time.nowMs - begun }), delayMs)
  }
  while (await time.advance());
  expect(seen).toHaveLength(500)
  expect(seen.every(({ delayMs, atMs }) => delayMs === atMs)).toBe(true)
  expect(seen).toEqual([...seen].sort((a, b) => a.atMs - b.atMs || a.place - b.place))
})

test('What is called off never happens, and leaves the others alone.', async () => {
  const time = new VirtualTime()
  const seen: number[] = []
  const stops = Array.from({ length: 100 }, (_, place) => time.setTimer(() => seen.push(place), 100 - place))
  for (const [place, stop] of stops.entries()) if (place % 3 !== 0) stop()
  while (await time.advance());
  expect(seen).toEqual(Array.from({ length: 34 }, (_, index) => 99 - 3 * index))
  expect(time.steps).toBe(34)
})

test('Time stands still while anything is done, however many promises it takes.', async () => {
  const time = new VirtualTime()
  const seen: string[] = []
  time.plan(async () => {
    for (let turn = 0; turn < 20; turn++) await undefined
    seen.push(`first at ${time.nowMs - Date.UTC(2026, 0, 1)}`)
  }, 1)
  void time.wait(1).then(async () => {
    for (let turn = 0; turn < 20; turn++) await undefined
    seen.push('second')
  })
  time.plan(() => void seen.push('third'), 2)
  while (await time.advance());
  expect(seen).toEqual(['first at 1', 'second', 'third'])
})

test('One seed draws one row, wherever it is drawn; near seeds draw others.', () => {
  const rowOf = (seed: number) => {
    const chance = new SeededChance(seed)
    return Array.from({ length: 8 }, () => chance.word())
  }
  expect(rowOf(1)).toEqual(rowOf(1))
  const seeds = [0, 1, 2, 2 ** 32, 2 ** 32 + 1, 2 ** 53 - 1]
  expect(new Set(seeds.map((seed) => rowOf(seed).join())).size).toBe(seeds.length)
})

test('Draws are even: each of ten comes about as often, a rate is kept, and the ends of a rate are certain.', () => {
  const chance = new SeededChance(7)
  const drawn = Array.from({ length: 20_000 }, () => chance.below(10))
  const counts = Array.from({ length: 10 }, (_, value) => drawn.filter((one) => one === value).length)
  expect(Math.min(...counts)).toBeGreaterThan(1_800)
  expect(Math.max(...counts)).toBeLessThan(2_200)
  const hits = Array.from({ length: 20_000 }, () => chance.happens(0.1)).filter(Boolean).length
  expect(hits).toBeGreaterThan(1_800)
  expect(hits).toBeLessThan(2_200)
  expect(Array.from({ length: 1_000 }, () => chance.happens(0)).some(Boolean)).toBe(false)
  expect(Array.from({ length: 1_000 }, () => chance.happens(1)).every(Boolean)).toBe(true)
  expect(chance.hex(32)).toMatch(/^[0-9a-f]{32}$/)
})
