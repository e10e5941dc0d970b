/** Every export of the chart holds all of the chart, and is what those who read it expect. */
import { describe, expect, test } from 'vitest'
import { createMachine, initialTransition } from 'xstate'
import { threadMachine } from '../../machines/thread.machine.js'
import { type Chart, type ChartState, chart } from '../../src/proof/chart.js'
import { chartDot } from '../../src/proof/chart-dot.js'
import { chartScxml } from '../../src/proof/chart-scxml.js'
import { chartStately } from '../../src/proof/chart-stately.js'
import { runColloquy } from './run-colloquy.js'

const formats = ['mermaid', 'scxml', 'stately', 'svg', 'dot', 'json']

describe('the command', () => {
  test('It writes every format, and nothing else.', async () => {
    const ran = await Promise.all(formats.map((format) => runColloquy('chart', '--format', format)))
    expect(ran.map(({ exitCode, stderr }) => `${exitCode}${stderr}`)).toEqual(formats.map(() => '0'))
    const [, scxml, stately, svg, dot] = ran.map(({ stdout }) => stdout)
    expect([scxml, stately, dot]).toEqual([chartScxml(), chartStately(), chartDot()])
    expect(svg).toMatch(/^<svg xmlns="http:\/\/www\.w3\.org\/2000\/svg"[\s\S]*<\/svg>\n$/)
  })

  test('What it does not know, it says in one line.', async () => {
    const ran = await Promise.all([
      runColloquy('chart', '--format', 'png'),
      runColloquy('chart', '--heat'),
      runColloquy('chart', 'chat.db'),
      runColloquy('chart', 'no-such.db', '--heat'),
      runColloquy('chart', 'no-such.db', '--heat', '--format', 'dot'),
    ])
    expect(ran.map(({ exitCode, stdout }) => `${exitCode}${stdout}`)).toEqual(ran.map(() => '2'))
    expect(ran.map(({ stderr }) => stderr.trimEnd().split('\n').length)).toEqual(ran.map(() => 1))
  })
})

type Node = typeof threadMachine.definition
const namedOf = (machine: typeof threadMachine) => {
  const { id } = machine
  const steps = (node: Node): readonly unknown[] => [
    ...node.transitions.map(({ target, guard, actions, eventType, meta }) => [
      node.id,
      eventType,
      target,
      guard,
      actions,
      meta,
    ]),
    ...Object.values(node.states as Record<string, Node>).flatMap(steps),
  ]
  const states = (node: Node): readonly unknown[] => [
    [node.id, node.type, node.tags, node.description, node.initial?.target],
    ...Object.values(node.states as Record<string, Node>).flatMap(states),
  ]
  const definition = JSON.parse(JSON.stringify(machine.definition)) as Node
  return { id, steps: steps(definition), states: states(definition) }
}

describe('for Stately', () => {
  const config = JSON.parse(chartStately())

  test('A machine made of it by XState has the same states and transitions, guards and actions by name.', () => {
    const made = createMachine(config) as unknown as typeof threadMachine
    expect(namedOf(made)).toEqual(namedOf(threadMachine))
    expect(namedOf(made).steps.length).toBe(chart().transitions.length)
  })

  test('It begins where the machine begins.', () => {
    const [made] = initialTransition(createMachine(config))
    expect(made.value).toEqual({ lifecycle: 'engaging', risk: 'clear', assessment: 'current', closing: 'none' })
    expect(made.context).toMatchObject({ failures: 0, ignored: 0, calm: 0 })
  })

  test('One that lost a transition is found out.', () => {
    const fewer = structuredClone(config)
    delete fewer.states.closing.states.asked.on['end.confirmed']
    expect(namedOf(createMachine(fewer) as unknown as typeof threadMachine)).not.toEqual(namedOf(threadMachine))
  })
})

const statesIn = (state: ChartState): readonly ChartState[] => [state, ...(state.states ?? []).flatMap(statesIn)]

describe('as SCXML and for Graphviz', () => {
  test('Text that has a meaning in the format is escaped.', () => {
    const drawn = chart()
    const [first, ...rest] = drawn.transitions
    if (!first) throw new Error('the chart has no transitions')
    const odd: Chart = {
      ...drawn,
      transitions: [...rest, { ...first, source: 'risk.clear', event: 'a"<&\\b', refuses: null }],
    }
    expect(chartScxml(odd)).toContain('event="a&quot;&lt;&amp;\\b"')
    expect(chartDot(odd)).toContain('label="a\\"<&\\\\b')
  })

  test('Every state and every transition of the regions is in the Graphviz text, and every refusal.', () => {
    const lines = chartDot().split('\n')
    const { root, transitions } = chart()
    const steps = transitions.filter(({ source, refuses }) => source !== root.id && refuses === null)
    expect(lines.filter((line) => line.includes(' [label=') && line.includes(' -> ')).length).toBe(steps.length)
    for (const { id, states } of statesIn(root).slice(1)) {
      const opens = states ? `subgraph "cluster ${id}" {` : `"${id}" [label=`
      expect(lines.filter((line) => line.trim().startsWith(opens)).length, id).toBe(1)
    }
    const refused = transitions.filter(({ refuses }) => refuses !== null).length
    expect(chartDot().split('not accepted, ').length - 1).toBe(refused)
  })
})
