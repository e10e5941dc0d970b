/** The bulk runner: the recipe of `evolve.ts` on a private plain object, frozen once at the end. */
import { freeze } from 'immer'
import type { LifecycleEvent } from '#machines/events.js'
import { type Automaton, automatonFor } from '../lifecycle/automaton.js'
import { opened, recipe } from './evolve.js'
import { settle } from './id-index.js'
import type { Conversation } from './state.js'

/** A fold under way: takes events one by one, so that a log need not be in memory at once. */
export class Folding {
  private working: Conversation | null
  private automaton: Automaton | null

  /** @param from a state to go on from, which stays as it is; `null` to begin. */
  constructor(from: Conversation | null = null) {
    this.working = from && { ...from, threads: settle(from.threads), messages: settle(from.messages) }
    this.automaton = from && automatonFor(from.policy)
  }

  /** The state so far, to be read before the next event and not kept. */
  get state(): Conversation | null {
    return this.working
  }

  /** Takes an accepted event. Throws if it would not be accepted. */
  add(event: LifecycleEvent): void {
    const current = opened(this.working, event)
    if (event.type === 'conversation.opened') {
      this.working = current
      this.automaton = automatonFor(current.policy)
    } else {
      recipe(current, event, this.automaton as Automaton)
    }
  }

  /** The state after all events, frozen. The fold is over. */
  finish(): Conversation | null {
    const done = this.working
    this.working = null
    if (!done) return null
    // Messages are born frozen, and what was settled before was frozen then.
    for (const thread of done.threads.recent.values()) freeze(thread, true)
    return freeze({ ...done, threads: settle(done.threads), messages: settle(done.messages) }, true)
  }
}

/**
 * The state after these events, which were accepted in this order.
 * @param from the state to begin from; it stays as it is.
 * @returns frozen state; `null` for no events and no beginning.
 */
export function fold(events: Iterable<LifecycleEvent>, from: Conversation | null = null): Conversation | null {
  const folding = new Folding(from)
  for (const event of events) folding.add(event)
  return folding.finish()
}
