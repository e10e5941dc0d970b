/**
 * Tells stories by chance, led by the atlas: it goes to a state drawn by lot, tries there what can come without moving,
 * and moves on; between, it forks, and says things that may be anything. So ends, warnings and confirmations are met as
 * often as small talk.
 */
import type { LifecycleEvent, Policy } from '#machines/events.js'
import { lookUp } from '../../conversation/id-index.js'
import { type Conversation, type Thread, threadsOf } from '../../conversation/state.js'
import { letterNamed } from '../../lifecycle/alphabet.js'
import type { StateId } from '../../lifecycle/automaton.js'
import { type Lifecycle, lifecycles } from '../../lifecycle/thread-state.js'
import * as say from '../events.js'
import { type Atlas, atlasOf } from './atlas.js'
import { Stage } from './casting.js'
import type { Chance } from './chance.js'
import { Story } from './story.js'

const received = letterNamed('message.received')
const reply = letterNamed('message.sent(reply)')
const edited = letterNamed('thread.forked(edit)')
const retried = letterNamed('thread.forked(retry)')

/** Ignored warnings and ends twice: they are far, and much is to be seen there. */
const aims: readonly Lifecycle[] = [...lifecycles, 'warning.ignored', 'ended']

/** Beyond the longest shortest way of any policy within bounds. */
const stepsMax = 120
/** How many threads a story may come to before it forks no more of its own accord. */
const threadsMax = 6
/** The most letters that are tried in one state before the story moves on. */
const lingerMax = 24

/** The most further moves, at random, that follow a visit. */
const wanderMax = 3

export class Author {
  readonly story: Story
  private readonly atlas: Atlas
  private threadId = 'main'

  constructor(
    policy: Policy,
    private readonly chance: Chance,
    private readonly attemptsMax: number,
  ) {
    this.story = new Story(policy)
    this.atlas = atlasOf(policy)
  }

  /** A story of at most about `attemptsMax` events; of fewer as often as not. */
  tell(): Story {
    const { chance, story } = this
    const length = 1 + Math.max(chance.upTo(this.attemptsMax), chance.upTo(this.attemptsMax))
    // Now and then somebody speaks before the conversation is open.
    if (chance.onceIn(20)) story.offer(say.received('u0'))
    story.offer(say.opened(story.policy))
    while (story.attempts.length < length && story.fault === undefined) this.stretch(length)
    return story
  }

  private stretch(length: number): void {
    this.threadId = this.chance.of(threadsOf(this.conversation)).threadId
    switch (this.chance.of(['visit', 'visit', 'visit', 'visit', 'fork', 'anything'] as const)) {
      case 'visit':
        this.visit(length)
        break
      case 'fork':
        this.fork(this.chance.of([true, false]))
        break
      case 'anything':
        for (let left = this.chance.upTo(3); left >= 0; left--) this.story.offer(this.stage().castAnything())
    }
  }

  private get conversation(): Conversation {
    const { state } = this.story
    if (!state) throw new Error('the story has not begun')
    return state
  }

  private get thread(): Thread {
    const thread = lookUp(this.conversation.threads, this.threadId)
    if (!thread) throw new Error(`the story has lost its thread ${this.threadId}`)
    return thread
  }

  private stage(): Stage {
    return new Stage(this.conversation, this.thread, this.chance)
  }

  private aim(): StateId {
    const near = this.atlas.statesIn(this.chance.of(aims))
    return this.chance.of(near.length > 0 && this.chance.onceIn(4) ? near : this.atlas.states)
  }

  /** Walks to a state, tries what can come there, and moves on. */
  private visit(length: number): void {
    this.walk(this.aim(), length)
    const { moving, staying } = this.atlas.split(this.thread.state)
    const tries = Math.min(this.chance.upTo(lingerMax), staying.length)
    const untried = [...staying]
    for (let left = tries; left > 0; left--) {
      this.play(untried.splice(this.chance.upTo(untried.length - 1), 1)[0] as number)
    }
    if (moving.length > 0) this.play(this.chance.of(moving))
    for (let left = this.chance.upTo(wanderMax); left > 0; left--) {
      const next = this.atlas.split(this.thread.state).moving
      if (next.length > 0) this.play(this.chance.of(next))
    }
  }

  private walk(goal: StateId, length: number): void {
    if (this.isStuck(goal)) this.fork(true)
    for (let step = 0; step < stepsMax && this.story.attempts.length < length; step++) {
      const letters = this.atlas.towards(this.thread.state, goal)
      if (letters.length === 0) return
      const version = this.story.log.length
      this.play(this.chance.of(letters))
      if (this.story.log.length === version) return
    }
  }

  // From an end no way leads but that of a fork.
  private isStuck(goal: StateId): boolean {
    const { state } = this.thread
    return state !== goal && this.atlas.towards(state, goal).length === 0
  }

  /** Plays a letter, if the thread has a message that it could name; what it takes beside is played too. */
  private play(letter: number): void {
    if (letter === edited || letter === retried) {
      this.forkHere(letter === edited)
      return
    }
    const event = this.stage().cast(letter)
    if (event) this.offer(event)
    if (letter === received && this.chance.onceIn(2)) this.double()
  }

  // Two messages that wait: else no assessment could speak of one that is not the latest.
  private double(): void {
    const { state } = this.thread
    if (this.atlas.automaton.step(state, received) !== state) return
    const event = this.stage().cast(received)
    if (event) this.offer(event)
  }

  /** A fork that is born where the thread stands now: it is cut at a message said for the purpose. */
  private forkHere(isEdit: boolean): void {
    if (threadsOf(this.conversation).length >= 2 * threadsMax) return
    const said = this.stage().cast(isEdit ? received : reply)
    if (!said || !('messageId' in said.data) || said.data.messageId === undefined) return
    this.offer(said)
    const born = this.stage().forkAt(said.data.messageId, isEdit)
    this.offer(born)
    if (lookUp(this.conversation.threads, born.data.threadId)) this.threadId = born.data.threadId
  }

  private fork(isEdit: boolean): void {
    const isFull = threadsOf(this.conversation).length >= threadsMax
    const event = isFull ? undefined : (this.stage().castFork(isEdit) ?? this.stage().castFork(true))
    if (!event) return
    this.offer(event)
    if (lookUp(this.conversation.threads, event.data.threadId)) this.threadId = event.data.threadId
  }

  private offer(event: LifecycleEvent): void {
    this.story.offer(event)
  }
}
