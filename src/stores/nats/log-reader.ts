/**
 * Reads the log of a conversation. How far it goes is asked of the leader each time, so that what was answered anywhere is
 * seen; what lies before that never changes, and comes from wherever it comes fastest.
 */
import { type Batch, batchOf } from './batch.js'
import type { Broker } from './broker.js'
import type { Cursors } from './cursors.js'
import { Corrupt } from './failure.js'
import { inPieces } from './in-pieces.js'
import type { KnownConversations } from './known-conversations.js'
import type { PrefixIndex } from './prefix-index.js'
import type { RawMessage } from './raw-message.js'
import { eventSubject, type Names } from './subjects.js'

export interface VersionRange {
  readonly fromVersion: number
  readonly toVersion: number
}

interface BulkRange {
  readonly fromSequence: number
  readonly count: number
  readonly isLast: (batch: Batch) => boolean
}

/** So many batches are asked for one by one; beyond, a consumer is quicker. */
const singlesMax = 32
/** A leader that was just elected may lag behind what an earlier one answered. */
const looksMax = 5
const lookPauseMs = 100

export class LogReader {
  constructor(
    private readonly broker: Broker,
    private readonly names: Names,
    private readonly knownConversations: KnownConversations,
    private readonly cursors: Cursors,
  ) {}

  /** The conversation's last batch as the leader has it. */
  async last(conversationId: string): Promise<Batch | null> {
    const subject = eventSubject(this.names, conversationId)
    const message = await this.broker.ofLeader(this.names.log, { last_by_subj: subject })
    return message && batchOf(message, conversationId)
  }

  /** The index of the whole conversation, as it is now. */
  async wholeIndex(conversationId: string): Promise<PrefixIndex> {
    for (;;) {
      const last = await this.lastNotBefore(conversationId)
      const isThere = () => this.knownConversations.of(conversationId).version >= (last?.lastVersion ?? 0)
      if (last && !isThere()) {
        const { version } = this.knownConversations.of(conversationId)
        await this.read(conversationId, { fromVersion: version + 1, toVersion: last.lastVersion }, last)
      }
      // Where so many are read at once that this one was let go meanwhile, it is read again.
      if (isThere()) return this.knownConversations.of(conversationId)
    }
  }

  /** The batches that have these versions; none is missing. */
  async batches(conversationId: string, range: VersionRange): Promise<readonly Batch[]> {
    const known = await this.whatIsKnown(conversationId, range)
    if (known) return known
    const last = await this.lastNotBefore(conversationId)
    if (last === null) return []
    const toVersion = Math.min(range.toVersion, last.lastVersion)
    if (range.fromVersion > toVersion) return []
    return this.read(conversationId, { fromVersion: range.fromVersion, toVersion }, last)
  }

  /** Without asking the leader where it ends, for it goes on beyond this range; `null` where that is not known. */
  private async whatIsKnown(conversationId: string, range: VersionRange): Promise<readonly Batch[] | null> {
    const { fromVersion, toVersion } = range
    const index = this.knownConversations.of(conversationId)
    const { version, toldVersion } = index
    if (fromVersion > toVersion || toVersion > Math.max(version, toldVersion) || fromVersion > version + 1) return null
    try {
      const beginning = await this.known(conversationId, index.sequencesOf(fromVersion, toVersion))
      const rest = toVersion > version ? await this.onward(conversationId, index, toVersion) : []
      return inOrder(conversationId, [...beginning, ...rest])
    } catch (cause) {
      if (!(cause instanceof Corrupt)) throw cause
      this.knownConversations.forget(conversationId)
      return null
    }
  }

  /** The last batch; what is known of the conversation is forgotten where it is not of this log. */
  private async lastNotBefore(conversationId: string): Promise<Batch | null> {
    for (let look = 1; ; look++) {
      // Asked first: the index may grow while the leader is asked.
      const index = this.knownConversations.of(conversationId)
      const { sequence, version } = index
      const last = await this.last(conversationId)
      const isBefore = sequence > (last?.sequence ?? 0)
      const isOther = last !== null && sequence === last.sequence && version !== last.lastVersion
      if (!isBefore && !isOther) {
        if (last) index.told(last)
        return last
      }
      if (isOther || look === looksMax) {
        // The log lost its end, as when all servers lost power at once, and has perhaps gone on since.
        this.knownConversations.forget(conversationId)
        return last
      }
      await new Promise((resolve) => setTimeout(resolve, lookPauseMs))
    }
  }

  /** The range must end at the last version or before. */
  private async read(conversationId: string, range: VersionRange, last: Batch): Promise<readonly Batch[]> {
    try {
      if (last.firstVersion > range.fromVersion) return await this.readByIndex(conversationId, range, last)
      this.follow(conversationId, [last])
      return [last]
    } catch (cause) {
      if (!(cause instanceof Corrupt) || this.knownConversations.of(conversationId).version === 0) throw cause
      // Once more without what was known: it may be that which is wrong.
      this.knownConversations.forget(conversationId)
      return this.readByIndex(conversationId, range, last)
    }
  }

