/**
 * Carries commands out against a store: load, decide, record, append; and again from the start when another writer was
 * first. It never appends what was not decided against the very version it appends to.
 */
import { type Either, isLeft, left, right } from 'fp-ts/lib/Either.js'
import QuickLRU from 'quick-lru'
import type { Command } from '../conversation/commands.js'
import { eventOf } from '../conversation/decide.js'
import { evolve } from '../conversation/evolve.js'
import { type Rejection, rejection } from '../conversation/rejection.js'
import { decode, encode, parseEvent, storedSizeFault } from '../log/codec.js'
import type { StoreError } from '../log/errors.js'
import type { EventStore, StoredEvent } from '../log/event-store.js'
import { rebuild, type Stream } from '../log/rebuild.js'
import { currentSchema, type RecordedEvent } from '../log/recorded-event.js'
import { readSnapshot, takeSnapshot } from '../log/snapshot.js'
import { type Spoken, spokenIn } from '../log/spoken.js'
import { assertKept } from '../proof/kept.js'
import type { InlineRows } from './listing/inline-rows.js'
import { plan, refusalIn } from './plan.js'
import { isAnswerTo } from './same-command.js'
import type { Sealing } from './sealing/unsealed-store.js'
import { isSealedContent } from './sealing.js'
import type { Telemetry } from './telemetry.js'
import { TurnTaking } from './turn-taking.js'

export type Refused = Rejection | StoreError

/** How a command is told apart and traced. */
export interface Ids {
  /** The command's own id: sent twice, it acts once and answers the same. It becomes its event's id. */
  readonly commandId?: string
  readonly causationId?: string
  readonly correlationId?: string
  /** Decide at this version of the conversation alone; a command that was carried out before answers all the same. */
  readonly expectedVersion?: number
}

/** What came of a command: the event it appended, now or the first time, and the conversation just after it. */
export interface Outcome {
  readonly event: RecordedEvent
  readonly stream: Stream
  /** For an end that was refused, and logged as `end.declined`: why. */
  readonly refusal?: Rejection
}

export interface JournalOptions {
  /** As the door reads it: what is sealed comes out of it as it was before. */
  readonly store: EventStore
  readonly sealing: Sealing
  readonly clock: () => Date
  readonly newId: () => string
  readonly newSalt: () => string
  readonly attemptsMax: number
  readonly cacheMax: number
  /** Events between two snapshots of a conversation. */
  readonly snapshotEvery: number
  readonly onEvent: (event: RecordedEvent) => void
  readonly onError: (error: StoreError) => void
  readonly telemetry: Telemetry
  readonly inline?: InlineRows | undefined
}

/** A command on its way, checked and copied: what its caller does to its objects later changes nothing. */
interface Order {
  readonly command: Command
  /** The event that would report it, but for its version and time. */
  readonly event: RecordedEvent
  readonly expectedVersion: number | undefined
}

/** A conversation that is kept in memory, and whether what is sealed of it could be read then. */
interface Known {
  readonly stream: Stream
  readonly isReadable: boolean
}

const reserved = 'content that begins with a sealed block is the library’s own to write'

const isRace = (error: Refused): boolean =>
  error.kind === 'store' && (error.code === 'wrong-expected-version' || error.code === 'duplicate-event')
/** Of the rows that were to go with the event: another view came into force meanwhile. */
const isViewMissing = (error: Refused): boolean => error.kind === 'store' && error.code === 'view-missing'
const isUnknown = (error: Refused): error is StoreError => error.kind === 'store' && error.code === 'unknown-outcome'

export class Journal {
  private readonly turns = new TurnTaking()
  private readonly cache: QuickLRU<string, Known>

  constructor(private readonly options: JournalOptions) {
    this.cache = new QuickLRU({ maxSize: options.cacheMax })
  }

  /** The conversation as the store has it now. `conversation` is `null` if there is none. */
  async load(conversationId: string): Promise<Either<StoreError, Stream>> {
    const known = this.cache.get(conversationId)
    const readable = await this.options.sealing.isReadable(conversationId)
    // While the key cannot be had, what is known is still true.
    if (isLeft(readable) && !known) return readable
    const isReadable = isLeft(readable) ? known?.isReadable === true : readable.right
    // Words that were read under a key are let go when the key is gone.
    const from = known?.isReadable === isReadable ? known.stream : undefined
    const snapshot = from ? undefined : await this.fromSnapshot(conversationId)
    const begin = from ? { from } : snapshot && { snapshot, onWrongSnapshot: this.options.onError }
    const loaded = await rebuild(this.options.store, { conversationId, ...begin })
    if (!isLeft(loaded) && loaded.right.conversation) {
      this.cache.set(conversationId, { stream: loaded.right, isReadable })
    }
    return loaded
  }

