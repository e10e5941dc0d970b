/** No guard, action or refusal of the chart is without words, and no words are left over. */
import { expect, test } from 'vitest'
import { threadMachine } from '../../machines/thread.machine.js'
import { textWidthPx } from '../../src/inspector/chart/text-width.js'
import { actionWords, guardIn, guardWords, refusalWords, transitionSentence } from '../../src/inspector/chart/words.js'
import { chart } from '../../src/proof/chart.js'

const { guards, actions } = threadMachine.implementations

test('Every guard of the machine has words, and every guard with words is one of the machine.', () => {
  expect(Object.keys(guardWords).sort()).toEqual(Object.keys(guards).sort())
  expect(Object.values(guardWords).filter(({ full }) => full === '')).toEqual([])
})

test('Every action of the machine has words, and every action with words is one of the machine.', () => {
  expect(Object.keys(actionWords).sort()).toEqual(Object.keys(actions).sort())
})

test('Every code with which the chart refuses has words.', () => {
  const codes = new Set(chart().transitions.flatMap(({ refuses }) => refuses ?? []))
  expect(Object.keys(refusalWords).sort()).toEqual([...codes].sort())
})

test('A guard asked of one state and one event is told from the others by its label.', () => {
  const labels = chart()
    .transitions.filter(({ source, refuses }) => source !== 'thread' && refuses === null)
    .map(({ source, event, guard }) => `${source} ${event} ${guardIn(guard).label}`)
  expect(new Set(labels).size).toBe(labels.length)
})

test('A transition says event, guard and actions.', () => {
  const step = { event: 'message.assessed', guard: 'showsHarmAfterLastWarning', actions: ['countIgnored'] }
  expect(transitionSentence(step)).toBe(
    'message.assessed, if no risk is flagged, the assessment finds harm, and this was the last warning. ' +
      'Then: one more ignored warning; calm turns begin anew',
  )
  expect(transitionSentence({ event: 'welfare.noted', guard: null, actions: ['accept'] })).toBe('welfare.noted')
})

test('A word that is not known is wide rather than narrow.', () => {
  expect(textWidthPx('漢', { sizePx: 10 })).toBe(9)
  expect(textWidthPx('m', { sizePx: 12 })).toBeCloseTo(9.996)
})
