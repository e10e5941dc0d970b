/**
 * The assistant of a back-test: at each turn it does what guidance says, and nothing else. It knows no rule: what
 * guidance says of a state is asked once, and remembered for that state.
 */
import type { Purpose, Veto } from '#machines/events.js'
import { stepOrThrow } from '../../conversation/evolve.js'
import { letterNamed } from '../../lifecycle/alphabet.js'
import type { Automaton, StateId } from '../../lifecycle/automaton.js'
import { type Guidance, guidanceFor, type Stance } from '../../lifecycle/guidance.js'

/** What the assistant does at its turn: sends a message of this purpose, or ends. */
export interface Turn {
  readonly does: Purpose | 'end'
  readonly next: StateId
  /** What would have been answered to an end here, in SPEC's order the first; `undefined` if nothing stands in its way. */
  readonly veto: Veto | undefined
}

const purposes: { readonly [S in Exclude<Stance, 'last-resort'>]: Purpose } = {
  engage: 'reply',
  redirect: 'redirection',
  warn: 'warning',
  support: 'support',
  'confirm-end': 'confirmation',
  closed: 'reply',
}

const letters = {
  reply: letterNamed('message.sent(reply)'),
  redirection: letterNamed('message.sent(redirection)'),
  warning: letterNamed('message.sent(warning)'),
  support: letterNamed('message.sent(support)'),
  confirmation: letterNamed('message.sent(confirmation)'),
  proposal: letterNamed('end.proposed'),
  end: letterNamed('thread.ended(persistent-harm)'),
}

export class StandIn {
  private readonly turns: (Turn | undefined)[] = []

  constructor(private readonly automaton: Automaton) {}

  /** What it does in this state. */
  turnAt(state: StateId): Turn {
    const known = this.turns[state]
    if (known) return known
    const turn = this.decide(state)
    this.turns[state] = turn
    return turn
  }

  private decide(state: StateId): Turn {
    const guidance = guidanceFor(this.automaton, state)
    const veto = guidance.vetoes['persistent-harm'][0]
    if (guidance.stance === 'last-resort') return { does: 'end', next: this.end(state, guidance), veto }
    const does = purposes[guidance.stance]
    return { does, next: this.step(state, letters[does]), veto }
  }

  /** Under handshake the end is proposed first, and then called again at once. */
  private end(state: StateId, { endTool }: Guidance): StateId {
    const ready = endTool === 'propose' ? this.step(state, letters.proposal) : state
    return this.step(ready, letters.end)
  }

  private step(state: StateId, letter: number): StateId {
    return stepOrThrow(this.automaton, state, letter)
  }
}
