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
import { conversationAfter, given, stateIn } from './given.js'

const one = opened({ redirections: 1 })
const ignored = [one, ...ignoredWarnings(1, 1)]
const safe = { lifecycle: 'engaging', closing: 'none', failures: 0, ignored: 0, calm: 0 } as const

describe.each(['self-harm', 'crisis', 'harm-to-others'] as const)('Risk of the kind %s', (kind) => {
  test('undoes all that led towards an end, when flagged and when assessed.', () => {
    given(...ignored)
      .whenLogged(flagged(kind))
      .thenState({ ...safe, risk: 'flagged', assessment: 'current' })
    given(...ignored, received('u9'))
      .whenLogged(assessed('u9', kind))
      .thenState({ ...safe, risk: 'flagged', assessment: 'current' })
  })
})

test('A finding of risk disregards what it says of harm.', () => {
  const atRisk = assessed('u1', 'crisis')
  given(one, received('u1'))
    .whenLogged({ ...atRisk, data: { ...atRisk.data, harm: 'harmful' } })
    .thenState({ ...safe, risk: 'flagged' })
})

test('While it lasts nobody warns, ends, proposes or asks to end.', () => {
  given(...ignored, flagged())
    .whenLogged(sent('w', 'warning'))
    .thenRefused('risk-flagged')
  given(...ignored, flagged())
    .whenLogged(ended('persistent-harm'))
    .thenRefused('risk-flagged', ['risk-flagged', 'redirections-remaining'])
  given(...ignored, flagged())
    .whenLogged(ended('user-request'))
    .thenRefused('risk-flagged', ['risk-flagged', 'not-requested'])
  given(...ignored, flagged())
    .whenLogged(requested())
    .thenRefused('risk-flagged')
  given(opened({ handshake: true }), flagged())
    .whenLogged(proposed())
    .thenRefused('risk-flagged')
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
    .whenLogged(confirmed())
    .thenRefused('not-asked')
  given(...log)
    .whenLogged(sent('a2', 'confirmation'))
    .thenRefused('confirmation-not-due')
})

test('Flagging twice is flagging.', () => {
  given(one, flagged()).whenLogged(flagged('self-harm')).thenState({ risk: 'flagged' })
})

test('After it was cleared the way begins anew.', () => {
  given(...ignored, flagged(), cleared()).thenState({ ...safe, risk: 'clear' })
  given(...ignored, flagged(), cleared(), ...harm(9)).thenState({ lifecycle: 'redirecting.due', failures: 0 })
})

test('What is not flagged cannot be cleared.', () => {
  given(one).whenLogged(cleared()).thenRefused('risk-not-flagged')
  given(one, flagged(), cleared()).whenLogged(cleared()).thenRefused('risk-not-flagged')
})

describe('It is cleared only by whom the policy names', () => {
  const all = ['user', 'assistant', 'assessor', 'operator', 'system'] as const

  test.each([[['operator']], [['assessor']], [['operator', 'assessor']]] as const)('%j', (riskClearedBy) => {
    for (const kind of all) {
      const when = given(opened({ riskClearedBy }), flagged()).whenLogged(cleared(kind))
      if ((riskClearedBy as readonly string[]).includes(kind)) when.thenState({ risk: 'clear' })
      else when.thenRefused('not-permitted')
    }
  })

  test('which is said before whether there is anything to clear.', () => {
    given(opened()).whenLogged(cleared('assessor')).thenRefused('not-permitted')
  })
})

test('The user does not flag; all others do.', () => {
  given(one).whenLogged(saidBy('user', flagged())).thenRefused('not-permitted')
  for (const kind of ['assistant', 'assessor', 'operator', 'system'] as const) {
    given(one).whenLogged(saidBy(kind, flagged())).thenState({ risk: 'flagged' })
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
      .whenLogged(cleared())
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
  given(one).whenLogged(flagged('crisis', 'nowhere')).thenRefused('unknown-thread')
})
