/**
 * The audit of one conversation, event by event. Each check goes on where another has failed: after a broken link the
 * chain is taken up from the hash that is stored, so that one change is one finding, or two, and not one for every
 * event that follows. Only the replay stops, for what comes after an event that is not accepted cannot be judged.
 */
import { isLeft } from 'fp-ts/lib/Either.js'
import type { EventOf } from '#machines/events.js'
import { lookUp } from '../../conversation/id-index.js'
import type { Conversation, Thread } from '../../conversation/state.js'
import { automatonFor } from '../../lifecycle/automaton.js'
import { machineId } from '../../lifecycle/machine-id.js'
import { policyFault, policyKey } from '../../lifecycle/policy.js'
import { Observer } from '../../proof/observer.js'
import { Acceptor } from '../acceptor.js'
import { decode } from '../codec.js'
import type { StoredEvent, StoredSnapshot } from '../event-store.js'
import { chainHash, chainStart, isContentWhole } from '../hash-chain.js'
import type { RecordedEvent } from '../recorded-event.js'
import { takeSnapshot } from '../snapshot.js'
import { spokenIn } from '../spoken.js'
import type { AuditTotals, Finding, FindingCode } from './audit-finding.js'

type SnapshotJson = { schema?: unknown; machine?: unknown; rest?: { policy?: unknown } }

function parsedSnapshot(text: string): SnapshotJson | undefined {
  try {
    const value: unknown = JSON.parse(text)
    return typeof value === 'object' && value !== null ? value : undefined
  } catch {
    return undefined
  }
}

const keyOfPolicy = (policy: unknown): string | undefined =>
  policyFault(policy) === undefined ? policyKey(policy as Conversation['policy']) : undefined

/** A snapshot against what its events replay to. Equal policies may be written differently, for they share an automaton. */
function compare(kept: string, replayed: string): 'equal' | 'unused' | 'different' | 'decided-differently' {
  const found = parsedSnapshot(kept)
  const expected = parsedSnapshot(replayed) as SnapshotJson
  if (!found) return 'different'
  if (found.schema !== expected.schema) return 'unused'
  const isOurs = found.machine === expected.machine
  const { rest } = found
  if (rest && keyOfPolicy(rest.policy) === keyOfPolicy(expected.rest?.policy)) rest.policy = expected.rest?.policy
  const isEqual = JSON.stringify({ ...found, machine: expected.machine }) === JSON.stringify(expected)
  if (isOurs) return isEqual ? 'equal' : 'different'
  return isEqual ? 'unused' : 'decided-differently'
}

const grounds = ['persistent-harm', 'user-request'] as const

/** Whether the vetoes of a declined end are the ones that stand in the way of some end now. */
function areVetoesOfNow({ data }: EventOf<'end.declined'>, conversation: Conversation): boolean {
  const { state } = lookUp(conversation.threads, data.threadId) as Thread
  const automaton = automatonFor(conversation.policy)
  return grounds.some((ground) => automaton.vetoes(state, ground).join() === data.vetoes.join())
}

export class ConversationAudit {
  private readonly acceptor = new Acceptor()
  private readonly observer = new Observer()
  private isReplaying = true
  private nextVersion = 1
  /** The hash of the event before; `undefined` where that event is missing. */
  private previous: string | undefined = chainStart
  /** Versions of messages whose content is gone, and of those that were said to be erased, by message id. */
  private readonly gone = new Map<string, number>()
  private readonly there = new Map<string, number>()
  private readonly erased = new Set<string>()
  private isSnapshotMet = false

  /** @param listed what the store says of the conversation: `version` is how far it goes at least. */
  constructor(
    private readonly listed: {
      readonly conversationId: string
      readonly version: number
      readonly snapshot: StoredSnapshot | null
    },
    private readonly totals: AuditTotals,
  ) {}

  /** Checks the next event that the store has. */
  *take(event: StoredEvent): Generator<Finding> {
    this.totals.events += 1
    if (event.version > this.nextVersion) yield this.missing(event.version - 1)
    yield* this.checkChain(event)
    this.nextVersion = event.version + 1
    this.previous = event.hash
    const decoded = decode(event)
    if (isLeft(decoded)) {
      this.isReplaying = false
      const { code, message } = decoded.left
      yield this.finding(event.version, code === 'unknown-event' ? code : 'corrupt-event', message)
      return
    }
    this.noteContent(decoded.right)
    yield* this.replay(decoded.right)
  }

