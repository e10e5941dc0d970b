/**
 * Writes down what clients ask of a store and what they are answered, in logical time. It must change nothing that is
 * asked or answered, and add no waiting of its own.
 */
import { type Either, isRight, right } from 'fp-ts/lib/Either.js'
import type { StoreError } from '../../log/errors.js'
import type { EventStore, StoredEvent } from '../../log/event-store.js'
import type { History, Operation } from './operation.js'

type Open<O extends Operation> = { -readonly [K in keyof O]: O[K] }
type Asked<O extends Operation> = Pick<O, 'kind' | 'client' | 'conversationId' | 'request'>

const copyOf = (event: StoredEvent): StoredEvent => ({ ...event })

/** Copies what was answered, for a store may be so broken as to change it later. */
function keep<A>(answer: Either<StoreError, A>, copy: (value: A) => A): Either<StoreError, A> {
  return isRight(answer) ? right(copy(answer.right)) : answer
}

export class HistoryRecorder {
  private readonly operations: Operation[] = []
  private clock = 0

  /**
   * The same store for one client, every `append`, `read` and `find` written down. All handles on one store go through
   * one recorder.
   */
  over(store: EventStore, client: string): EventStore {
    return {
      append: (request) =>
        this.recorded(
          { kind: 'append', client, conversationId: request.conversationId, request },
          (answered) => ({ ...answered }),
          () => store.append(request),
        ),
      read: (request) =>
        this.recorded(
          { kind: 'read', client, conversationId: request.conversationId, request },
          (events) => events.map(copyOf),
          () => store.read(request),
        ),
      find: (request) =>
        this.recorded(
          { kind: 'find', client, conversationId: request.conversationId, request },
          (event) => event && copyOf(event),
          () => store.find(request),
        ),
      readAll: (range) => store.readAll(range),
      list: (range) => store.list(range),
      erase: (request) => store.erase(request),
      saveSnapshot: (snapshot) => store.saveSnapshot(snapshot),
      loadSnapshot: (conversationId) => store.loadSnapshot(conversationId),
      health: () => store.health(),
      close: () => store.close(),
    }
  }

  /** The time of what happened last. */
  get now(): number {
    return this.clock
  }

  /** What has happened so far; what is not answered yet stands there without an answer. */
  history(): History {
    return this.operations.map((operation) => ({ ...operation }))
  }

  private async recorded<O extends Operation, A>(
    asked: Asked<O>,
    copy: (value: A) => A,
    ask: () => Promise<Either<StoreError, A>>,
  ): Promise<Either<StoreError, A>> {
    const operation = { ...asked, askedAt: this.tick(), answeredAt: null, answer: null } as unknown as Open<O>
    this.operations.push(operation as O)
    // A rejection is no answer the port knows: it leaves the operation open, and goes on to the caller.
    const answer = await ask()
    operation.answer = keep(answer, copy) as O['answer']
    operation.answeredAt = this.tick()
    return answer
  }

  private tick(): number {
    this.clock += 1
    return this.clock
  }
}

/**
 * Records concurrent histories for `linearizable`.
 * @example
 * import { openMemoryStore } from 'colloquy'
 * import { linearizable, recordHistory } from 'colloquy/testing'
 *
 * const store = openMemoryStore()
 * const recorder = recordHistory()
 * const append = (client) => {
 *   const event = { conversationId: 'c', version: 1, eventId: client, record: '{}', hash: '00', content: null, salt: null }
 *   return recorder.over(store, client).append({ conversationId: 'c', expectedVersion: 0, events: [event] })
 * }
 * await Promise.all([append('pod 1'), append('pod 2')])
 * const verdict = linearizable(recorder.history())
 * if (!verdict.ok) throw new Error(verdict.story)
 */
export const recordHistory = (): HistoryRecorder => new HistoryRecorder()
