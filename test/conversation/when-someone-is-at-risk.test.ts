/** Risk outranks all (SPEC R5): no end, no warning, no word of ending, on any thread, until it is cleared by whom the policy names. */
import { describe, expect, test } from 'vitest'
import {
  assessed,
  calm,
  cleared,
  confirmed,
  ended,
  flagged,
  forked,
  harm,
  ignoredWarnings,
  opened,
  proposed,
  received,
  requested,
  saidBy,
  sent,
} from './events.js'
import { conversationAfter, given, refused, stateIn } from './given.js'

const one = opened({ redirections: 1 })
const ignored = [one, ...ignoredWarnings(1, 1)]
const safe = { lifecycle: 'engaging', closing: 'none', failures: 0, ignored: 0, calm: 0 } as const

describe.each(['self-harm', 'crisis', 'harm-to-others'] as const)('Risk of the kind %s', (kind) => {
  test('undoes all that led towards an end, when flagged and when assessed.', () => {
    given(...ignored)
      .when(flagged(kind))
      .thenState({ ...safe, risk: 'flagged', assessment: 'current' })
    given(...ignored, received('u9'))
      .when(assessed('u9', kind))
      .thenState({ ...safe, risk: 'flagged', assessment: 'current' })
  })
})

test('A finding of risk disregards what it says of harm.', () => {
  const atRisk = assessed('u1', 'crisis')
  given(one, received('u1'))
    .when({ ...atRisk, data: { ...atRisk.data, harm: 'harmful' } })
    .thenState({ ...safe, risk: 'flagged' })
})

test('While it lasts nobody warns, ends, proposes or asks to end.', () => {
  given(...ignored, flagged())
    .when(sent('w', 'warning'))
    .then(refused('risk-flagged'))
  given(...ignored, flagged())
    .when(ended('persistent-harm'))
    .then(refused('risk-flagged', ['risk-flagged', 'redirections-remaining']))
  given(...ignored, flagged())
    .when(ended('user-request'))
    .then(refused('risk-flagged', ['risk-flagged', 'not-requested']))
  given(...ignored, flagged())
    .when(requested())
    .then(refused('risk-flagged'))
  given(opened({ handshake: true }), flagged())
    .when(proposed())
    .then(refused('risk-flagged'))
})

test('While it lasts no harm and no calm is counted.', () => {
  given(one, flagged(), ...harm(1)).thenState({ ...safe, assessment: 'current' })
  given(one, flagged(), received('u1'), sent('a1', 'redirection'), assessed('u1', 'harmful')).thenState(safe)
  given(one, flagged(), ...calm(1)).thenState(safe)
})

test('A request to end that was under way is dropped.', () => {
  const log = [one, requested(), sent('a1', 'confirmation'), confirmed(), flagged()]
  given(...log).thenState({ closing: 'none' })
  given(...log)
    .when(confirmed())
    .then(refused('not-asked'))
  given(...log)
    .when(sent('a2', 'confirmation'))
    .then(refused('confirmation-not-due'))
})

test('Flagging twice is flagging.', () => {
  given(one, flagged()).when(flagged('self-harm')).thenState({ risk: 'flagged' })
})

test('After it was cleared the way begins anew.', () => {
  given(...ignored, flagged(), cleared()).thenState({ ...safe, risk: 'clear' })
  given(...ignored, flagged(), cleared(), ...harm(9)).thenState({ lifecycle: 'redirecting.due', failures: 0 })
})

test('What is not flagged cannot be cleared.', () => {
  given(one).when(cleared()).then(refused('risk-not-flagged'))
  given(one, flagged(), cleared()).when(cleared()).then(refused('risk-not-flagged'))
})

describe('It is cleared only by whom the policy names', () => {
  const all = ['user', 'assistant', 'assessor', 'operator', 'system'] as const

  test.each([[['operator']], [['assessor']], [['operator', 'assessor']]] as const)('%j', (riskClearedBy) => {
    for (const kind of all) {
      const when = given(opened({ riskClearedBy }), flagged()).when(cleared(kind))
      if ((riskClearedBy as readonly string[]).includes(kind)) when.thenState({ risk: 'clear' })
      else when.then(refused('not-permitted'))
    }
  })

  test('which is said before whether there is anything to clear.', () => {
    given(opened()).when(cleared('assessor')).then(refused('not-permitted'))
  })
})

test('The user does not flag; all others do.', () => {
  given(one).when(saidBy('user', flagged())).then(refused('not-permitted'))
  for (const kind of ['assistant', 'assessor', 'operator', 'system'] as const) {
    given(one).when(saidBy(kind, flagged())).thenState({ risk: 'flagged' })
  }
})

describe('It belongs to the person, not to the line', () => {
  const branched = [...ignored, forked('edit', { messageId: 'u1' }, 'e1'), received('u9')]

  test('so what is flagged on one thread, or on none, is flagged on all.', () => {
    for (const event of [flagged('crisis', 'edit'), flagged('crisis', 'main'), flagged(), assessed('u9', 'crisis')]) {
      const after = conversationAfter(...branched, event)
      for (const threadId of ['main', 'edit'])
        expect(stateIn(after, threadId)).toMatchObject({ ...safe, risk: 'flagged' })
    }
  })

  test('and what is cleared is cleared on all.', () => {
    const after = conversationAfter(...branched, flagged('crisis', 'edit'), cleared())
    for (const threadId of ['main', 'edit']) expect(stateIn(after, threadId).risk).toBe('clear')
  })

  test('and an assessment of risk on one thread leaves what waits on the others waiting.', () => {
    given(...branched, assessed('u9', 'crisis')).thenState({ assessment: 'current' }, 'main')
    given(...branched, assessed('u9', 'crisis')).thenState({ assessment: 'pending' }, 'edit')
  })

  test('and a thread that has ended is flagged, and stays ended.', () => {
    const log = [...ignored, ended('persistent-harm'), flagged()]
    given(...log).thenState({ lifecycle: 'ended', risk: 'flagged', failures: 1, ignored: 1 })
    given(...log)
      .when(cleared())
      .thenState({ lifecycle: 'ended', risk: 'clear' })
  })

  test('and a branch is born with the risk of now, whatever it was at the cut.', () => {
    const atCut = [one, flagged(), received('u1'), sent('a1'), cleared()]
    given(...atCut, forked('edit', { messageId: 'u1' }, 'e1')).thenState({ risk: 'clear', lifecycle: 'forked' }, 'edit')
    given(...atCut, forked('retry', { messageId: 'a1' })).thenState({ risk: 'clear' }, 'retry')
    given(...ignored, flagged(), forked('edit', { messageId: 'u3' }, 'e3')).thenState(
      { ...safe, lifecycle: 'forked', risk: 'flagged', assessment: 'pending' },
      'edit',
    )
    given(...ignored, flagged(), forked('retry', { messageId: 'w2' })).thenState({ ...safe, risk: 'flagged' }, 'retry')
  })
})

test('It may be flagged on a thread that is there, and on no other.', () => {
  given(one).when(flagged('crisis', 'nowhere')).then(refused('unknown-thread'))
})
