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
import { given } from './given.js'

const end = ended('user-request')
const asked = [opened(), requested(), sent('a1', 'confirmation')]

test('Request, question and confirmation permit the end, by the assistant or by the user.', () => {
  given(...asked, confirmed())
    .whenLogged(end)
    .thenState({ lifecycle: 'ended' })
  given(...asked, confirmed())
    .whenLogged(ended('user-request', 'main', 'user'))
    .thenState({ lifecycle: 'ended' })
})

test('Each step that is missing has its own veto.', () => {
  given(opened()).whenLogged(end).thenRefused('not-requested', ['not-requested'])
  given(opened(), requested()).whenLogged(end).thenRefused('not-asked', ['not-asked'])
  given(...asked)
    .whenLogged(end)
    .thenRefused('not-confirmed', ['not-confirmed'])
})

test('What was not asked cannot be confirmed, and what was not requested cannot be withdrawn.', () => {
  given(opened()).whenLogged(confirmed()).thenRefused('not-asked')
  given(opened(), requested()).whenLogged(confirmed()).thenRefused('not-asked')
  given(...asked, confirmed())
    .whenLogged(confirmed())
    .thenRefused('not-asked')
  given(opened()).whenLogged(withdrawn()).thenRefused('not-requested')
})

test('A question to confirm is due once the user has asked, and may be put again.', () => {
  given(opened()).whenLogged(sent('a1', 'confirmation')).thenRefused('confirmation-not-due')
  given(opened(), requested()).whenLogged(sent('a1', 'confirmation')).thenState({ closing: 'asked' })
  given(...asked)
    .whenLogged(sent('a2', 'confirmation'))
    .thenState({ closing: 'asked' })
  given(...asked, confirmed())
    .whenLogged(sent('a2', 'confirmation'))
    .thenRefused('confirmation-not-due')
})

describe('The wish can be withdrawn', () => {
  test.each([
    ['requested', [opened(), requested()]],
    ['asked', asked],
    ['confirmed', [...asked, confirmed()]],
  ])('when it was %s, and then must be made anew.', (_, log) => {
    given(...log)
      .whenLogged(withdrawn())
      .thenState({ closing: 'none' })
    given(...log, withdrawn())
      .whenLogged(end)
      .thenRefused('not-requested')
    given(...log, withdrawn())
      .whenLogged(withdrawn())
      .thenRefused('not-requested')
  })
})

test('Whoever goes on talking after confirming is asked again.', () => {
  const talking = given(...asked, confirmed(), ...calm(1))
  talking.thenState({ closing: 'asked' })
  talking.whenLogged(end).thenRefused('not-confirmed')
  talking.whenLogged(confirmed()).thenState({ closing: 'confirmed' })
})

test('A request that stands is not weakened by another.', () => {
  given(...asked)
    .whenLogged(requested())
    .thenState({ closing: 'asked' })
  given(...asked, confirmed())
    .whenLogged(requested())
    .thenState({ closing: 'confirmed' })
})

test('A message that is not assessed stands in the way, before the wish itself.', () => {
  given(opened(), received('u1'), requested())
    .whenLogged(end)
    .thenRefused('assessment-pending', ['assessment-pending', 'not-asked'])
})

test('Harm does not stand in the way of what the user wants.', () => {
  given(...asked, ...harm(1), confirmed())
    .whenLogged(end)
    .thenState({ lifecycle: 'ended' })
})

test('A policy may not offer it; that is said before anything of the moment.', () => {
  given(opened({ userMayEnd: false }))
    .whenLogged(requested())
    .thenRefused('not-permitted')
  given(opened({ userMayEnd: false }), flagged())
    .whenLogged(requested())
    .thenRefused('not-permitted')
  given(opened({ userMayEnd: false }))
    .whenLogged(end)
    .thenRefused('not-requested')
})

test('Nobody else wishes, confirms or withdraws for the user.', () => {
  for (const kind of ['assistant', 'assessor', 'operator', 'system'] as const) {
    for (const event of [requested(), confirmed(), withdrawn()]) {
      given(...asked)
        .whenLogged(saidBy(kind, event))
        .thenRefused('not-permitted')
    }
  }
})

test('A user cannot end on the ground of harm.', () => {
  given(opened({ redirections: 1 }), ...ignoredWarnings(1, 1))
    .whenLogged(ended('persistent-harm', 'main', 'user'))
    .thenRefused('not-permitted')
})

describe('Under a handshake', () => {
  const ignored = [opened({ redirections: 1, handshake: true }), ...ignoredWarnings(1, 1)]
  const harmEnd = ended('persistent-harm')

  test('an end on harm must be proposed first; that is the last thing in the way.', () => {
    given(...ignored)
      .whenLogged(harmEnd)
      .thenRefused('not-proposed', ['not-proposed'])
    given(...ignored, proposed())
      .whenLogged(harmEnd)
      .thenState({ lifecycle: 'ended' })
  })

  test('a message between takes the proposal back.', () => {
    given(...ignored, proposed(), received('u9')).thenState({ closing: 'none' })
    given(...ignored, proposed(), received('u9'), assessed('u9', 'harmful'))
      .whenLogged(harmEnd)
      .thenRefused('not-proposed')
  })

  test('a proposal needs all that the end needs, and says what is missing.', () => {
    const open = opened({ redirections: 1, handshake: true })
    given(open).whenLogged(proposed()).thenRefused('redirections-remaining', ['redirections-remaining'])
    given(open, received('u1')).whenLogged(proposed()).thenRefused('assessment-pending')
    given(open, flagged()).whenLogged(proposed()).thenRefused('risk-flagged')
  })

  test('it may be made again.', () => {
    given(...ignored, proposed())
      .whenLogged(proposed())
      .thenState({ closing: 'proposed' })
  })

  test("the user's request takes the place of a proposal, and a proposal that of a request.", () => {
    given(...ignored, proposed())
      .whenLogged(requested())
      .thenState({ closing: 'requested' })
    given(...ignored, requested())
      .whenLogged(proposed())
      .thenState({ closing: 'proposed' })
    given(...ignored, proposed())
      .whenLogged(ended('user-request'))
      .thenRefused('not-requested')
  })

  test('the end that the user confirmed needs no proposal.', () => {
    given(opened({ handshake: true }), requested(), sent('a1', 'confirmation'), confirmed())
      .whenLogged(end)
      .thenState({ lifecycle: 'ended' })
  })
})

test('Without a handshake nobody proposes, whatever else is missing.', () => {
  given(opened({ redirections: 1 }), ...ignoredWarnings(1, 1))
    .whenLogged(proposed())
    .thenRefused('not-permitted')
  given(opened(), flagged()).whenLogged(proposed()).thenRefused('not-permitted')
})
