/** `colloquy inspect`, `serve` and `chart --heat` on a JetStream address. */
import { onTestFinished } from 'vitest'
import { dropStore, newName, openNamed, replicas, serverUrls } from '../../stores/nats/servers.js'
import { looksAtDatabases } from '../looked-at.js'

looksAtDatabases('JetStream', () => {
  const name = newName()
  onTestFinished(() => dropStore(name))
  const address = `${serverUrls().join(',')}?name=${name}&replicas=${replicas()}`
  return { address, open: () => openNamed(name), hasIndex: false }
})
