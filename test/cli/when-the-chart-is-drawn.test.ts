/** `colloquy chart` draws the machine that decides, whole: no state, step or refusal less, none more. */

import { describe, expect, test } from 'vitest'
import { getAdjacencyMap } from 'xstate/graph'
import { threadMachine } from '../../machines/thread.machine.js'
import { letters } from '../../src/lifecycle/alphabet.js'
import { defaultPolicy } from '../../src/lifecycle/policy.js'
import { type Chart, type ChartState, chart, chartMermaid } from '../../src/proof/chart.js'
import { runColloquy } from './run-colloquy.js'

interface Place {
  readonly value: unknown
}
type Adjacency = Record<
  string,
  { state: Place; transitions: Record<string, { event: { type: string }; state: Place }> }
>

type Node = typeof threadMachine.root
const nodesIn = (node: Node): readonly Node[] => [
  node,
  ...Object.values(node.states as Record<string, Node>).flatMap(nodesIn),
]
const nodes = nodesIn(threadMachine.root)

const idsIn = ({ id, states = [] }: ChartState): readonly string[] => [id, ...states.flatMap(idsIn)]
const leavesOf = (state: ChartState): readonly string[] => (state.states ? state.states.flatMap(leavesOf) : [state.id])

test('The command prints both forms.', async () => {
  const [mermaid, json] = await Promise.all([runColloquy('chart'), runColloquy('chart', '--format', 'json')])
  expect([mermaid.exitCode, json.exitCode]).toEqual([0, 0])
  expect(mermaid.stdout).toBe(chartMermaid())
  expect(JSON.parse(json.stdout)).toEqual(chart())
})

describe('the chart as JSON', () => {
  test('Every state of the machine is there, in its place.', () => {
    const own = nodes.map(({ id }) => id.replace('thread.', ''))
    expect([...idsIn(chart().root)].sort()).toEqual(own.sort())
    expect(chart().root.type).toBe('parallel')
    expect(chart().root.states?.map(({ id }) => id)).toEqual(['lifecycle', 'risk', 'assessment', 'closing'])
  })

  test('The final state is the end.', () => {
    const finals = (state: ChartState): readonly string[] =>
      state.type === 'final' ? [state.id] : (state.states ?? []).flatMap(finals)
    expect(finals(chart().root)).toEqual(['lifecycle.ended'])
  })

  test('Steps and refusals carry source, event, target, guard, actions and code.', () => {
    expect(chart().transitions).toContainEqual({
      source: 'lifecycle.redirecting.tried',
      event: 'message.assessed',
      target: 'lifecycle.warning.due',
      guard: 'showsHarmAfterLastRedirection',
      actions: ['countFailure'],
      refuses: null,
    })
    expect(chart().transitions).toContainEqual({
      source: 'thread',
      event: 'message.sent',
      target: null,
      guard: 'isWarning',
      actions: [],
      refuses: 'warning-not-due',
    })
  })

  test('No guard is lost: as many steps are guarded as the machine has guarded transitions.', () => {
    const own = nodes.flatMap((node) => [...node.transitions.values()].flat())
    expect(chart().transitions.length).toBe(own.length)
    expect(chart().transitions.filter(({ guard }) => guard !== null).length).toBe(
      own.filter(({ guard }) => guard).length,
    )
  })

  test('Every guard that stands for several names them, and every clause is a guard of the machine.', () => {
    const known = Object.keys(threadMachine.implementations.guards)
    const used = chart().transitions.flatMap(({ guard }) => guard ?? [])
    expect([...used, ...Object.values(chart().guards).flat()].filter((guard) => !known.includes(guard))).toEqual([])
  })

  test('Wherever the machine goes, an arrow of that event leads there.', () => {
    const map = getAdjacencyMap(threadMachine, {
      input: { policy: { ...defaultPolicy, redirections: 1, handshake: true } },
      events: letters.map(({ event }) => event),
      serializeState: ({ value, context }) => JSON.stringify([value, context]),
    })
    const dotted = (value: unknown): string =>
      typeof value === 'string'
        ? value
        : (Object.entries(value as object).map(([key, inner]) => `${key}.${dotted(inner)}`)[0] ?? '')
    const leafOf = (region: string, value: unknown) => dotted({ [region]: (value as Record<string, unknown>)[region] })
    const arrows = chart().transitions
    const leadsTo = (event: string, leaf: string) =>
      arrows.some(
        (arrow) =>
          arrow.event === event &&
          arrow.target !== null &&
          (leaf === arrow.target || leaf.startsWith(`${arrow.target}.`)),
      )
    const strays = Object.values(map as unknown as Adjacency).flatMap(({ state, transitions }) =>
      Object.values(transitions).flatMap(({ event, state: next }) =>
        ['lifecycle', 'risk', 'assessment', 'closing']
          .filter((region) => leafOf(region, state.value) !== leafOf(region, next.value))
          .filter((region) => !leadsTo(event.type, leafOf(region, next.value)))
          .map((region) => `${event.type} to ${leafOf(region, next.value)}`),
      ),
    )
    expect(strays).toEqual([])
    expect(Object.keys(map).length).toBeGreaterThan(20)
  })
})

describe('the chart as Mermaid', () => {
  const text = chartMermaid()
  const lines = text.split('\n').map((line) => line.trim())

  test('Four regions stand side by side.', () => {
    expect(lines.filter((line) => line === '--').length).toBe(3)
    for (const region of ['lifecycle', 'risk', 'assessment', 'closing']) {
      expect(lines).toContain(`state "${region}" as ${region} {`)
    }
  })

  test('Every leaf is declared once, and the end is final.', () => {
    for (const leaf of leavesOf(chart().root)) {
      const name = leaf.replaceAll('.', '_')
      expect(lines.filter((line) => line.startsWith('state ') && line.endsWith(` as ${name}`)).length).toBe(1)
    }
    expect(lines).toContain('lifecycle_ended --> [*]')
  })

  test('Nested states have their own beginning.', () => {
    expect(lines).toContain('[*] --> lifecycle_engaging')
    expect(lines).toContain('[*] --> lifecycle_warning_due')
  })

  test('Each step is an arrow with event, guard and actions; what holds in a whole region starts from "any".', () => {
    expect(lines).toContain(
      'lifecycle_redirecting_tried --> lifecycle_warning_due : message.assessed [showsHarmAfterLastRedirection] / countFailure',
    )
    expect(lines).toContain('lifecycle_any --> lifecycle_engaging : risk.flagged [isOpen] / forgetHarm')
    const arrows = lines.filter((line) => / --> \w+ : /.test(line))
    const steps = chart().transitions.filter(({ refuses, source }) => refuses === null && source !== 'thread')
    expect(arrows.length).toBe(steps.length)
  })

  test('Every refusal is in the note, with its guard and its code.', () => {
    expect(lines).toContain('message.sent [warnsAtRisk]: not accepted, risk-flagged')
    const refusals = chart().transitions.filter(({ refuses }) => refuses !== null)
    expect(lines.filter((line) => line.includes('not accepted, ')).length).toBe(refusals.length)
  })

  test('It draws what it is given: another chart, another picture.', () => {
    const { root, transitions, ...rest } = chart()
    const fewer: Chart = { ...rest, root, transitions: transitions.slice(0, -1) }
    expect(chartMermaid(fewer)).not.toBe(text)
  })
})
