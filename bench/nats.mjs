/**
 * The JetStream store against the same driver used bare, on the same servers: appends, many writers, and a rebuild. The
 * servers are those of `npm run services`, or named by COLLOQUY_NATS.
 */
import { jetstream, jetstreamManager } from '@nats-io/jetstream'
import { connect } from '@nats-io/transport-node'
import { orThrow } from 'colloquy'
import { openNatsStore } from 'colloquy/stores/nats'
import { services } from '../scripts/services/found.mjs'
import { compare, report } from './measure.mjs'
import { fillLong, measureAppends, measureRebuild } from './store-laps.mjs'

const servers = services()
  .find(({ variable }) => variable === 'COLLOQUY_NATS')
  ?.url?.split(',')
if (servers === undefined) {
  console.log('left out, for no JetStream is here: npm run services')
  process.exit()
}
const name = `bench_${process.pid}`
const replicas = servers.length >= 3 ? 3 : 1
// Both on the same server: who is connected to the leader has a shorter way.
const sameServer = { noRandomize: true }
const store = orThrow(await openNatsStore({ servers, name, replicas, connection: sameServer }))

const [{ username, password }] = servers.map((server) => new URL(server))
const hosts = servers.map((server) => new URL(server).host)
const connection = await connect({ servers: hosts, user: username, pass: password, noAsyncTraces: true, ...sameServer })
const manager = await jetstreamManager(connection)
const client = jetstream(connection)

// A stream of the same making, with nothing of ours in it.
const bareName = `${name}_bare`
const { config } = await manager.streams.info(name)
await manager.streams.add({ ...config, name: bareName, description: 'bare', subjects: [`${bareName}.*.>`] })

const leaderOf = async (stream) => (await manager.streams.info(stream)).cluster?.leader
const turnsMax = 40
const pauseMs = 250
/** Until the other streams have the leader that the log has: what is measured is the way there, not where it leads. */
async function leadFromOneNode(...streams) {
  const wanted = await leaderOf(name)
  for (const stream of streams) {
    for (let turn = 0; turn < turnsMax && (await leaderOf(stream)) !== wanted; turn++) {
      await connection.request(`$JS.API.STREAM.LEADER.STEPDOWN.${stream}`)
      await new Promise((resolve) => setTimeout(resolve, pauseMs))
    }
  }
}
if (replicas > 1) await leadFromOneNode(`KV_${name}`, bareName)

const lastSequences = new Map()
/** What an append sends: the record at its conversation's last sequence, under an id. */
async function publishBare({ conversationId, eventId, record, hash }) {
  const lastSubjectSequence = lastSequences.get(conversationId) ?? 0
  const body = JSON.stringify({ eventId, hash, record })
  const options = { msgID: `${conversationId} ${eventId}`, expect: { lastSubjectSequence } }
  const { seq } = await client.publish(`${bareName}.e.${conversationId}`, body, options)
  lastSequences.set(conversationId, seq)
}
async function publishBareWithContent(event) {
  const { conversationId, version, content, salt } = event
  if (content !== null) {
    const body = JSON.stringify({ content, salt })
    await client.publish(`${bareName}.c.${conversationId}.${version}`, body, { expect: { lastSubjectSequence: 0 } })
  }
  await publishBare(event)
}
// Under ids of their own, for the same conversations are written again with content.
const idOf = (conversationId) => `bodiless-${conversationId}`
const bodiless = (event) => ({ ...event, conversationId: idOf(event.conversationId), content: null, salt: null })
const withoutContent = {
  append: ({ conversationId, expectedVersion, events }) =>
    store.append({ conversationId: idOf(conversationId), expectedVersion, events: events.map(bodiless) }),
}

await measureAppends({
  store: withoutContent,
  insertBare: (event) => publishBare(bodiless(event)),
  what: 'append, one event without content',
  against: 'a bare publish',
  aims: { single: 0.9 },
})
await measureAppends({
  store,
  insertBare: publishBareWithContent,
  what: 'append, one event',
  against: 'bare publishes of content, where there is some, and of the event',
})

const count = 100_000
const perAppend = 100
const { seconds } = await fillLong({ store, count, perAppend })
console.log(`append, a hundred events at a time: ${(count / seconds / 1e3).toFixed(1)} k/s`)

async function* messagesOf(stream, subject) {
  const { state } = await manager.streams.info(stream, { subjects_filter: subject })
  let left = Object.values(state.subjects ?? {}).reduce((sum, number) => sum + number, 0)
  if (left === 0) return
  const consumer = await client.consumers.get(stream, { filter_subjects: subject })
  for await (const message of await consumer.consume()) {
    yield message.string()
    if (--left === 0) break
  }
}

/** Cuts the texts behind a line of JSON by their lengths; see `batch.ts` and `content-text.ts`. */
function* cut(text, lengthsOf) {
  let from = text.indexOf('\n') + 1
  for (const head of JSON.parse(text.slice(0, from))) {
    const lengths = lengthsOf(head).map((length) => Math.max(length, 0))
    const begun = from
    from += lengths.reduce((sum, length) => sum + length, 0)
    yield { head, text: text.slice(begun, begun + lengths[0]) }
  }
}

async function readBare(conversationId) {
  const contents = new Map()
  const records = []
  const readContents = async () => {
    for await (const value of messagesOf(`KV_${name}`, `$KV.${name}.c.${conversationId}.>`)) {
      for (const { head, text: content } of cut(value, ([, ...lengths]) => lengths)) contents.set(head[0], content)
    }
  }
  const readRecords = async () => {
    for await (const body of messagesOf(name, `${name}.e.${conversationId}`)) {
      for (const { text } of cut(body, ([, , length]) => [length])) records.push(text)
    }
  }
  await Promise.all([readContents(), readRecords()])
  return records.map((record, index) => ({ record, content: contents.get(index + 1) ?? null }))
}
await measureRebuild({
  store,
  selectBare: readBare,
  count,
  rounds: 5,
  bareName: 'a bare read by two ordered consumers',
})

async function readWholeFeed() {
  for (let afterPosition = 0; ; ) {
    const page = orThrow(await store.readAll({ afterPosition }))
    if (page.length === 0) return
    afterPosition = page.at(-1).position
  }
}
async function readBareFeed() {
  const { state } = await manager.streams.info(name)
  const consumer = await client.consumers.get(name)
  for await (const { seq } of await consumer.consume()) if (seq === state.last_seq) break
}
const { messages, bytes } = (await manager.streams.info(name)).state
if (messages > 0) {
  const feed = await compare({ contestant: readWholeFeed, baseline: readBareFeed, rounds: 3 })
  report({ what: 'the feed, page by page', against: 'a bare consumer, without content', count: messages, result: feed })
}
console.log(`on each node: ${Math.round(bytes / messages)} bytes a message of the log`)

await store.close()
for (const stream of [name, `KV_${name}`, bareName]) await manager.streams.delete(stream)
await connection.close()
