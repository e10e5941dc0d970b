/**
 * The chart in Graphviz's language: a cluster for each state that holds others, dashed for the regions that run side by
 * side, a point where each begins, two borders around the end. Refusals are listed in a note.
 */
import { type Chart, type ChartState, type ChartTransition, chart } from './chart.js'

const indent = (lines: readonly string[]): string[] => lines.map((line) => `  ${line}`)
const quoted = (text: string): string => `"${text.replace(/["\\]/g, '\\$&')}"`
/** Lines within a label, each flush left. */
const label = (lines: readonly string[]): string =>
  `"${lines.map((line) => `${line.replace(/["\\]/g, '\\$&')}\\l`).join('')}"`

const nameOf = (id: string): string => id.slice(id.lastIndexOf('.') + 1)
const cluster = (id: string): string => `cluster ${id}`
const begin = (id: string): string => `${id} begins`
const anywhere = (id: string): string => `any state of ${id}`
const point = (id: string): string => `${quoted(id)} [shape=point, width=0.12, label=""]`

function leaf({ id, type }: ChartState): readonly string[] {
  const borders = type === 'final' ? ', peripheries=2' : ''
  return [`${quoted(id)} [label=${quoted(nameOf(id))}${borders}]`]
}

function group(state: ChartState, steps: readonly ChartTransition[], isRegion: boolean): readonly string[] {
  const { id, initial, states = [] } = state
  const hasAny = steps.some(({ source }) => source === id)
  return [
    `subgraph ${quoted(cluster(id))} {`,
    ...indent([
      `label=${quoted(nameOf(id))}`,
      `style=${isRegion ? 'dashed' : '"rounded"'}`,
      ...(initial === undefined ? [] : [point(begin(id)), `${quoted(begin(id))} -> ${quoted(initial)}`]),
      ...(hasAny ? [`${quoted(anywhere(id))} [shape=plaintext, label="in any state"]`] : []),
      ...states.flatMap((child) => (child.states ? group(child, steps, false) : leaf(child))),
    ]),
    '}',
  ]
}

function arrow(step: ChartTransition, groups: readonly string[]): string {
  const { source, target, event, guard, actions } = step
  const done = actions.filter((action) => action !== 'accept')
  const words = [event, ...(guard === null ? [] : [`[${guard}]`]), ...(done.length > 0 ? [`/ ${done.join(', ')}`] : [])]
  const from = groups.includes(source) ? anywhere(source) : source
  return `${quoted(from)} -> ${quoted(target ?? source)} [label=${label(words)}]`
}

const groupsIn = ({ id, states }: ChartState): readonly string[] => (states ? [id, ...states.flatMap(groupsIn)] : [])

function note(transitions: readonly ChartTransition[]): string {
  const refusals = transitions
    .filter(({ refuses }) => refuses !== null)
    .map(({ event, guard, refuses }) => `${event}${guard === null ? '' : ` [${guard}]`}: not accepted, ${refuses}`)
  return `"refusals" [shape=note, label=${label(['Asked only when no region moves:', ...refusals])}]`
}

/** The chart as a Graphviz digraph, for `dot`. */
export function chartDot({ root, transitions, machine }: Chart = chart()): string {
  const steps = transitions.filter(({ refuses, source }) => refuses === null && source !== root.id)
  const groups = groupsIn(root)
  return [
    `// ${machine}`,
    `digraph ${quoted(root.id)} {`,
    ...indent([
      'rankdir=LR',
      'fontname="Helvetica"',
      'node [shape=box, style=rounded, fontname="Helvetica"]',
      'edge [fontname="Helvetica", fontsize=10]',
      ...(root.states ?? []).flatMap((region) => group(region, steps, true)),
      ...steps.map((step) => arrow(step, groups)),
      note(transitions),
    ]),
    '}',
    '',
  ].join('\n')
}
