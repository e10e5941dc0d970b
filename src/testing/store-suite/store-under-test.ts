/**
 * A store as the suite gets it from its author: opened empty, with what else can be done to it. Everything that a law
 * opens is closed again when the law is through.
 */
import type { AppendRequest, EventStore } from '../../log/event-store.js'
import { LawBroken } from './expect.js'

/** An append that was written in a transaction of its own and not committed. */
export interface HeldAppend {
  /** Commits it. It resolves once the events are there for good. */
  commit(): Promise<void>
}

/** What a factory gives: an empty store, and what can be done to it from outside. */
export interface OpenedStore {
  readonly store: EventStore
  /**
   * Another handle on the same data, as another process would have it. Called beside the first where `manyWriters` is
   * supported, and after the first was closed where `durable` is.
   */
  readonly openAnother?: () => Promise<EventStore>
  /**
   * Ends the store as `kill -9` would, and opens what is left. What is still asked of the old handle may be answered
   * with any error, but is answered, and changes nothing of what is left; the old handle is closed at the end.
   */
  readonly crash?: () => Promise<EventStore>
  /**
   * Appends in a transaction elsewhere, which stays open until it is told to commit. It must take its place in the
   * global order before it answers.
   */
  readonly holdAppend?: (request: AppendRequest) => Promise<HeldAppend>
  /**
   * Resolves once `readAll` shows all that was answered. For stores that hold events back while any transaction is
   * open, even another test's; others leave it out.
   */
  readonly feedSettled?: () => Promise<void>
  /** Called last, when every handle is closed: removes the data. */
  readonly cleanUp?: () => Promise<void>
}

/** Opens a fresh, empty store. Every law calls it once. */
export type StoreFactory = () => Promise<OpenedStore>

type Hook = 'openAnother' | 'crash' | 'holdAppend'

/** The opened store, and a memory of what must be closed. */
export class StoreUnderTest {
  private readonly handles: EventStore[]

  constructor(readonly opened: OpenedStore) {
    this.handles = [opened.store]
  }

  get store(): EventStore {
    return this.opened.store
  }

  async another(): Promise<EventStore> {
    return this.kept(await this.hook('openAnother')())
  }

  async crash(): Promise<EventStore> {
    return this.kept(await this.hook('crash')())
  }

  hold(request: AppendRequest): Promise<HeldAppend> {
    return this.hook('holdAppend')(request)
  }

  async feedSettled(): Promise<void> {
    await this.opened.feedSettled?.()
  }

  /** Closes every handle, then cleans up, whatever fails on the way; throws what failed first. */
  async end(): Promise<void> {
    const ends = [...this.handles.map((handle) => () => handle.close()), async () => this.opened.cleanUp?.()]
    const failures: unknown[] = []
    for (const end of ends) await end().catch((failure: unknown) => failures.push(failure))
    if (failures.length > 0) throw failures[0]
  }

  private kept(handle: EventStore): EventStore {
    this.handles.push(handle)
    return handle
  }

  private hook<H extends Hook>(name: H): NonNullable<OpenedStore[H]> {
    const hook = this.opened[name]
    if (hook === undefined) throw new LawBroken(`the factory gives no ${name}, which this capability is tested with`)
    return hook
  }
}
