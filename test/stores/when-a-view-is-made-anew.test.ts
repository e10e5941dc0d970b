/** One process makes a view anew while another writes: no event is missed, and nobody is kept from writing. */
import { expect, test } from 'vitest'
import { rebuiltUnderWriters } from './rebuilt-under-writers.js'
import { newPath, openAt } from './sqlite-files.js'

test('Over two handles on a SQLite file every row is what its log folds to.', async () => {
  const path = newPath()
  const [writing, making] = [await openAt(path), await openAt(path)]
  const { commands, wrong, inForce } = await rebuiltUnderWriters({ writing, making })
  expect(wrong).toEqual([])
  expect(commands).toBeGreaterThan(50)
  expect(inForce).toBe('conversations_1_4')
})
