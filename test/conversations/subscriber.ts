/** A member of a group as tests have it: it writes down what it handles, and can be waited for. */
import type { Either } from 'fp-ts/lib/Either.js'
import type { StoreError } from '../../src/log/errors.js'
import type { FedEvent } from '../../src/log/feed.js'
import type { HandlingContext } from '../../src/log/subscription/handling.js'
import type { ParkedReport } from '../../src/log/subscription/lane.js'
import type { GroupRequest } from '../../src/log/subscription.js'
import { orThrow } from '../../src/or-throw.js'
import { nextTurn } from '../../src/testing/next-turn.js'
import type { Door } from './door.js'

export interface Subscriber {
  /** What was handled, as `conversation/version`, in order. */
  readonly handled: readonly string[]
  readonly reports: readonly ParkedReport[]
  readonly errors: readonly StoreError[]
  /** Waits until this is so; asked whenever something was handled, parked or failed. */
  until(isSo: () => boolean): Promise<void>
  /** Ends it. */
  stop(): Promise<Either<StoreError, void>>
  /** How it ended. */
  readonly ended: Promise<Either<StoreError, void>>
}

export const placeOf = ({ conversationId, version }: FedEvent): string => `${conversationId}/${version}`

type Request = Partial<Omit<GroupRequest, 'signal' | 'onParked' | 'onError'>>

/** Joins a group. What `handle` throws has not been handled. */
export function join({ conversations }: Pick<Door, 'conversations'>, request: Request = {}): Subscriber {
  const abort = new AbortController()
  const handled: string[] = []
  const reports: ParkedReport[] = []
  const errors: StoreError[] = []
  const waiting = new Set<() => void>()
  const happened = () => {
    for (const look of [...waiting]) look()
  }
  const { handle, ...more } = request
  const ended = conversations.subscribe({
    group: 'g',
    pollMs: 5,
    retryDelayMs: 1,
    checkpointMs: 5,
    leaseMs: 400,
    ...more,
    signal: abort.signal,
    handle: async (event: FedEvent, context: HandlingContext) => {
      await handle?.(event, context)
      handled.push(placeOf(event))
      happened()
    },
    onParked: (report) => {
      reports.push(report)
      happened()
    },
    onError: (error) => {
      errors.push(error)
      happened()
    },
  })
  const until = (isSo: () => boolean) =>
    new Promise<void>((resolve) => {
      const look = () => {
        if (!isSo()) return
        waiting.delete(look)
        resolve()
      }
      waiting.add(look)
      look()
    })
  const stop = () => {
    abort.abort()
    return ended
  }
  return { handled, reports, errors, until, stop, ended }
}

/** Opens conversations of these ids. */
export const open = ({ conversations }: Pick<Door, 'conversations'>, ...ids: readonly string[]) =>
  Promise.all(ids.map((conversationId) => conversations.open({ conversationId, threadId: 'main' }).then(orThrow)))

/** Adds an event to a conversation. */
export const note = ({ conversations }: Pick<Door, 'conversations'>, conversationId: string) =>
  conversations.noteWelfare({ conversationId, threadId: 'main', signal: 's', intensity: 0 }).then(orThrow)

/** Asks until it is so. */
export async function patiently(isSo: () => Promise<boolean>): Promise<void> {
  while (!(await isSo())) await nextTurn()
}