  /** Carries a command out; commands of one conversation one at a time. */
  async execute(conversationId: string, command: Command, ids: Ids): Promise<Either<Refused, Outcome>> {
    const order = this.orderOf(conversationId, command, ids)
    if (isLeft(order)) return order
    return this.options.telemetry.during('command', { command: command.type, conversationId }, () =>
      this.turns.inTurn(conversationId, () => this.attempts(order.right, ids.commandId !== undefined)),
    )
  }

  private async attempts(order: Order, mayBeDone: boolean): Promise<Either<Refused, Outcome>> {
    let lost: StoreError | undefined
    let tried = await this.attempt(order, mayBeDone)
    for (let attempt = 1; attempt < this.options.attemptsMax; attempt++) {
      if (!isLeft(tried) || !(isRace(tried.left) || isUnknown(tried.left) || isViewMissing(tried.left))) break
      if (isUnknown(tried.left)) lost = tried.left
      this.tellOfRetry(order, tried.left, attempt)
      // An append whose answer was lost may have landed since: the event keeps its id, and is looked up.
      tried = await this.attempt(order, true)
    }
    return lost && isLeft(tried) && tried.left.kind === 'store' ? this.settle(order, tried.left, lost) : tried
  }

  private tellOfRetry({ command, event }: Order, error: Refused, attempt: number): void {
    const { telemetry } = this.options
    const details = { command: command.type, conversationId: event.conversationId, attempt, code: error.code }
    if (isRace(error)) telemetry.tell('conflict', details)
    telemetry.tell('retry', details)
  }

  /** The last word where an answer was lost on the way: "nothing was stored" only if that is certain. */
  private async settle(
    { command, event }: Order,
    error: StoreError,
    lost: StoreError,
  ): Promise<Either<Refused, Outcome>> {
    const earlier = await this.earlier(event.conversationId, event.id)
    if (isLeft(earlier)) return left(lost)
    if (earlier.right) return isAnswerTo(command, earlier.right.event) ? right(earlier.right) : reused(event.id)
    // The stream went past every version that was appended to, so that none of them can land any more.
    return left(isRace(error) ? error : lost)
  }

  /** The outcome of a command that was carried out before, or `null`. */
  async earlier(conversationId: string, eventId: string): Promise<Either<StoreError, Outcome | null>> {
    const found = await this.options.store.find({ conversationId, eventId })
    if (isLeft(found) || found.right === null) return found as Either<StoreError, null>
    const event = decode(found.right)
    if (isLeft(event)) return event
    const stream = await rebuild(this.options.store, { conversationId, toVersion: event.right.version })
    return isLeft(stream) ? stream : right({ event: event.right, stream: stream.right, ...refusalIn(event.right) })
  }

  private async attempt(
    { command, event, expectedVersion }: Order,
    mayBeDone: boolean,
  ): Promise<Either<Refused, Outcome>> {
    const { conversationId, id } = event
    const { telemetry } = this.options
    const stream = await telemetry.during('load', { conversationId }, () => this.load(conversationId))
    if (isLeft(stream)) return stream
    // After loading: what was done before is in the state that would now refuse it; what is done after is a conflict.
    if (mayBeDone) {
      const earlier = await this.earlier(conversationId, id)
      if (isLeft(earlier)) return earlier
      if (earlier.right) return isAnswerTo(command, earlier.right.event) ? right(earlier.right) : reused(id)
    }
    // The append holds to the version that is decided against, so that nobody comes between.
    const known = stream.right.conversation?.version ?? 0
    if (expectedVersion !== undefined && expectedVersion !== known) return conflict(expectedVersion, known)
    const planned = await telemetry.during('decide', { command: command.type, conversationId }, async () =>
      plan(command, stream.right.conversation),
    )
    if (isLeft(planned)) return planned
    const recorded = { ...event, version: known + 1, recordedAt: this.now(), ...planned.right }
    const sealed = await this.options.sealing.seal(recorded, stream.right.conversation?.owner ?? null)
    if (isLeft(sealed)) return sealed
    const stored = encode(sealed.right, { previous: stream.right.lastHash, salt: this.options.newSalt() })
    const fault = storedSizeFault(stored)
    if (fault !== undefined) return left(rejection('invalid-event', fault))
    return this.append(stream.right, stored, spokenIn(recorded))
  }

