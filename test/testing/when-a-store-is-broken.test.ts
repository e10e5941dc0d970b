/** The suite on suites: a sound store passes every law, and for every law there is a broken store that it catches. */
import { describe, expect, test } from 'vitest'
import { type EventStoreSuiteOptions, eventStoreSuite } from '../../src/testing/index.js'
import { brokenStores } from './broken-stores/index.js'
import { collect } from './collecting-runner.js'
import { openSoundStore, supportsAll } from './sound-store.js'

const suiteOver = (options: Omit<EventStoreSuiteOptions, 'test' | 'supports'> & Partial<EventStoreSuiteOptions>) =>
  collect((register) => eventStoreSuite({ supports: supportsAll, ...options, test: register }))

const soundTests = suiteOver({ factory: async () => openSoundStore() })
const sentenceOf = (name: string) => name.replace(/^[^:]*: /, '')

describe('a sound store', () => {
  test.each(soundTests)('keeps the law: $name', async ({ failure }) => {
    expect(await failure()).toBeUndefined()
  })
})

describe('a broken store', () => {
  test.each(brokenStores)('that $name is caught by: $caughtBy', async ({ open, caughtBy }) => {
    const laws = suiteOver({ factory: async () => open() }).filter(({ name }) => sentenceOf(name) === caughtBy)
    expect(laws).toHaveLength(1)
    const [failure] = await Promise.all(laws.map((law) => law.failure()))
    // By what it says, and not by falling over.
    expect(failure).toMatchObject({ name: 'AssertionError', message: expect.any(String) })
  })
})

test('Every law catches a store that breaks it.', () => {
  const caught = new Set(brokenStores.map(({ caughtBy }) => caughtBy))
  expect(soundTests.map(({ name }) => sentenceOf(name)).filter((law) => !caught.has(law))).toEqual([])
})

test('No two laws have one name, and no two broken stores.', () => {
  expect(new Set(soundTests.map(({ name }) => name)).size).toBe(soundTests.length)
  expect(new Set(brokenStores.map(({ name, caughtBy }) => `${name} ${caughtBy}`)).size).toBe(brokenStores.length)
})
