/**
 * When all is quiet: what stands in the real store, read without any fault between, against what the witness saw, what
 * it replays to, and what the clients were told. Also the looks around that are taken now and then on the way.
 */
import { isLeft } from 'fp-ts/lib/Either.js'
import { lookUp } from '../../conversation/id-index.js'
import { stateKey } from '../../lifecycle/thread-state.js'
import type { EventStore, StoredEvent } from '../../log/event-store.js'
import { chainFault, chainStart } from '../../log/hash-chain.js'
import { pagesOf, rebuild, type Stream } from '../../log/rebuild.js'
import { readSnapshot, takeSnapshot } from '../../log/snapshot.js'
import { audit } from './ledger.js'
import { storyOf, type Witnessed } from './witness.js'
import type { World } from './world.js'

type Checked = Pick<World, 'witness' | 'findings' | 'ledger'>

/** The threads' states at a version, as rebuilding from the store's own log gives them (I10). */
export async function checkRebuildAt({ findings }: Checked, real: EventStore, witnessed: Witnessed, toVersion: number) {
  const { conversationId, automaton } = witnessed
  const rebuilt = await rebuild(real, { conversationId, toVersion })
  const where = { conversationId, version: toVersion }
  if (isLeft(rebuilt)) {
    findings.add('I10', `the log cannot be rebuilt: ${rebuilt.left.message}`, where)
    return
  }
  const { conversation } = rebuilt.right
  const differs = (witnessed.threadsAt[toVersion - 1] ?? []).find(({ threadId, state, headId, depth }) => {
    const thread = conversation && lookUp(conversation.threads, threadId)
    return !thread || thread.state !== state || thread.headId !== headId || thread.depth !== depth
  })
  if (!differs || !automaton) return
  const what = `rebuilt at version ${toVersion}, ${differs.threadId} is not ${stateKey(automaton.describe(differs.state))}`
  findings.add('I10', what, { ...where, story: storyOf(witnessed, toVersion) })
}

async function readAll(real: EventStore, conversationId: string): Promise<readonly StoredEvent[] | string> {
  const events: StoredEvent[] = []
  for await (const page of pagesOf(real, { conversationId })) {
    if (isLeft(page)) return page.left.message
    events.push(...page.right)
  }
  return events
}

function keptFault(stored: readonly StoredEvent[], { stored: seen }: Witnessed): string | undefined {
  if (stored.length !== seen.length) return `${stored.length} events are read back, and ${seen.length} were taken`
  const place = seen.findIndex((event, at) => {
    const is = stored[at]
    return is?.hash !== event.hash || is.record !== event.record || is.eventId !== event.eventId
  })
  return place < 0 ? undefined : `version ${place + 1} is not what was taken`
}

function checkStored({ findings }: Checked, stored: readonly StoredEvent[], witnessed: Witnessed): boolean {
  const { conversationId } = witnessed
  const kept = keptFault(stored, witnessed)
  if (kept) findings.add('kept', kept, { conversationId, story: storyOf(witnessed) })
  let previous = chainStart
  for (const event of stored) {
    const fault = chainFault(previous, event)
    if (fault) {
      findings.add('chain', `version ${event.version}: ${fault}`, { conversationId, version: event.version })
      return false
    }
    previous = event.hash
  }
  return kept === undefined
}

/** I10 at the end: from the start, and from the snapshot, the log gives the very state that was witnessed. */
async function checkRebuilds({ findings }: Checked, real: EventStore, witnessed: Witnessed): Promise<void> {
  const { conversationId, acceptor, stored } = witnessed
  const conversation = acceptor.state
  if (!conversation) return
  const textOf = (stream: Stream) => takeSnapshot(conversationId, stream).text
  const expected = textOf({ conversation, lastHash: stored.at(-1)?.hash ?? chainStart })
  const snapshot = await real.loadSnapshot(conversationId)
  const from = !isLeft(snapshot) && snapshot.right ? readSnapshot(snapshot.right) : undefined
  const ways = [
    { from: 'the start' },
    ...(from ? [{ from: `the snapshot at ${from.conversation?.version}`, known: from }] : []),
  ]
  for (const way of ways) {
    const rebuilt = await rebuild(real, { conversationId, ...('known' in way && { from: way.known }) })
    const isSame = !isLeft(rebuilt) && rebuilt.right.conversation !== null && textOf(rebuilt.right) === expected
    const version = conversation.version
    if (!isSame)
      findings.add('I10', `rebuilt from ${way.from}, the log gives another state`, { conversationId, version })
  }
}

function checkErased({ findings, ledger }: Checked, stored: readonly StoredEvent[], witnessed: Witnessed): void {
  const { conversationId } = witnessed
  const ids = ledger.of(conversationId).flatMap(({ turns, erases }) => (turns.length > 0 ? erases : []))
  for (const { version, data } of witnessed.events) {
    const messageId = 'messageId' in data ? data.messageId : 'edit' in data ? data.edit?.messageId : undefined
    const said = 'content' in data || 'edit' in data
    if (!said || messageId === undefined || !ids.includes(messageId)) continue
    const { content = null, salt = null } = stored[version - 1] ?? {}
    if (content === null && salt === null) continue
    findings.add('erased', `the content of ${messageId} can still be read`, { conversationId, version })
  }
}

/** Holds one conversation, as it stands in the real store, against all that is known of it. */
export async function checkConversation(world: Checked, real: EventStore, witnessed: Witnessed): Promise<void> {
  const { conversationId } = witnessed
  const stored = await readAll(real, conversationId)
  if (typeof stored === 'string') {
    world.findings.add('kept', `the log cannot be read back: ${stored}`, { conversationId })
    return
  }
  const isWhole = checkStored(world, stored, witnessed)
  audit(world.ledger.of(conversationId), witnessed.events, world.findings)
  if (!isWhole || witnessed.isBroken) return
  checkErased(world, stored, witnessed)
  await checkRebuilds(world, real, witnessed)
}