  /** What shows only at the end. */
  *finish(): Generator<Finding> {
    if (this.nextVersion <= this.listed.version) yield this.missing(this.listed.version)
    if (this.isReplaying) this.totals.replayed += 1
    if (this.isReplaying && this.recordedBy !== undefined) this.totals.otherMachines += 1
    yield* this.checkErasures()
    const { snapshot } = this.listed
    if (snapshot && !this.isSnapshotMet && this.isReplaying) {
      const why = `the snapshot is of version ${snapshot.version}, the log ends at ${this.nextVersion - 1}`
      yield this.finding(snapshot.version, 'wrong-snapshot', why)
    }
  }

  private finding(version: number, code: FindingCode, message: string): Finding {
    return { conversationId: this.listed.conversationId, version, code, message }
  }

  private missing(to: number): Finding {
    const from = this.nextVersion
    this.isReplaying = false
    this.previous = undefined
    return this.finding(from, 'missing-event', to > from ? `versions ${from} to ${to} are missing` : 'it is missing')
  }

  private *checkChain(event: StoredEvent): Generator<Finding> {
    const { previous } = this
    if (previous !== undefined && chainHash(previous, event.record) !== event.hash) {
      yield this.finding(event.version, 'broken-link', 'it does not follow from the event before as it was written')
    } else if (previous !== undefined) {
      this.totals.links += 1
    }
    if (!isContentWhole(event)) {
      yield this.finding(event.version, 'wrong-content', 'its content is not what was written')
    } else if (event.content !== null) {
      this.totals.contents += 1
    }
  }

  private noteContent(event: RecordedEvent): void {
    const spoken = spokenIn(event)
    if (spoken) (spoken.content === null ? this.gone : this.there).set(spoken.messageId, event.version)
    if (event.type === 'content.erased') for (const id of event.data.messageIds) this.erased.add(id)
  }

  private *replay(event: RecordedEvent): Generator<Finding> {
    if (!this.isReplaying) return
    const accepted = this.acceptor.acceptRead(event)
    if (isLeft(accepted)) {
      this.isReplaying = false
      const { code, message } = accepted.left
      yield this.otherwise(event.version, 'not-accepted', `the log does not replay: ${code}, ${message}`)
      return
    }
    yield* this.holdLaws(event, this.acceptor.state as Conversation)
    if (event.version === this.listed.snapshot?.version) yield* this.checkSnapshot(this.listed.snapshot)
  }

  /** The machine that began this log, if it was not today's; `undefined` if it was, or none was recorded. */
  private get recordedBy(): string | undefined {
    const machine = this.acceptor.state?.machine
    return machine === machineId() ? undefined : machine
  }

  /** A divergence, or, where another machine recorded the log, what today's would decide differently. */
  private otherwise(version: number, code: FindingCode, message: string): Finding {
    const { recordedBy } = this
    if (recordedBy === undefined) return this.finding(version, code, message)
    return this.finding(version, 'decided-differently', `recorded by ${recordedBy}, today ${machineId()}: ${message}`)
  }

  private *holdLaws(event: RecordedEvent, conversation: Conversation): Generator<Finding> {
    for (const { id, law, threadId } of this.observer.hear(event, conversation)) {
      const where = `on thread ${JSON.stringify(threadId)}`
      yield this.otherwise(event.version, 'invariant-broken', `${id} ${where}: ${law}`)
    }
    if (event.type !== 'end.declined' || conversation.machine === undefined) return
    if (areVetoesOfNow(event, conversation)) return
    const why = `the end was declined for ${event.data.vetoes.join(', ') || 'nothing'}, which is not what stands in the way`
    yield this.finding(event.version, 'decided-differently', why)
  }

  private *checkSnapshot({ conversationId, version, text }: StoredSnapshot): Generator<Finding> {
    this.isSnapshotMet = true
    const stream = { conversation: this.acceptor.state, lastHash: this.previous ?? chainStart }
    const outcome = compare(text, takeSnapshot(conversationId, stream).text)
    if (outcome === 'equal') this.totals.snapshots += 1
    else if (outcome === 'unused') this.totals.unusedSnapshots += 1
    else if (outcome === 'decided-differently')
      yield this.finding(version, outcome, 'the snapshot of another machine has other states')
    else yield this.finding(version, 'wrong-snapshot', 'the snapshot is not what the events replay to')
  }

  private *checkErasures(): Generator<Finding> {
    for (const [messageId, version] of this.gone) {
      if (this.erased.has(messageId)) this.totals.erased += 1
      else yield this.finding(version, 'missing-content', 'its content is gone, and no content.erased names it')
    }
    for (const messageId of this.erased) {
      const version = this.there.get(messageId)
      const why = 'a content.erased names its message, and the content is still there'
      if (version !== undefined) yield this.finding(version, 'content-not-erased', why)
    }
  }
}
