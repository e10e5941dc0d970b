/** The NATS drivers are optional peers: without them the entry can be imported, and opening says what to install. */
import { expect, test, vi } from 'vitest'
import { openNatsStore } from '../../src/stores/nats/index.js'

vi.mock('@nats-io/jetstream', () => {
  throw new Error('Cannot find package')
})

test('Without its drivers a NATS store is not opened, and the error names what to install.', async () => {
  const answer = await openNatsStore({ servers: 'nats://127.0.0.1:9' })
  const message = expect.stringContaining('npm install @nats-io/transport-node @nats-io/jetstream')
  expect(answer).toMatchObject({ left: { code: 'driver-missing', message } })
})
