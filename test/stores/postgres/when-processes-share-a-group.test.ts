/** A group over PostgreSQL: two processes, one killed; the other takes over what it held. */
import { test } from 'vitest'
import { expectTakeover } from '../shared-group.js'
import { dropSchema, newSchema, openIn, serverUrl } from './server.js'

test('Of two processes that share a group one is killed, and the other takes over and leaves nothing out.', async () => {
  const schema = newSchema()
  const store = await openIn(schema)
  await expectTakeover(store, ['postgres', serverUrl(), schema])
  await store.close()
  await dropSchema(schema)
})
