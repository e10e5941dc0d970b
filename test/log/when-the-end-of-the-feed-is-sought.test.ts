/** The end of the feed is found without reading the feed. */

import fc from 'fast-check'
import { right } from 'fp-ts/lib/Either.js'
import { expect, test } from 'vitest'
import { feedEnd } from '../../src/log/projection/feed-end.js'
import { orThrow } from '../../src/or-throw.js'
import { storedEvent } from '../stores/stored-events.js'

test('Wherever events stand, the last is found, in about as many questions as its position has bits.', async () => {
  const positions = fc.uniqueArray(fc.oneof(fc.integer({ min: 1, max: 40 }), fc.integer({ min: 1, max: 2 ** 43 })), {
    maxLength: 30,
  })
  const property = fc.asyncProperty(positions, async (unsorted) => {
    const sorted = unsorted.toSorted((a, b) => a - b)
    let asked = 0
    const readAll = async ({ afterPosition }: { readonly afterPosition: number }) => {
      asked++
      const position = sorted.find((one) => one > afterPosition)
      return right(position === undefined ? [] : [{ ...storedEvent('a', 1), position }])
    }
    expect(orThrow(await feedEnd({ readAll }))).toBe(sorted.at(-1) ?? 0)
    expect(asked).toBeLessThanOrEqual(120)
  })
  await fc.assert(property, { numRuns: 300 })
})
