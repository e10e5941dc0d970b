/** Harmless turns: C of them in a row, and the failed redirections are forgotten. */
import { describe, test } from 'vitest'
import { assessed, calm, failedRedirections, harm, opened, received, sent } from './events.js'
import { given, refused } from './given.js'

const calms = (count: number, from: number) => Array.from({ length: count }, (_, index) => calm(from + index)).flat()

const counts = Array.from({ length: 10 }, (_, index) => index + 1)

describe.each(counts)('With C=%i calm turns', (calmTurns) => {
  const failed = [opened({ redirections: 2, calmTurns }), ...failedRedirections(1)]

  test('one fewer keeps the failed redirections.', () => {
    given(...failed, ...calms(calmTurns - 1, 20)).thenState({ failures: 1, calm: calmTurns - 1 })
  })

  test('the last one forgets them.', () => {
    given(...failed, ...calms(calmTurns, 20)).thenState({ lifecycle: 'engaging', failures: 0, calm: 0 })
  })

  test('harm just before the last one begins the count anew.', () => {
    const interrupted = [...failed, ...calms(calmTurns - 1, 20), ...harm(40)]
    given(...interrupted).thenState({ lifecycle: 'redirecting.due', failures: 1, calm: 0 })
    given(...interrupted, ...calms(calmTurns - 1, 50)).thenState({ failures: 1, calm: calmTurns - 1 })
  })
})

test('With nothing to forget, calm is not counted.', () => {
  given(opened({ calmTurns: 3 }), ...calm(1), ...calm(2)).thenState({ calm: 0 })
})

test('One harmless turn ends a redirection that is due or was tried.', () => {
  given(opened(), ...harm(1), ...calm(2)).thenState({ lifecycle: 'engaging', failures: 0 })
  given(opened(), ...harm(1), sent('a1', 'redirection'), ...calm(2)).thenState({ lifecycle: 'engaging', failures: 0 })
})

test('A warning that is due is no longer due after a harmless turn.', () => {
  given(opened({ redirections: 1 }), ...failedRedirections(1), ...calm(9))
    .when(sent('w', 'warning'))
    .then(refused('warning-not-due'))
})

test('Silence of the assessor is not calm: an unassessed message counts for nothing.', () => {
  given(opened({ redirections: 1, calmTurns: 1 }), ...failedRedirections(1), received('u9')).thenState({
    lifecycle: 'warning.due',
    failures: 1,
    assessment: 'pending',
  })
})

test('One assessment speaks for all messages before it, and counts once.', () => {
  const said = [received('u10'), received('u11'), assessed('u11', 'none')]
  given(opened({ redirections: 2, calmTurns: 2 }), ...failedRedirections(1), ...said).thenState({ calm: 1 })
})
