/**
 * A client who appends, repeats, reads and looks up by chance, and believes what it was told last. It goes on after
 * every answer, lost ones included, as a careless client would: that is what a store must stand.
 */
import { isLeft, isRight } from 'fp-ts/lib/Either.js'
import type { AppendRequest, EventStore } from '../../log/event-store.js'
import { nextTurn } from '../next-turn.js'
import type { SeededChance } from '../seeded-chance.js'
import { appendOf, storedEvent } from '../store-suite/specimens.js'

export interface RandomWriterOptions {
  readonly name: string
  readonly store: EventStore
  readonly chance: SeededChance
  readonly conversationIds: readonly string[]
  /** Names of all writers, so that one can look up another's events. */
  readonly names: readonly string[]
}

type Deed = 'append' | 'append elsewhere' | 'repeat' | 'resend' | 'read' | 'read some' | 'find'

const deeds: readonly Deed[] = [
  'append',
  'append',
  'append',
  'append',
  'append elsewhere',
  'repeat',
  'resend',
  'read',
  'read',
  'read some',
  'find',
]
const batchMax = 3
const microtasksMax = 4

export class RandomWriter {
  /** Where it believes each conversation to be. */
  private readonly believed = new Map<string, number>()
  private readonly lastAppend = new Map<string, AppendRequest>()
  private eventCount = 0

  constructor(private readonly options: RandomWriterOptions) {}

  /** Does so many deeds, one after the other. */
  async write(operations: number): Promise<void> {
    for (let n = 0; n < operations; n++) {
      await this.pause()
      await this.act(this.options.chance.of(deeds), this.options.chance.of(this.options.conversationIds))
    }
  }

  /** Lets others go first for a few microtasks, now and then for a turn of the event loop. */
  private async pause(): Promise<void> {
    const { chance } = this.options
    if (chance.below(8) === 0) await nextTurn()
    for (let n = chance.below(microtasksMax); n > 0; n--) await undefined
  }

  private async act(deed: Deed, conversationId: string): Promise<void> {
    const { chance } = this.options
    const version = this.believed.get(conversationId) ?? 0
    const last = this.lastAppend.get(conversationId)
    switch (deed) {
      case 'append':
        return this.append(this.newEvents(conversationId, version))
      case 'append elsewhere':
        return this.append(this.newEvents(conversationId, Math.max(0, version + chance.of([-2, -1, 1]))))
      case 'repeat':
        return last && this.append(last)
      case 'resend':
        // The same events where the stream is believed to be now: a store that did not know them would double them.
        return last && this.append(moved(last, version))
      case 'read':
        return this.read(conversationId, {})
      case 'read some':
        return this.read(conversationId, { fromVersion: 1 + chance.below(version + 2), limit: chance.below(4) })
      case 'find':
        return this.find(conversationId)
    }
  }

  private newEvents(conversationId: string, version: number): AppendRequest {
    const count = this.options.chance.below(3) > 0 ? 1 : 1 + this.options.chance.below(batchMax)
    const events = Array.from({ length: count }, (_, at) => {
      const eventId = `${this.options.name}.${++this.eventCount}`
      const more = { eventId, hash: `hash of ${eventId}`, record: JSON.stringify({ id: eventId }) }
      return storedEvent(conversationId, version + 1 + at, more)
    })
    return appendOf(...events)
  }

  private async append(request: AppendRequest): Promise<void> {
    const { conversationId } = request
    this.lastAppend.set(conversationId, request)
    const answer = await this.options.store.append(request)
    if (isRight(answer)) this.believe(conversationId, answer.right.version)
    else if (answer.left.actualVersion !== undefined) this.believe(conversationId, answer.left.actualVersion)
  }

  private async read(conversationId: string, range: { fromVersion?: number; limit?: number }): Promise<void> {
    const answer = await this.options.store.read({ conversationId, ...range })
    if (isLeft(answer)) return
    const last = answer.right.at(-1)
    if (last) this.believe(conversationId, Math.max(last.version, this.believed.get(conversationId) ?? 0))
  }

  private async find(conversationId: string): Promise<void> {
    const { chance, names, store } = this.options
    await store.find({ conversationId, eventId: `${chance.of(names)}.${1 + chance.below(this.eventCount + 2)}` })
  }

  private believe(conversationId: string, version: number): void {
    this.believed.set(conversationId, version)
  }
}

function moved({ events }: AppendRequest, version: number): AppendRequest {
  return appendOf(...events.map((event, at) => ({ ...event, version: version + 1 + at })))
}
