/**
 * The checker: what writers were told was stored, against what is stored. It believes nothing that a writer says of
 * itself: it reads every event, page by page and once more by the feed, and compares versions, ids and hashes.
 */

import { Audit } from '../../dist/log/audit.js'
import { eventsPerReadMax } from '../../dist/log/event-store.js'
import { batchOf } from './load.mjs'

/** Throws what a store refuses with: a store that cannot be read is a fault of its own. */
function demand(answer) {
  if (answer._tag === 'Right') return answer.right
  throw new Error(`${answer.left.code}: ${answer.left.message}`, { cause: answer.left })
}

async function everyConversation(store) {
  const ids = []
  for (;;) {
    const page = demand(await store.list({ limit: eventsPerReadMax, ...(ids.length > 0 && { afterId: ids.at(-1) }) }))
    // A damaged id may be listed after itself.
    const more = page.map(({ conversationId }) => conversationId).filter((id) => id !== ids.at(-1))
    if (more.length === 0) return ids
    ids.push(...more)
  }
}

/** Every event of a conversation, page by page. */
export async function eventsOf(store, conversationId) {
  const events = []
  for (;;) {
    const page = demand(await store.read({ conversationId, fromVersion: (events.at(-1)?.version ?? 0) + 1 }))
    if (page.length === 0) return events
    events.push(...page)
  }
}

async function theFeed(store) {
  const events = []
  for (;;) {
    const page = demand(await store.readAll({ afterPosition: events.at(-1)?.position ?? 0 }))
    if (page.length === 0) return events
    events.push(...page)
  }
}

const keyOf = ({ conversationId, version, eventId, hash }) => JSON.stringify([conversationId, version, eventId, hash])

/** How many of these are not there. */
const missingFrom = (events, acknowledged) => {
  const there = new Set(events.map(keyOf))
  return acknowledged.filter((event) => !there.has(keyOf(event))).length
}

/** How many come a second time: as an id, or as a version, of one conversation. */
function repeatedIn(events) {
  const repeated = (keys) => keys.length - new Set(keys).size
  const ids = events.map(({ conversationId, eventId }) => JSON.stringify([conversationId, eventId]))
  const versions = events.map(({ conversationId, version }) => JSON.stringify([conversationId, version]))
  return repeated(ids) + repeated(versions)
}

/** Batches of which some events are there and some are not. */
function halfBatchesIn(events) {
  const batches = new Map()
  for (const { eventId } of events) {
    const { batch, size } = batchOf(eventId)
    const seen = batches.get(batch) ?? { size, count: 0 }
    batches.set(batch, { size, count: seen.count + 1 })
  }
  return [...batches.values()].filter(({ size, count }) => count !== size).length
}

async function findingsOf(store) {
  const findings = []
  for await (const finding of new Audit(store).findings()) findings.push(finding)
  return findings
}

/**
 * What became of what was acknowledged.
 * @param acknowledged batches as a `Writer` tells them: `{ conversationId, events: [{ version, eventId, hash }] }`.
 * @returns counts of events, but for `halfBatches`; and what the audit found.
 */
export async function compare(store, acknowledged) {
  const told = acknowledged.flatMap(({ conversationId, events }) =>
    events.map((event) => ({ conversationId, ...event })),
  )
  const read = []
  for (const conversationId of await everyConversation(store)) read.push(...(await eventsOf(store, conversationId)))
  const feed = await theFeed(store)
  return {
    acknowledged: told.length,
    stored: read.length,
    lost: Math.max(missingFrom(read, told), missingFrom(feed, told)),
    duplicated: Math.max(repeatedIn(read), repeatedIn(feed)),
    halfBatches: halfBatchesIn(read),
    audited: (await findingsOf(store)).length,
  }
}
