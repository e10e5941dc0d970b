/** `pg` is an optional peer: without it the entry can be imported, and opening says what to install. Needs no server. */
import { expect, test, vi } from 'vitest'
import { openPostgresStore } from '../../src/stores/postgres/index.js'

vi.mock('pg', () => {
  throw new Error('Cannot find package')
})

test('Without its driver a PostgreSQL store is not opened, and the error names what to install.', async () => {
  const answer = await openPostgresStore({ connectionString: 'postgres://nobody@127.0.0.1:9/nothing' })
  expect(answer).toMatchObject({ left: { code: 'driver-missing', message: expect.stringContaining('npm install pg') } })
})
