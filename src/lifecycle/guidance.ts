/**
 * What the assistant should do next, for the caller's next prompt. It holds no rule of its own: each stance is found by
 * asking the machine what it would accept, and what would make a difference.
 */
import type { Ground, Purpose, Veto } from '#machines/events.js'
import { letterNamed } from './alphabet.js'
import type { Automaton, StateId } from './automaton.js'

export type Stance = 'engage' | 'redirect' | 'warn' | 'support' | 'confirm-end' | 'last-resort' | 'closed'

/** What the end tool may do now: nothing (do not offer it), propose an end, or end. */
export type EndTool = 'none' | 'propose' | 'end'

export interface Guidance {
  readonly stance: Stance
  /** Whether an end would be accepted, on any ground. */
  readonly mayEnd: boolean
  /** The grounds on which an end would be accepted now. */
  readonly grounds: readonly Ground[]
  /** All that stands in the way, by ground. */
  readonly vetoes: { readonly [G in Ground]: readonly Veto[] }
  /** What to offer the model. `none` whenever risk is flagged. */
  readonly endTool: EndTool
  /** What the instructions ask the next message to be marked as; `reply` where they ask for nothing. */
  readonly purpose: Purpose
  /** Plain English for the system prompt. Never mentions ending while risk is flagged (SPEC R5). */
  readonly instructions: string
}

const reply = letterNamed('message.sent(reply)')
const redirection = letterNamed('message.sent(redirection)')
const warning = letterNamed('message.sent(warning)')
const confirmation = letterNamed('message.sent(confirmation)')
const proposal = letterNamed('end.proposed')
const confirmed = letterNamed('end.confirmed')

const instructions: { readonly [S in Stance]: string } = {
  engage: 'Engage as usual: be helpful, honest and kind. Do not mention ending the conversation.',
  redirect:
    'The last message was harmful. Decline it calmly and offer a constructive way on. Mark your message as a redirection. Do not warn, and do not mention ending the conversation.',
  warn: 'Redirections have failed. Give one clear warning: name the behaviour, offer a productive alternative, and say that the conversation may be ended if it goes on. Mark your message as a warning.',
  support:
    'The person may be at risk. Engage supportively, whatever their behaviour; offer help and resources that fit. Mark your message as support.',
  'confirm-end':
    'The user asks to end this conversation. Ask them to confirm, saying that it is permanent for this thread. Mark your message as a confirmation.',
  'last-resort':
    'Every redirection failed and the warning was ignored. You may end this conversation as a last resort; you may also go on.',
  closed: 'This thread has ended. The user may start a new conversation, edit an earlier message, or give feedback.',
}
const closedAtRisk =
  'This thread takes no more messages. The person may be at risk: show them help and resources that fit, and let them write in a new conversation, or edit an earlier message, at once.'
const asked = 'The user was asked to confirm the end. End only if they confirm; otherwise engage as usual.'
const agreed = 'The user has confirmed the end. End the conversation now, on the ground of their request.'
const propose = 'You may first propose to end; a second call, with no message from the user between, then ends it.'

function stanceOf(automaton: Automaton, state: StateId): Stance {
  const { risk, lifecycle } = automaton.describe(state)
  const wouldMove = (letter: number) => automaton.step(state, letter) >= 0 && automaton.step(state, letter) !== state
  if (lifecycle === 'ended') return 'closed'
  if (risk === 'flagged') return 'support'
  if (automaton.vetoes(state, 'user-request').length === 0) return 'confirm-end'
  if (automaton.step(state, confirmation) >= 0) return 'confirm-end'
  if (automaton.step(state, proposal) >= 0 || automaton.vetoes(state, 'persistent-harm').length === 0)
    return 'last-resort'
  if (automaton.step(state, warning) >= 0) return 'warn'
  return wouldMove(redirection) && automaton.step(state, redirection) !== automaton.step(state, reply)
    ? 'redirect'
    : 'engage'
}

function endToolOf(automaton: Automaton, state: StateId, mayEnd: boolean): EndTool {
  if (mayEnd) return 'end'
  return automaton.step(state, proposal) >= 0 ? 'propose' : 'none'
}

function wordsFor(automaton: Automaton, state: StateId, stance: Stance, endTool: EndTool): string {
  if (stance === 'closed' && automaton.describe(state).risk === 'flagged') return closedAtRisk
  if (stance === 'last-resort' && endTool === 'propose') return `${instructions[stance]} ${propose}`
  if (stance !== 'confirm-end') return instructions[stance]
  if (automaton.vetoes(state, 'user-request').length === 0) return agreed
  return automaton.step(state, confirmed) >= 0 ? asked : instructions[stance]
}

const marks: { readonly [S in Stance]?: Purpose } = { redirect: 'redirection', warn: 'warning', support: 'support' }

/** A confirmation is asked for once; it is not asked for again of a user who has not answered. */
function purposeOf(automaton: Automaton, state: StateId, stance: Stance): Purpose {
  const isToBeAsked =
    automaton.step(state, confirmation) >= 0 &&
    automaton.step(state, confirmation) !== state &&
    stance === 'confirm-end'
  return isToBeAsked ? 'confirmation' : (marks[stance] ?? 'reply')
}

/** What the assistant should do next in this state. Pure; frozen. */
export function guidanceFor(automaton: Automaton, state: StateId): Guidance {
  const vetoes = {
    'persistent-harm': automaton.vetoes(state, 'persistent-harm'),
    'user-request': automaton.vetoes(state, 'user-request'),
  }
  const grounds = (['persistent-harm', 'user-request'] as const).filter((ground) => vetoes[ground].length === 0)
  const stance = stanceOf(automaton, state)
  const endTool = endToolOf(automaton, state, grounds.length > 0)
  const purpose = purposeOf(automaton, state, stance)
  const words = wordsFor(automaton, state, stance, endTool)
  return Object.freeze({ stance, mayEnd: grounds.length > 0, grounds, vetoes, endTool, purpose, instructions: words })
}
