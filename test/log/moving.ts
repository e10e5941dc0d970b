/** Stores to move logs between: a few conversations, one with erased content, one with a branch; and the lines in between. */
import { type Either, right } from 'fp-ts/lib/Either.js'
import type { Finding } from '../../src/log/audit/audit-finding.js'
import type { EventStore, StoredEvent } from '../../src/log/event-store.js'
import { Export } from '../../src/log/moving/export.js'
import { type NumberedLine, Restore } from '../../src/log/moving/restore.js'
import type { RestoreFinding, RestoreTotals } from '../../src/log/moving/restore-finding.js'
import { orThrow } from '../../src/or-throw.js'
import { openMemoryStore } from '../../src/stores/memory.js'
import { calm, ended, erased, forked, ignoredWarnings, opened, received, sent } from '../conversation/events.js'
import { storedLog } from './recorded.js'

/** Conversation ids in an order that JavaScript's own comparison would get wrong, and one that JSON must escape. */
export const logs: readonly (readonly StoredEvent[])[] = [
  storedLog([opened(), ...ignoredWarnings(1, 3), ended('persistent-harm')], 'a"\n'),
  storedLog([opened(), ...calm(1), sent('a1'), ...calm(2), sent('a2'), erased('u1', 'a2')], 'erased'),
  storedLog([opened(), ...calm(1), sent('a1'), forked('b', { messageId: 'u1' }, 'u2')], 'forked'),
  storedLog([opened(), received('u1')], '\uffff'),
  storedLog([opened()], '\u{1f600}'),
]

/** Fills a store with these logs, and erases what they say was erased. */
export async function filled(store: EventStore = openMemoryStore(), all = logs): Promise<EventStore> {
  for (const events of all) {
    const conversationId = events[0]?.conversationId ?? ''
    orThrow(await store.append({ conversationId, expectedVersion: 0, events }))
  }
  orThrow(await store.erase({ conversationId: 'erased', versions: [2, 7] }))
  return store
}

/** Every event of a store, conversation by conversation. */
export async function contentsOf(store: EventStore): Promise<readonly (readonly StoredEvent[])[]> {
  const all: (readonly StoredEvent[])[] = []
  for (const { conversationId } of orThrow(await store.list({})))
    all.push(orThrow(await store.read({ conversationId })))
  return all
}

/** The lines of a store's export. */
export async function exported(store: EventStore, faults: Finding[] = []): Promise<readonly string[]> {
  const lines: string[] = []
  for await (const line of new Export(store, (fault) => faults.push(fault)).lines()) lines.push(line)
  return lines
}

const parsed = (text: string): Either<string, unknown> => {
  try {
    return right(JSON.parse(text))
  } catch {
    return { _tag: 'Left', left: 'not JSON' }
  }
}

async function* numbered(lines: readonly string[]): AsyncGenerator<NumberedLine> {
  for (const [place, text] of lines.entries()) yield { number: place + 1, value: parsed(text) }
}

/** Restores lines into a store: what was found, and what came of it. */
export async function restored(lines: readonly string[], store: EventStore = openMemoryStore()) {
  const restore = new Restore(store)
  const findings: RestoreFinding[] = []
  for await (const finding of restore.findings(numbered(lines))) findings.push(finding)
  return { store, findings, totals: restore.totals as RestoreTotals }
}
