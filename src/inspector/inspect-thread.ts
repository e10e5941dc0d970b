/**
 * A thread of a log as a living XState actor, for whoever watches actors by XState's inspection API, as Stately's inspector
 * does. It runs the very statechart that decides, and is sent what the log records; no rule is here, and nothing is written.
 */
import { type Either, isLeft, left, right } from 'fp-ts/lib/Either.js'
import { type Actor, type ActorOptions, createActor } from 'xstate'
import { type ThreadMachine, threadMachine } from '#machines/thread.machine.js'
import { type Rejection, rejection } from '../conversation/rejection.js'
import { letterNamed, letters } from '../lifecycle/alphabet.js'
import type { Automaton, StateId } from '../lifecycle/automaton.js'
import { fromMachine, stateKey, type ThreadState } from '../lifecycle/thread-state.js'
import { decode } from '../log/codec.js'
import type { StoreError } from '../log/errors.js'
import { pagesOf, type Readable } from '../log/rebuild.js'
import { type ThreadLine, threadLine } from './thread-line.js'
import { noLetter, Timeline } from './timeline.js'

export interface InspectThreadRequest {
  /** Only read. */
  readonly store: Readable
  readonly conversationId: string
  readonly threadId: string
  /** The last event to send; by default the last there is. The log up to it is held in memory. */
  readonly toVersion?: number
  /** What watches the actor, such as `createBrowserInspector().inspect` of `@statelyai/inspect`. */
  readonly inspect: NonNullable<ActorOptions<ThreadMachine>['inspect']>
}

async function timelineOf({ store, ...range }: InspectThreadRequest): Promise<Either<StoreError, Timeline>> {
  const timeline = new Timeline()
  const { conversationId, toVersion } = range
  for await (const page of pagesOf(store, { conversationId, ...(toVersion !== undefined && { toVersion }) })) {
    if (isLeft(page)) return page
    for (const stored of page.right) {
      const event = decode(stored)
      timeline.add(
        isLeft(event)
          ? { version: stored.version, fault: event.left.message, record: '' }
          : { event: event.right, hash: stored.hash },
      )
    }
  }
  return right(timeline)
}

/** What the statechart reads of an event, with where it stands in the log. */
const sentFor = (letter: number, version: number) => ({
  ...(letters[letter] as (typeof letters)[number]).event,
  version,
})

/** An actor under way, and the automaton whose states it must reach. */
class Replay {
  constructor(
    private readonly actor: Actor<ThreadMachine>,
    private readonly automaton: Automaton,
  ) {}

  /** Sends a line, event by event. */
  send(timeline: Timeline, line: ThreadLine): void {
    line.versions.forEach((version, place) => {
      const state = this.automaton.describe(line.states[place] as StateId)
      if (timeline.eventAt(version)?.type === 'thread.forked') this.takeRiskOfNow(state, version)
      const letter = line.letters[place] ?? noLetter
      if (letter !== noLetter) this.actor.send(sentFor(letter, version))
      this.compare(state, version)
    })
  }

  // As `withRiskOfNow`: a branch is told of the risk that stands at its birth, also if it stood at the cut; and that it is gone.
  private takeRiskOfNow({ risk }: ThreadState, version: number): void {
    if (risk === 'flagged') this.actor.send(sentFor(letterNamed('risk.flagged'), version))
    else if (this.reached().risk !== risk) {
      const [by] = this.automaton.policy.riskClearedBy
      this.actor.send(sentFor(letterNamed(`risk.cleared(${by})`), version))
    }
  }

  private reached(): ThreadState {
    return fromMachine(this.actor.getSnapshot())
  }

  private compare(expected: ThreadState, version: number): void {
    const reached = stateKey(this.reached())
    if (reached !== stateKey(expected))
      throw new Error(
        `the actor left the automaton at version ${version}: ${reached} where it should be ${stateKey(expected)}`,
      )
  }
}

/**
 * Replays a thread's whole line through a new actor of `threadMachine`, watched by `inspect`: what it inherits, up to its cut,
 * and its own events, risk that was raised or cleared on other threads among them. What of risk changed between a branch's
 * cut and its birth is sent at the birth. Each event bears its `version`; words do not reach the machine, and so are not
 * seen. Faults are passed over, as the page does.
 * @returns the actor, started and where the thread stands, to be stopped by the caller. Errors: the store's; `not-opened`,
 * `unknown-thread`.
 * @throws where actor and automaton part: then we are wrong.
 */
export async function inspectThread(
  request: InspectThreadRequest,
): Promise<Either<StoreError | Rejection, Actor<ThreadMachine>>> {
  const timeline = await timelineOf(request)
  if (isLeft(timeline)) return timeline
  const { automaton, conversation } = timeline.right
  if (!automaton || !conversation) return left(rejection('not-opened', 'there is no such conversation'))
  const ordinal = timeline.right.ordinalOf(request.threadId)
  if (ordinal === undefined) return left(rejection('unknown-thread', 'there is no such thread'))
  const { inspect } = request
  const actor = createActor(threadMachine, { id: request.threadId, input: { policy: automaton.policy }, inspect })
  actor.start()
  new Replay(actor, automaton).send(timeline.right, threadLine(timeline.right, ordinal))
  return right(actor)
}
