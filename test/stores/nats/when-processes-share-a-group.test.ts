/** A group over JetStream: two processes, one killed; the other takes over what it held. */
import { test } from 'vitest'
import { expectTakeover } from '../shared-group.js'
import { dropStore, newName, openNamed, serverUrls } from './servers.js'

test('Of two processes that share a group one is killed, and the other takes over and leaves nothing out.', async () => {
  const name = newName()
  const store = await openNamed(name)
  await expectTakeover(store, ['nats', serverUrls().join(','), name])
  await store.close()
  await dropStore(name)
})