  private now(): string {
    return this.options.clock().toISOString()
  }

  private orderOf(conversationId: string, command: Command, ids: Ids): Either<Rejection, Order> {
    const { commandId, causationId = commandId, correlationId, expectedVersion } = ids
    const copy = copied(command)
    if (isLeft(copy)) return copy
    const event = parseEvent({
      id: commandId ?? this.options.newId(),
      conversationId,
      version: 1,
      schema: currentSchema,
      recordedAt: this.now(),
      ...eventOf(copy.right),
      ...(causationId !== undefined && { causationId }),
      ...(correlationId !== undefined && { correlationId }),
    })
    if (isLeft(event)) return event
    const isReserved = isSealedContent(spokenIn(event.right)?.content)
    return isReserved
      ? left(rejection('invalid-event', reserved))
      : right({ command: copy.right, event: event.right, expectedVersion })
  }

  private async append(
    before: Stream,
    stored: StoredEvent,
    spoken: Spoken | undefined,
  ): Promise<Either<Refused, Outcome>> {
    const { conversationId, version } = stored
    // What lives on is what will be read back, never the caller's own objects.
    const event = decode(spoken ? { ...stored, content: JSON.stringify(spoken.content) } : stored)
    if (isLeft(event)) return event
    const conversation = evolve(before.conversation, event.right)
    assertKept(before.conversation, event.right, conversation)
    const { store, telemetry, inline } = this.options
    const rows = (await inline?.after(event.right, conversation)) ?? []
    const request = { conversationId, expectedVersion: version - 1, events: [stored], ...(rows.length > 0 && { rows }) }
    const appended = await telemetry.during('append', { conversationId }, () => store.append(request))
    if (isLeft(appended)) {
      if (isViewMissing(appended.left)) await inline?.refused(rows)
      const isThere = await this.isStored(stored, appended.left)
      if (isLeft(isThere)) return isThere
    }
    const stream = { conversation, lastHash: stored.hash }
    this.cache.set(conversationId, { stream, isReadable: this.cache.get(conversationId)?.isReadable ?? true })
    inline?.keep(conversationId, rows)
    await this.snapshotIfDue(conversationId, stream)
    this.options.onEvent(event.right)
    return right({ event: event.right, stream, ...refusalIn(event.right) })
  }

  /** After an answer that was lost: was it stored? That it is not there now does not say that it will not be. */
  private async isStored(stored: StoredEvent, error: StoreError): Promise<Either<StoreError, true>> {
    if (!isUnknown(error)) return left(error)
    const { conversationId, eventId, hash } = stored
    const found = await this.options.store.find({ conversationId, eventId })
    return !isLeft(found) && found.right?.hash === hash ? right(true) : left(error)
  }

  private async fromSnapshot(conversationId: string): Promise<Stream | undefined> {
    const snapshot = await this.options.store.loadSnapshot(conversationId)
    if (isLeft(snapshot)) this.options.onError(snapshot.left)
    return isLeft(snapshot) || !snapshot.right ? undefined : readSnapshot(snapshot.right)
  }

  // A snapshot saves time and nothing else: that it could not be kept is told, and does not fail the command.
  private async snapshotIfDue(conversationId: string, stream: Stream): Promise<void> {
    if (!stream.conversation || stream.conversation.version % this.options.snapshotEvery !== 0) return
    const saved = await this.options.store.saveSnapshot(takeSnapshot(conversationId, stream))
    if (isLeft(saved)) this.options.onError(saved.left)
  }
}

/** The command as JSON has it, hence nobody else's; `invalid-event` for what JSON cannot say. */
function copied(command: Command): Either<Rejection, Command> {
  try {
    return right(JSON.parse(JSON.stringify(command)) as Command)
  } catch {
    return left(rejection('invalid-event', `${command.type}: what it carries cannot be written as JSON`))
  }
}

function reused(commandId: string): Either<Rejection, never> {
  const text = `command id ${JSON.stringify(commandId)} was used before, for another command`
  return left(rejection('command-id-reused', text))
}

function conflict(expected: number, actual: number): Either<Rejection, never> {
  return left(rejection('version-conflict', `the conversation is at version ${actual}, not ${expected}`))
}
