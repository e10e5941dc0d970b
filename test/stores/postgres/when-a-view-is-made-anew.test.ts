/** One process makes a view anew while another writes: no event is missed, and nobody is kept from writing. */
import { expect, test } from 'vitest'
import { rebuiltUnderWriters } from '../rebuilt-under-writers.js'
import { dropSchema, newSchema, openIn } from './server.js'

test('Over two handles on a PostgreSQL schema every row is what its log folds to.', async () => {
  const schema = newSchema()
  const [writing, making] = [await openIn(schema), await openIn(schema)]
  const { commands, wrong, inForce } = await rebuiltUnderWriters({ writing, making })
  expect(wrong).toEqual([])
  expect(commands).toBeGreaterThan(50)
  expect(inForce).toBe('conversations_1_4')
  await writing.close()
  await making.close()
  await dropSchema(schema)
})
