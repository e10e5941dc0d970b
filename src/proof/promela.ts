/**
 * A policy's machine in Promela, for Spin: the table of its steps, read off the chart through the automaton, under the
 * thread and observer of `promela-thread.ts`. It must never know what a step should be.
 * @see Gerard Holzmann, "The Spin Model Checker" (2003); embedded C as in its chapter 17
 */
import { letters } from '../lifecycle/alphabet.js'
import type { Automaton, StateId } from '../lifecycle/automaton.js'
import { type Closing, lifecycles, type ThreadState } from '../lifecycle/thread-state.js'
import { promelaThread } from './promela-thread.js'

const closings: readonly Closing[] = ['none', 'requested', 'asked', 'confirmed', 'proposed']

/** Far above what any policy within bounds needs; more means that the counters have no bounds. */
const statesMax = 20_000

/** A letter's or a state's name as Promela can write it: `message.sent(reply)` is `message_sent_reply`. */
export const promelaName = (name: string): string => name.replaceAll(/[^a-z]+/g, '_').replace(/_$/, '')

/** All states that some letters lead to, whoever may say them: more than a log can reach, and never fewer. */
function statesOf(automaton: Automaton): readonly StateId[] {
  const met = new Set<StateId>([0])
  for (const state of met) {
    if (met.size > statesMax) throw new Error(`the machine has over ${statesMax} states`)
    for (let letter = 0; letter < letters.length; letter++) {
      const next = automaton.step(state, letter)
      if (next >= 0) met.add(next)
    }
  }
  return [...met]
}

const wordsOf = ({ lifecycle, risk, assessment, closing }: ThreadState): readonly number[] => [
  lifecycles.indexOf(lifecycle),
  risk === 'flagged' ? 1 : 0,
  assessment === 'pending' ? 1 : 0,
  closings.indexOf(closing),
]

const define = (name: string, value: number): string => `#define ${name} ${value}`

/**
 * The machine itself, as C beside the model.
 * Throws if it has more states than a machine can have whose counters are bounded.
 */
export function tablesOf(automaton: Automaton): string {
  const states = statesOf(automaton)
  const placeOf = new Map(states.map((state, place) => [state, place]))
  const cell = (state: StateId, letter: number) => placeOf.get(automaton.step(state, letter)) ?? -1
  const steps = states.map((state) => `  ${letters.map((_, letter) => cell(state, letter)).join(',')}`)
  const words = states.map((state) => `  {${wordsOf(automaton.describe(state)).join(',')}}`)
  return `/* For each state, where each letter leads, or -1 where it is refused; then each state in words. */
const short leads_to[] = {
${steps.join(',\n')}
};
const unsigned char words[][4] = {
${words.join(',\n')}
};
`
}

/** The state in words, kept up with every step, so that claims can be read. */
function machine(automaton: Automaton): string {
  const [lifecycle, risk, assessment, closing] = wordsOf(automaton.describe(0))
  const offered = (letter: string) => `leads_to[now.at * ${letters.length} + ${letter}] >= 0`
  return `
/* The machine: where each letter leads from each state, and each state in words. It is compiled by itself. */
c_decl {
  extern const short leads_to[];
  extern const unsigned char words[][4];
}

byte event = nothing;
short at = 0;
byte lifecycle = ${lifecycle};
bool flagged = ${risk};
bool pending = ${assessment};
byte closing = ${closing};
/* As they were before the last step: Debian's Spin has no operator for the next state. */
bool was_flagged = 0;
bool was_ended = 0;

#define can(letter) c_expr { ${offered('letter')} }
#define may_write c_expr { ${offered('message_received')} }
#define may_edit c_expr { ${offered('thread_forked_edit')} }
#define may_propose c_expr { ${offered('end_proposed')} }
#define may_end_for_harm c_expr { ${offered('thread_ended_persistent_harm')} }
#define may_end_as_asked c_expr { ${offered('thread_ended_user_request')} }

inline happens(letter) {
  event = letter;
  printf("letter %d\\n", event);
  was_flagged = flagged;
  was_ended = (lifecycle == ended);
  c_code {
    now.at = leads_to[now.at * ${letters.length} + now.event];
    now.lifecycle = words[now.at][0];
    now.flagged = words[now.at][1];
    now.pending = words[now.at][2];
    now.closing = words[now.at][3];
  }
}
`
}

/** The numbers that stand for words and letters, and the policy's own. */
function numbers({ policy }: Automaton): string {
  return [
    define('redirections', policy.redirections),
    define('warnings', policy.warnings),
    define('calm_turns', policy.calmTurns),
    ...letters.map(({ name }, letter) => define(promelaName(name), letter)),
    define('nothing', letters.length),
    ...lifecycles.map((name, number) => define(promelaName(name), number)),
    ...closings.map((name, number) => define(`closing_${name}`, number)),
    '',
  ].join('\n')
}

/**
 * The model of machines under a policy, with these claims below it. It is one for all of them: what tells them apart is
 * in `tablesOf`.
 * @param automaton any of the machines: it tells the policy, and how a thread begins.
 * @param claims Promela: `ltl` formulas or `never` claims, each with a name.
 */
export function promelaOf(automaton: Automaton, claims: readonly string[]): string {
  const { observer, thread, vocabulary } = promelaThread
  const title = `/* A thread under ${JSON.stringify(automaton.policy)}, as its statechart runs. */\n`
  return [title, numbers(automaton), machine(automaton), observer, thread, vocabulary, ...claims, ''].join('\n')
}
