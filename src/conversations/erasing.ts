/**
 * Erasing: first the log says that content is erased, then the store makes it so. Between the two a process may die; then
 * `colloquy audit` finds `content-not-erased`, and the same order again finishes it. It must never take content from the
 * store that the log does not say to be erased.
 */
import { type Either, isLeft, left, right } from 'fp-ts/lib/Either.js'
import type { Command } from '../conversation/commands.js'
import { lookUp } from '../conversation/id-index.js'
import { rejection } from '../conversation/rejection.js'
import type { Conversation } from '../conversation/state.js'
import { contentLedger, type LedgerEntry } from '../log/content-ledger.js'
import type { StoreError } from '../log/errors.js'
import { type EventStore, eventsPerAppendMax } from '../log/event-store.js'
import type { ConversationsOf } from './erasing/conversations-of.js'
import type { Ids, Journal, Outcome, Refused } from './journal.js'
import type { Erase, ErasedOwner, EraseOwner } from './requests.js'

/** Far within an event's bound, so that there is room for the reason. */
const idBytesPerEventMax = 262_144
/** Versions that one call to the store names. */
const versionsPerErasureMax = eventsPerAppendMax

const utf8 = new TextEncoder()

/** Ids in batches that an event can name; at least one batch, if an empty one. */
function idBatches(ids: readonly string[]): readonly (readonly string[])[] {
  const batches: string[][] = [[]]
  let batchBytes = 0
  for (const id of ids) {
    const idBytes = utf8.encode(JSON.stringify(id)).length + 1
    if (batchBytes > 0 && batchBytes + idBytes > idBytesPerEventMax) {
      batches.push([])
      batchBytes = 0
    }
    batches.at(-1)?.push(id)
    batchBytes += idBytes
  }
  return batches
}

const isListOfIds = (ids: unknown): boolean => Array.isArray(ids) && ids.every((id) => typeof id === 'string')

const isToErase = ({ isErased, isHeld }: LedgerEntry): boolean => isHeld || !isErased

export interface ErasingOptions {
  readonly journal: Journal
  /** The store itself: what it holds counts, whether or not anybody can read it. */
  readonly store: EventStore
  readonly conversationsOf: ConversationsOf
}

export class Erasing {
  constructor(private readonly options: ErasingOptions) {}

  /** @returns the outcome of the last event that reports it. */
  async erase(request: Erase): Promise<Either<Refused, Outcome>> {
    const { conversationId, messageIds } = request
    const erased = messageIds === undefined ? await this.eraseAll(request) : await this.eraseNamed(request, messageIds)
    if (isLeft(erased)) return erased
    const made = await this.eraseVersions(conversationId, erased.right.versions)
    const compacted = isLeft(made) ? made : await this.compact(request)
    return isLeft(compacted) ? compacted : right(erased.right.outcome)
  }

  /**
   * One conversation after the other. One that cannot be read does not keep the others' content; it is the answer in the
   * end. Any other failure ends it there, and what was erased stays so.
   */
  async eraseOwner(request: EraseOwner): Promise<Either<Refused, ErasedOwner>> {
    const { owner, compact: _, ...order } = request
    const done = { owner, conversations: 0, messages: 0, erasedBefore: 0 }
    let unreadable: Refused | undefined
    for await (const found of this.options.conversationsOf(owner)) {
      const erased = isLeft(found) ? found : await this.eraseOwned({ ...order, conversationId: found.right })
      if (!isLeft(erased)) {
        done.conversations += 1
        done.messages += erased.right.messages
        done.erasedBefore += erased.right.erasedBefore
      } else {
        const isOneOnly = erased.left.code === 'corrupt-event' || erased.left.code === 'unknown-event'
        if (!isOneOnly) return erased
        unreadable ??= erased.left
      }
    }
    const compacted = await this.compact(request)
    if (isLeft(compacted)) return compacted
    return unreadable ? left(unreadable) : right(done)
  }

  private async eraseOwned(order: Erase): Promise<Either<Refused, Pick<ErasedOwner, 'messages' | 'erasedBefore'>>> {
    const ledger = await contentLedger(this.options.store, order.conversationId)
    if (isLeft(ledger)) return ledger
    const messages = ledger.right.entries.filter(isToErase).length
    const counted = { messages, erasedBefore: ledger.right.entries.length - messages }
    if (messages === 0) return right(counted)
    const isRecorded = ledger.right.entries.every(({ isErased }) => isErased)
    const versions = ledger.right.entries.filter(({ isHeld }) => isHeld).map(({ version }) => version)
    const erased = isRecorded ? await this.eraseVersions(order.conversationId, versions) : await this.erase(order)
    return isLeft(erased) ? erased : right(counted)
  }

