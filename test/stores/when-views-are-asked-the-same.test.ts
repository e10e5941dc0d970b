/** Whatever is asked of a view, in whatever order: SQLite answers as the memory store does. */
import fc from 'fast-check'
import { describe, test } from 'vitest'
import { openMemoryStore } from '../../src/stores/memory.js'
import { newPath, openAt, presentDrivers } from './sqlite-files.js'
import { answersOf, viewQuestions } from './view-questions.js'

describe.each(presentDrivers)('over %s', (driver) => {
  test('Any questions about a view are answered alike.', async () => {
    const sqlite = await openAt(newPath(), driver)
    const property = fc.asyncProperty(viewQuestions, async (asked) => {
      const [expected, actual] = [await answersOf(openMemoryStore(), asked), await answersOf(sqlite, asked)]
      if (actual !== expected) throw new Error(`memory: ${expected}\nsqlite: ${actual}`)
    })
    await fc.assert(property, { numRuns: 150 })
  })
})
