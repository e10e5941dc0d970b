/**
 * SPEC §5 and what is owed in the long run, as claims that Spin checks on the model of `promela.ts`, in the words of its
 * vocabulary. Written from SPEC's text, never from `invariants.ts`: two who agree have to have read the same page.
 *
 * I9 and I10 speak of several threads and of replay; the model has one thread, and does not hold them.
 */
import type { Policy } from '#machines/events.js'
import type { Claim } from './claim.js'
import { liveness } from './promela-liveness.js'

const always = (id: string, law: string, formula: string): Claim => {
  return { id, law, formula, promela: `ltl ${id} { ${formula} }`, isSafety: true, mustBreak: false }
}

const canHappen = (id: string, law: string, event: string): Claim => {
  return { ...always(id, law, `[] !${event}`), mustBreak: true }
}

/** The chain of I13 as an automaton: so many harmful assessments so far, and none of those states may see an end. */
function rarity({ redirections, warnings }: Policy): Claim {
  const fewest = redirections + warnings + 1
  const rungs = Array.from({ length: fewest }, (_, seen) => {
    const next = seen + 1 === fewest ? 'harms_enough' : `harms_${seen + 1}`
    return `harms_${seen}: if :: ends_for_harm -> goto breach :: harmful -> goto ${next} :: else -> goto harms_${seen} fi;`
  })
  return {
    id: 'I13_rarity',
    law: `No thread ends on persistent harm after fewer than ${fewest} harmful assessments.`,
    formula: `!ends_for_harm W (harmful, ${fewest} times)`,
    promela: ['never I13_rarity {', ...rungs, 'harms_enough: do :: true od;', 'breach: skip', '}'].join('\n'),
    isSafety: true,
    mustBreak: false,
  }
}

/** SPEC I14: the letters by which the policy lets risk be cleared. */
const permitted = ({ riskClearedBy }: Policy): string =>
  `(${riskClearedBy.map((kind) => `was(risk_cleared_${kind})`).join(' || ')})`

const onRisk = (policy: Policy): readonly Claim[] => [
  always('I14_who', 'Risk is cleared only by whom the policy names.', `[] (clears -> ${permitted(policy)})`),
  always(
    'I14_till',
    'Who is flagged stays so until such a clearance, and who showed risk is flagged.',
    `[] (flagged -> (flagged W ${permitted(policy)})) && [] (flagged <-> at_risk)`,
  ),
]

const onEnds: readonly Claim[] = [
  always(
    'I1',
    'No thread enters ended while risk is flagged.',
    '[] (ends -> !at_risk) && [] (is_ended && !was_ended -> !was_flagged && !flagged)',
  ),
  always(
    'I2_count',
    'An end on persistent harm comes after R failed redirections, and W warnings that harm followed.',
    '[] (ends_for_harm -> failed == redirections && defied == warnings && !warned)',
  ),
  always(
    'I2_order',
    'After risk, calm or an edit no end on harm without a new warning, and none after a warning without new harm.',
    '[] (begins || harmless || risk_seen || edits -> (!ends_for_harm W warns)) && [] (warns -> (!ends_for_harm W harmful))',
  ),
  always(
    'I3',
    'An end on request comes after request, question and confirmation, in this order, none withdrawn since, nothing said after.',
    '[] (begins || withdraws || risk_seen || edits -> ' +
      '(!asks_to_confirm W requests) && (!confirms W asks_to_confirm) && (!ends_as_asked W confirms)) && ' +
      '[] (user_writes -> (!ends_as_asked W confirms))',
  ),
  always('I4', 'Ended absorbs.', '[] (was_ended -> is_ended && touches_no_end)'),
]

const onTheWay: readonly Claim[] = [
  always(
    'I5',
    'No warning is accepted while risk is flagged, or before R redirections have failed.',
    '[] (warns -> !at_risk && !was_flagged && failed == redirections)',
  ),
  always(
    'I6',
    'Flagged and not ended implies engaging or forked, and nothing closing.',
    '[] (flagged && !is_ended -> (is_engaging || is_forked) && closing == closing_none)',
  ),
  always('I7', 'No thread enters ended with an unassessed user message.', '[] (ends || is_ended -> unassessed == 0)'),
  always(
    'I7_doubt',
    'Until the end, what is not assessed is pending.',
    '[] (is_ended || (pending <-> unassessed > 0))',
  ),
  always(
    'I8',
    'A fork is never born ended, and is flagged if the person is.',
    '[] (edits || retries -> !is_ended && (flagged <-> at_risk)) && [] (edits -> is_forked && pending)',
  ),
  always('I11', 'Until the end, and so of every message, the user may edit.', '[] (is_ended || may_edit)'),
  always('I12', 'Until the end the user may send a message.', '[] (is_ended || may_write)'),
]

const onReach = ({ userMayEnd }: Policy): readonly Claim[] => [
  canHappen('I13_harm', 'An end on persistent harm can be reached.', 'ends_for_harm'),
  userMayEnd
    ? canHappen('I13_wish', "An end on the user's request can be reached.", 'ends_as_asked')
    : always('I13_wish', "No end on the user's request, for the policy offers none.", '[] !ends_as_asked'),
]

/** What Spin is asked of a thread under this policy. */
export const claimsFor = (policy: Policy): readonly Claim[] => [
  ...onEnds,
  ...onTheWay,
  ...onReach(policy),
  rarity(policy),
  ...onRisk(policy),
  ...liveness(policy),
]
