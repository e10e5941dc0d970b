/** The user's own wish (SPEC R7): asked, asked back, confirmed; it ends if and only if all three stand. */
import { describe, test } from 'vitest'
import {
  assessed,
  calm,
  confirmed,
  ended,
  flagged,
  harm,
  ignoredWarnings,
  opened,
  proposed,
  received,
  requested,
  saidBy,
  sent,
  withdrawn,
} from './events.js'
import { given, refused } from './given.js'

const end = ended('user-request')
const asked = [opened(), requested(), sent('a1', 'confirmation')]

test('Request, question and confirmation permit the end, by the assistant or by the user.', () => {
  given(...asked, confirmed())
    .when(end)
    .thenState({ lifecycle: 'ended' })
  given(...asked, confirmed())
    .when(ended('user-request', 'main', 'user'))
    .thenState({ lifecycle: 'ended' })
})

test('Each step that is missing has its own veto.', () => {
  given(opened())
    .when(end)
    .then(refused('not-requested', ['not-requested']))
  given(opened(), requested())
    .when(end)
    .then(refused('not-asked', ['not-asked']))
  given(...asked)
    .when(end)
    .then(refused('not-confirmed', ['not-confirmed']))
})

test('What was not asked cannot be confirmed, and what was not requested cannot be withdrawn.', () => {
  given(opened()).when(confirmed()).then(refused('not-asked'))
  given(opened(), requested()).when(confirmed()).then(refused('not-asked'))
  given(...asked, confirmed())
    .when(confirmed())
    .then(refused('not-asked'))
  given(opened()).when(withdrawn()).then(refused('not-requested'))
})

test('A question to confirm is due once the user has asked, and may be put again.', () => {
  given(opened()).when(sent('a1', 'confirmation')).then(refused('confirmation-not-due'))
  given(opened(), requested()).when(sent('a1', 'confirmation')).thenState({ closing: 'asked' })
  given(...asked)
    .when(sent('a2', 'confirmation'))
    .thenState({ closing: 'asked' })
  given(...asked, confirmed())
    .when(sent('a2', 'confirmation'))
    .then(refused('confirmation-not-due'))
})

describe('The wish can be withdrawn', () => {
  test.each([
    ['requested', [opened(), requested()]],
    ['asked', asked],
    ['confirmed', [...asked, confirmed()]],
  ])('when it was %s, and then must be made anew.', (_, log) => {
    given(...log)
      .when(withdrawn())
      .thenState({ closing: 'none' })
    given(...log, withdrawn())
      .when(end)
      .then(refused('not-requested'))
    given(...log, withdrawn())
      .when(withdrawn())
      .then(refused('not-requested'))
  })
})

test('Whoever goes on talking after confirming is asked again.', () => {
  const talking = given(...asked, confirmed(), ...calm(1))
  talking.thenState({ closing: 'asked' })
  talking.when(end).then(refused('not-confirmed'))
  talking.when(confirmed()).thenState({ closing: 'confirmed' })
})

test('A request that stands is not weakened by another.', () => {
  given(...asked)
    .when(requested())
    .thenState({ closing: 'asked' })
  given(...asked, confirmed())
    .when(requested())
    .thenState({ closing: 'confirmed' })
})

test('A message that is not assessed stands in the way, before the wish itself.', () => {
  given(opened(), received('u1'), requested())
    .when(end)
    .then(refused('assessment-pending', ['assessment-pending', 'not-asked']))
})

test('Harm does not stand in the way of what the user wants.', () => {
  given(...asked, ...harm(1), confirmed())
    .when(end)
    .thenState({ lifecycle: 'ended' })
})

test('A policy may not offer it; that is said before anything of the moment.', () => {
  given(opened({ userMayEnd: false }))
    .when(requested())
    .then(refused('not-permitted'))
  given(opened({ userMayEnd: false }), flagged())
    .when(requested())
    .then(refused('not-permitted'))
  given(opened({ userMayEnd: false }))
    .when(end)
    .then(refused('not-requested'))
})

test('Nobody else wishes, confirms or withdraws for the user.', () => {
  for (const kind of ['assistant', 'assessor', 'operator', 'system'] as const) {
    for (const event of [requested(), confirmed(), withdrawn()]) {
      given(...asked)
        .when(saidBy(kind, event))
        .then(refused('not-permitted'))
    }
  }
})

test('A user cannot end on the ground of harm.', () => {
  given(opened({ redirections: 1 }), ...ignoredWarnings(1, 1))
    .when(ended('persistent-harm', 'main', 'user'))
    .then(refused('not-permitted'))
})

describe('Under a handshake', () => {
  const ignored = [opened({ redirections: 1, handshake: true }), ...ignoredWarnings(1, 1)]
  const harmEnd = ended('persistent-harm')

  test('an end on harm must be proposed first; that is the last thing in the way.', () => {
    given(...ignored)
      .when(harmEnd)
      .then(refused('not-proposed', ['not-proposed']))
    given(...ignored, proposed())
      .when(harmEnd)
      .thenState({ lifecycle: 'ended' })
  })

  test('a message between takes the proposal back.', () => {
    given(...ignored, proposed(), received('u9')).thenState({ closing: 'none' })
    given(...ignored, proposed(), received('u9'), assessed('u9', 'harmful'))
      .when(harmEnd)
      .then(refused('not-proposed'))
  })

  test('a proposal needs all that the end needs, and says what is missing.', () => {
    const open = opened({ redirections: 1, handshake: true })
    given(open)
      .when(proposed())
      .then(refused('redirections-remaining', ['redirections-remaining']))
    given(open, received('u1')).when(proposed()).then(refused('assessment-pending'))
    given(open, flagged()).when(proposed()).then(refused('risk-flagged'))
  })

  test('it may be made again.', () => {
    given(...ignored, proposed())
      .when(proposed())
      .thenState({ closing: 'proposed' })
  })

  test("the user's request takes the place of a proposal, and a proposal that of a request.", () => {
    given(...ignored, proposed())
      .when(requested())
      .thenState({ closing: 'requested' })
    given(...ignored, requested())
      .when(proposed())
      .thenState({ closing: 'proposed' })
    given(...ignored, proposed())
      .when(ended('user-request'))
      .then(refused('not-requested'))
  })

  test('the end that the user confirmed needs no proposal.', () => {
    given(opened({ handshake: true }), requested(), sent('a1', 'confirmation'), confirmed())
      .when(end)
      .thenState({ lifecycle: 'ended' })
  })
})

test('Without a handshake nobody proposes, whatever else is missing.', () => {
  given(opened({ redirections: 1 }), ...ignoredWarnings(1, 1))
    .when(proposed())
    .then(refused('not-permitted'))
  given(opened(), flagged()).when(proposed()).then(refused('not-permitted'))
})