  private async eraseNamed(request: Erase, messageIds: readonly string[]) {
    // What is no list of ids is for the journal to refuse.
    const batches = isListOfIds(messageIds) ? idBatches(messageIds) : [messageIds]
    const unknown = batches.length > 1 && (await this.unknownAmong(request.conversationId, messageIds))
    if (unknown) return left(unknown)
    const outcome = await this.record(request, batches, 1)
    if (isLeft(outcome)) return outcome
    const { messages } = outcome.right.stream.conversation as Conversation
    return right({ outcome: outcome.right, versions: messageIds.flatMap((id) => lookUp(messages, id)?.version ?? []) })
  }

  // Of several events each is judged by itself; so that all are recorded or none, all ids are looked up before.
  private async unknownAmong(conversationId: string, messageIds: readonly string[]): Promise<Refused | undefined> {
    const loaded = await this.options.journal.load(conversationId)
    if (isLeft(loaded)) return loaded.left
    const { conversation } = loaded.right
    const unknown = conversation && messageIds.find((id) => !lookUp(conversation.messages, id))
    return unknown
      ? rejection('unknown-message', `there is no such message here: ${JSON.stringify(unknown)}`)
      : undefined
  }

  private async eraseAll(request: Erase) {
    const ledger = await contentLedger(this.options.store, request.conversationId)
    if (isLeft(ledger)) return ledger
    const before = await this.recordedBefore(request)
    if (isLeft(before)) return before
    const { count, first, last } = before.right
    // Said again, an order means what it meant the first time: nothing that was said since.
    const meant = ledger.right.entries.filter(({ version }) => first === undefined || version < first)
    const unrecorded = meant.filter(({ isErased }) => !isErased).map(({ messageId }) => messageId)
    const outcome =
      unrecorded.length === 0 && last ? right(last) : await this.record(request, idBatches(unrecorded), count + 1)
    // What an earlier order named is among it, if that was broken off before the store was reached.
    const versions = meant.filter(({ isHeld }) => isHeld).map(({ version }) => version)
    return isLeft(outcome) ? outcome : right({ outcome: outcome.right, versions })
  }

  /** What this very order recorded when it was sent before: how many events, the first one's version, the last outcome. */
  private async recordedBefore(request: Erase) {
    const { conversationId, reason } = request
    let first: number | undefined
    let last: Outcome | undefined
    let count = 0
    for (; request.commandId !== undefined; count++) {
      const ids = idsOf(request, count + 1)
      const earlier = await this.options.journal.earlier(conversationId, ids.commandId ?? '')
      if (isLeft(earlier)) return earlier
      if (!earlier.right) break
      const { data } = earlier.right.event
      // The journal says whether it is this order's, or another's that bears its id.
      const command = commandOf(request, 'messageIds' in data ? data.messageIds : [], reason)
      const repeated = await this.options.journal.execute(conversationId, command, ids)
      if (isLeft(repeated)) return repeated
      last = repeated.right
      first ??= last.event.version
    }
    return right({ count, ...(first !== undefined && { first }), ...(last && { last }) })
  }

  /** Records these batches, the first as the order's event of this number. */
  private async record(request: Erase, batches: readonly (readonly string[])[], number: number) {
    let outcome: Either<Refused, Outcome> | undefined
    for (const [place, batch] of batches.entries()) {
      const command = commandOf(request, batch, request.reason)
      outcome = await this.options.journal.execute(request.conversationId, command, idsOf(request, number + place))
      if (isLeft(outcome)) break
    }
    return outcome as Either<Refused, Outcome>
  }

  private async eraseVersions(conversationId: string, versions: readonly number[]): Promise<Either<StoreError, void>> {
    // Also without versions: the store then drops the snapshot.
    for (let from = 0; from === 0 || from < versions.length; from += versionsPerErasureMax) {
      const batch = versions.slice(from, from + versionsPerErasureMax)
      const erased = await this.options.store.erase({ conversationId, versions: batch })
      if (isLeft(erased)) return erased
    }
    return right(undefined)
  }

  private async compact({ compact = false }: Pick<Erase, 'compact'>): Promise<Either<StoreError, void>> {
    const { store } = this.options
    return compact && store.compact ? store.compact() : right(undefined)
  }
}

function commandOf({ by = 'operator', actorId }: Erase, messageIds: readonly string[], reason: string): Command {
  const actor = { kind: by, ...(actorId !== undefined && { id: actorId }) }
  return { type: 'eraseContent', data: { messageIds, reason }, actor }
}

/** The ids of an order's event of this number, from 1: the first bears the order's own. */
function idsOf({ commandId, correlationId }: Erase, number: number): Ids {
  return {
    ...(commandId !== undefined && { commandId: number === 1 ? commandId : `${commandId}.${number}` }),
    ...(correlationId !== undefined && { correlationId }),
  }
}
