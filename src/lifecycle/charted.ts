/**
 * One step of the statechart, taken by XState: the only place where the library runs the chart. Everything else reads
 * the table that is filled from here.
 */
import { type ActorScope, createActor, initialTransition, type SnapshotFrom } from 'xstate'
import type { Ground, Policy, Veto } from '#machines/events.js'
import type { Refusal, ThreadEvent } from '#machines/guards.js'
import { type ThreadMachine, threadMachine } from '#machines/thread.machine.js'
import { vetoesOf } from '#machines/vetoes.js'
import { fromMachine, type ThreadState, toMachine } from './thread-state.js'

/** Why the machine does not accept: a code of SPEC §4. */
export type RefusalCode = Exclude<Refusal, 'veto'> | Veto

type Snapshot = SnapshotFrom<ThreadMachine>
type Scope = ActorScope<Snapshot, ThreadEvent>

// XState's own `transition` builds an actor at every call, which takes longer than the step; this one serves them all.
function inertScope(machine: ThreadMachine, policy: Policy): Scope {
  const self = createActor(machine, { input: { policy } })
  const nothing = () => {}
  const { system, sessionId, id } = self
  return {
    self,
    system,
    sessionId,
    id,
    logger: nothing,
    defer: nothing,
    emit: nothing,
    stopChild: nothing,
    actionExecutor: nothing,
  } as never
}

export class ChartedSteps {
  private readonly scope: Scope
  private last: { readonly state: ThreadState; readonly snapshot: Snapshot } | undefined

  /** @param machine the chart, or, in a proof, one that was changed on purpose. */
  constructor(
    readonly policy: Policy,
    readonly machine: ThreadMachine = threadMachine,
  ) {
    this.scope = inertScope(machine, policy)
  }

  /** The state in which every thread begins. */
  initial(): ThreadState {
    return fromMachine(initialTransition(this.machine, { policy: this.policy })[0])
  }

  /** All that stands in the way of an end in this state. */
  vetoes(state: ThreadState, ground: Ground): readonly Veto[] {
    return vetoesOf(this.snapshotOf(state), ground)
  }

  /** The transitions that the chart selects: at most one a region, or, where no region moves, one of the root's. */
  selected(state: ThreadState, event: ThreadEvent) {
    return this.machine.getTransitionData(this.snapshotOf(state), event)
  }

  /**
   * The next state, or why the event is not accepted.
   * Throws where the chart neither accepts nor refuses: silence is not consent, and would look like acceptance.
   */
  step(state: ThreadState, event: ThreadEvent): ThreadState | RefusalCode {
    const snapshot = this.snapshotOf(state)
    const taken = this.selected(state, event)
    const refused = taken.find(({ meta }) => meta)?.meta?.refuses
    if (refused === 'veto') return vetoesOf(snapshot, groundOf(event))[0] ?? 'ended'
    if (refused !== undefined) return refused
    const accepted = taken.some(({ target, actions }) => target !== undefined || actions.length > 0)
    if (!accepted) throw new Error(`the chart neither accepts nor refuses ${event.type}`)
    return fromMachine(this.machine.transition(snapshot, event, this.scope))
  }

  // An exploration asks one state after all its letters: the last picture is kept.
  private snapshotOf(state: ThreadState): Snapshot {
    if (this.last?.state !== state) {
      this.last = { state, snapshot: this.machine.resolveState(toMachine(state, this.policy) as never) }
    }
    return this.last.snapshot
  }
}

// A proposal is for an end on persistent harm.
const groundOf = (event: ThreadEvent): Ground => (event.type === 'thread.ended' ? event.data.ground : 'persistent-harm')
