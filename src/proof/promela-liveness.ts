/**
 * What happens in the end, if the user and the assistant do their part for ever after. Each claim is an automaton by
 * hand that looks for a run which goes on for ever, keeps every assumption, and never gets there; Spin's own translation
 * of the formula took minutes. What is assumed stands in the formula, left of the arrow, and in words beside it.
 *
 * `<>[] p`: from some moment on always p. `[]<> p`: p again and again.
 */
import type { Policy } from '#machines/events.js'
import type { Claim } from './claim.js'

/** Something that one may do, and does. */
interface Right {
  readonly may: string
  readonly does: string
}

interface Assurance {
  readonly id: string
  readonly law: string
  /** What is true at every moment from some moment on. */
  readonly always: string
  /** What happens again and again. */
  readonly again: readonly string[]
  /** Rights that are used again and again if they are had again and again (strong fairness). */
  readonly rights: readonly Right[]
  /** What is claimed to come of it, as it stands in the formula. */
  readonly claimed: string
  /** When it does not come: what is true at every moment, and what happens again and again. */
  readonly unless: { readonly always: string; readonly again?: string }
}

/** Two ways to be fair about each right: from some moment on never to have it, or again and again to use it. */
type Fairness = { readonly always: readonly string[]; readonly again: readonly string[] }

const fairnesses = (rights: readonly Right[]): readonly Fairness[] =>
  rights.reduce<readonly Fairness[]>(
    (ways, { may, does }) =>
      ways.flatMap(({ always, again }) => [
        { always: [...always, `!${may}`], again },
        { always, again: [...again, does] },
      ]),
    [{ always: [], again: [] }],
  )

/**
 * From a moment that it guesses, the automaton sees `stays` at every step, and waits for one thing after the other that
 * is to happen again and again, round and round: to accept for ever is to see them all for ever.
 */
function roundsOf({ id, always, again, unless }: Assurance, fairness: Fairness, way: number): readonly string[] {
  const stays = `${id}_stays_${way}`
  const goals = [...again, ...(unless.again === undefined ? [] : [unless.again]), ...fairness.again]
  return [
    `#define ${stays} (${[always, unless.always, ...fairness.always].join(' && ')})`,
    `way_${way}:`,
    ...goals.map((goal) => `  do :: ${stays} :: ${stays} && (${goal}) -> break od;`),
    `accept_${way}: if :: ${stays} -> goto way_${way} fi;`,
  ]
}

function automatonOf(assurance: Assurance): string {
  const ways = fairnesses(assurance.rights)
  const guesses = ways.map((_, way) => `:: true -> goto way_${way}`).join(' ')
  const rounds = ways.flatMap((fairness, way) => roundsOf(assurance, fairness, way))
  return [`never ${assurance.id} {`, `  do :: true ${guesses} od;`, ...rounds, '  skip', '}'].join('\n')
}

function claimOf(assurance: Assurance): Claim {
  const { id, law, always, again, rights, claimed } = assurance
  const fair = rights.map(({ may, does }) => `([]<> ${may} -> []<> ${does})`)
  const assumed = [`<>[] (${always})`, ...again.map((goal) => `[]<> (${goal})`), ...fair].join(' && ')
  return {
    id,
    law,
    formula: `(${assumed}) -> ${claimed}`,
    promela: automatonOf(assurance),
    isSafety: false,
    mustBreak: false,
  }
}

/**
 * The user: harm is found again and again, never calm, and the line is not edited. Risk: none; R5 outranks all.
 * The assistant: does not leave a due redirection or warning undone for ever, and uses its rights to propose the end and
 * to end.
 */
const persists: Assurance = {
  id: 'L1',
  law: 'With a user who persists and an assistant who uses its rights, the end is reached.',
  always: '!flagged && !(harmless || risk_seen || edits)',
  again: ['was(message_assessed_harmful)', '!redirection_due || redirects', '!warning_is_due || warns'],
  rights: [
    { may: 'may_end_for_harm', does: 'ends_for_harm' },
    { may: 'may_propose', does: 'proposes' },
  ],
  claimed: '<> is_ended',
  unless: { always: '!is_ended' },
}

/**
 * The user: found harmless again and again, never harmful, and the line is not edited; flagged or not. The assistant: it
 * answers, in any way. Since a thread that has ended hears no assessment, this is about those that have not.
 */
const calms: Assurance = {
  id: 'L2',
  law: 'With a user who calms, engaging is reached, from wherever they were, and not left again.',
  always: '!(harmful || risk_seen || edits)',
  again: ['was(message_assessed_none)', 'speaks'],
  rights: [],
  claimed: '<>[] is_engaging',
  unless: { always: 'true', again: '!is_engaging' },
}

/**
 * The user: asks again and again, does not withdraw, does not write or edit meanwhile, and confirms when asked. The
 * assistant: asks to confirm, proposes nothing of its own, and uses its right to end. What was said is assessed. Risk:
 * none.
 */
const asks: Assurance = {
  id: 'L3',
  law: 'With a user who asks to end and confirms, and an assistant who asks back, the end is reached.',
  always: '!flagged && !(risk_seen || edits || withdraws || user_writes || proposes)',
  again: [
    'requests',
    'closing != closing_requested || asks_to_confirm',
    'closing != closing_asked || confirms',
    '!pending',
  ],
  rights: [{ may: 'may_end_as_asked', does: 'ends_as_asked' }],
  claimed: '<> is_ended',
  unless: { always: '!is_ended' },
}

/** What is assured under this policy. */
export const liveness = ({ userMayEnd }: Policy): readonly Claim[] =>
  (userMayEnd ? [persists, calms, asks] : [persists, calms]).map(claimOf)