  private async readByIndex(conversationId: string, range: VersionRange, last: Batch): Promise<readonly Batch[]> {
    const index = this.knownConversations.of(conversationId)
    // Read off before anything is waited for: others of this handle extend the index meanwhile.
    const { version, sequence } = index
    const knownTo = Math.min(range.toVersion, version)
    const beginning = await this.known(conversationId, index.sequencesOf(range.fromVersion, knownTo))
    if (range.toVersion <= knownTo) return inOrder(conversationId, beginning)
    const fromVersion = Math.max(range.fromVersion, version + 1)
    const isNear = last.lastVersion - fromVersion < singlesMax
    const rest = isNear
      ? await this.backFrom(last, conversationId, fromVersion)
      : await this.inBulk(conversationId, {
          fromSequence: sequence + 1,
          count: (range.toVersion - version) / index.toldSize,
          isLast: (batch) => batch.lastVersion >= range.toVersion,
        })
    this.follow(conversationId, rest)
    const wanted = rest.filter(
      ({ firstVersion, lastVersion }) => lastVersion >= fromVersion && firstVersion <= range.toVersion,
    )
    return inOrder(conversationId, [...beginning, ...wanted])
  }

  /** Extends what is known by batches that may follow it. */
  private follow(conversationId: string, batches: readonly Batch[]): void {
    const index = this.knownConversations.of(conversationId)
    const before = index.version
    const next = batches.find(({ firstVersion }) => firstVersion === before + 1)
    if (next === undefined) return
    if ((next.before[0] ?? 0) !== index.sequence) {
      throw new Corrupt('the log is not the one that was known', conversationId, next.firstVersion)
    }
    for (const batch of inOrder(conversationId, batches)) index.extend(batch)
    this.knownConversations.grew(index.version - before)
  }

  /** From the last batch back to the one that has this version; each names some before it. */
  private async backFrom(last: Batch, conversationId: string, version: number): Promise<readonly Batch[]> {
    const batches = [last]
    for (let first = last; first.firstVersion > version; first = batches[0] ?? last) {
      if (first.before.length === 0) throw new Corrupt('the log has no beginning', conversationId, 1)
      // As many as there can be: each has at least one version.
      const sequences = first.before.slice(0, first.firstVersion - version)
      batches.unshift(...(await this.bySequences(conversationId, sequences)).toReversed())
    }
    return batches.filter(({ lastVersion }) => lastVersion >= version)
  }

  /** Onward from what is known, to a version that is known to be there. */
  private async onward(conversationId: string, index: PrefixIndex, toVersion: number): Promise<readonly Batch[]> {
    const count = (toVersion - index.version) / index.toldSize
    const isLast = (batch: Batch) => batch.lastVersion >= toVersion
    const batches = await this.inBulk(conversationId, { fromSequence: index.sequence + 1, count, isLast })
    this.follow(conversationId, batches)
    return batches
  }

  private async known(conversationId: string, sequences: readonly number[]): Promise<readonly Batch[]> {
    if (sequences.length <= singlesMax) return this.bySequences(conversationId, sequences)
    const [first = 0] = sequences
    const last = sequences.at(-1) ?? 0
    const isLast = ({ sequence }: Batch) => sequence >= last
    return this.inBulk(conversationId, { fromSequence: first, count: sequences.length, isLast })
  }

  /** Onward from a sequence, until one is the last; which there must be. */
  private async inBulk(conversationId: string, { isLast, ...range }: BulkRange): Promise<readonly Batch[]> {
    const subject = eventSubject(this.names, conversationId)
    const batches: Batch[] = []
    const ends = (message: RawMessage) => {
      const batch = batchOf(message, conversationId)
      batches.push(batch)
      return isLast(batch)
    }
    for await (const _ of this.cursors.read({ stream: this.names.log, subject, ...range }, ends));
    const last = batches.at(-1)
    if (last && isLast(last)) return batches
    const version = (last?.lastVersion ?? 0) + 1
    throw new Corrupt(`version ${version} is not there`, conversationId, version)
  }

  private bySequences(conversationId: string, sequences: readonly number[]): Promise<readonly Batch[]> {
    const subject = eventSubject(this.names, conversationId)
    return inPieces(sequences, async (sequence) => {
      const message = await this.broker.bySequence(this.names.log, sequence)
      if (message?.subject === subject) return batchOf(message, conversationId)
      throw new Corrupt(`message ${sequence} of the log is not there`, conversationId)
    })
  }
}

/** Throws `Corrupt` where a version is missing between them. */
function inOrder(conversationId: string, batches: readonly Batch[]): readonly Batch[] {
  for (const [at, { firstVersion }] of batches.entries()) {
    const version = (batches[at - 1]?.lastVersion ?? firstVersion - 1) + 1
    if (firstVersion !== version) throw new Corrupt(`version ${version} is not there`, conversationId, version)
  }
  return batches
}
