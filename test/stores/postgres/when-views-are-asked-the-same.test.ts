/** Whatever is asked of a view, in whatever order: PostgreSQL answers as the memory store does. */
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { openMemoryStore } from '../../../src/stores/memory.js'
import { answersOf, viewQuestions } from '../view-questions.js'
import { dropSchema, newSchema, openIn } from './server.js'

test('Any questions about a view are answered alike.', async () => {
  const schema = newSchema()
  const store = await openIn(schema)
  const property = fc.asyncProperty(viewQuestions, async (asked) => {
    expect(await answersOf(store, asked)).toBe(await answersOf(openMemoryStore(), asked))
  })
  await fc.assert(property, { numRuns: 25 })
  await store.close()
  await dropSchema(schema)
})
