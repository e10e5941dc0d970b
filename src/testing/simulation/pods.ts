/**
 * Several processes of one service: each has a door with a cache and a journal of its own, and all share one store. A pod
 * may be replaced, and finishes what it began; or die, and then nobody who waits for it hears from it again.
 */
import type { Either } from 'fp-ts/lib/Either.js'
import type { Refused } from '../../conversations/journal.js'
import type { ConversationsOptions } from '../../conversations/options.js'
import type { Conversations } from '../../conversations.js'
import type { EventStore } from '../../log/event-store.js'

/** What the simulation asks of a door; `createConversations` makes one. */
export type SimulatedDoor = Pick<
  Conversations,
  | 'open'
  | 'receive'
  | 'send'
  | 'fork'
  | 'end'
  | 'proposeEnd'
  | 'requestEnd'
  | 'confirmEnd'
  | 'withdrawEnd'
  | 'assess'
  | 'flagRisk'
  | 'clearRisk'
  | 'giveFeedback'
  | 'noteWelfare'
  | 'erase'
  | 'thread'
>

export type CreateDoor = (options: ConversationsOptions) => SimulatedDoor

/** A door's answer, or why there is none. */
export type Heard<A> =
  | { readonly kind: 'answer'; readonly answer: Either<Refused, A> }
  | { readonly kind: 'died' }
  | { readonly kind: 'threw'; readonly thrown: unknown }

interface Incarnation {
  isAlive: boolean
  readonly door: SimulatedDoor
  /** Those who wait for an answer. */
  readonly waiting: Set<() => void>
}

export class Pods {
  private readonly running: Incarnation[]

  constructor(
    readonly count: number,
    private readonly makers: {
      readonly store: (isAlive: () => boolean) => EventStore
      readonly door: (store: EventStore) => SimulatedDoor
    },
  ) {
    this.running = Array.from({ length: count }, () => this.begin())
  }

  /** Asks a pod, by number from 0. Answers, or tells that the pod died. */
  ask<A>(pod: number, order: (door: SimulatedDoor) => Promise<Either<Refused, A>>): Promise<Heard<A>> {
    const { door, waiting } = this.running[pod] as Incarnation
    return new Promise((resolve) => {
      const abandoned = () => resolve({ kind: 'died' })
      waiting.add(abandoned)
      const heard = (what: Heard<A>) => {
        waiting.delete(abandoned)
        resolve(what)
      }
      order(door).then(
        (answer) => heard({ kind: 'answer', answer }),
        (thrown) => heard({ kind: 'threw', thrown }),
      )
    })
  }

  /** Puts a new process in a pod's place; the old one finishes what it began. */
  restart(pod: number): void {
    this.running[pod] = this.begin()
  }

  /** Ends a pod's process in the middle of what it does, and puts a new one in its place. */
  kill(pod: number): void {
    const dead = this.running[pod] as Incarnation
    dead.isAlive = false
    this.restart(pod)
    for (const abandoned of [...dead.waiting]) abandoned()
  }

  private begin(): Incarnation {
    const life = { isAlive: true }
    const door = this.makers.door(this.makers.store(() => life.isAlive))
    return Object.assign(life, { door, waiting: new Set<() => void>() })
  }
}
