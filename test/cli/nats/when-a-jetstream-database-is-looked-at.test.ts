/** `colloquy inspect`, `serve` and `chart --heat` on a JetStream address. */
import { expect, onTestFinished, test } from 'vitest'
import { openDoor, opened } from '../../conversations/door.js'
import { dropStore, newName, onBare, openNamed, replicas, serverUrls, streamsOf } from '../../stores/nats/servers.js'
import { looksAtDatabases } from '../looked-at.js'
import { asked, Running } from '../running.js'

looksAtDatabases('JetStream', () => {
  const name = newName()
  onTestFinished(() => dropStore(name))
  const address = `${serverUrls().join(',')}?name=${name}&replicas=${replicas()}`
  return { address, open: () => openNamed(name), hasIndex: false }
})

/** How both streams are made, and what they hold. */
const streamsNow = (name: string) =>
  onBare(async (manager) => {
    const infos = await Promise.all(streamsOf(name).map((stream) => manager.streams.info(stream)))
    return infos.map(({ config, state: { messages, bytes, last_seq, num_deleted } }) => ({
      config,
      state: { messages, bytes, last_seq, num_deleted },
    }))
  })

test('No stream of a JetStream database changes while it is looked at, and no message is written.', async () => {
  const name = newName()
  onTestFinished(() => dropStore(name))
  const store = await openNamed(name)
  await opened(openDoor({ store }))
  await store.close()
  const before = await streamsNow(name)
  const running = new Running(['inspect', `${serverUrls().join(',')}?name=${name}`])
  const [at] = await running.printed(/http:\S+/)
  for (const path of ['conversations', 'conversations/c1/log', 'conversations/c1/events/1', 'heat']) {
    expect((await asked(at, `api/${path}`)).status).toBe(200)
  }
  expect(await running.interrupted()).toBe(0)
  expect(await streamsNow(name)).toEqual(before)
})
