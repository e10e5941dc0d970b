/**
 * The chart as SCXML (W3C Recommendation of 1 September 2015). Guards and actions stand as calls to functions of their
 * names, `mayWarn(_event)`, for whoever runs it to define; refusals are logged under the label `refused`.
 *
 * One thing SCXML has no word for: the root's transitions are fallbacks, which XState asks only where no region moves,
 * and SCXML for each region that does not. A comment in the text says so; steps of the regions mean the same in both.
 */
import { type Chart, type ChartState, type ChartTransition, chart } from './chart.js'

const escaped = (text: string): string =>
  text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;')

const indent = (lines: readonly string[]): string[] => lines.map((line) => `  ${line}`)

function tag(name: string, attributes: { readonly [name: string]: string | undefined }, inner: readonly string[]) {
  const given = Object.entries(attributes).flatMap(([key, value]) =>
    value === undefined ? [] : ` ${key}="${escaped(value)}"`,
  )
  const open = `<${name}${given.join('')}`
  return inner.length === 0 ? [`${open}/>`] : [`${open}>`, ...indent(inner), `</${name}>`]
}

const call = (name: string): string => `${name}(_event)`

function done({ actions, refuses }: ChartTransition): readonly string[] {
  const scripts = actions.map((action) => `<script>${escaped(call(action))}</script>`)
  if (refuses === null) return scripts
  return [...scripts, ...tag('log', { label: 'refused', expr: `'${refuses}'` }, [])]
}

function transition(step: ChartTransition): readonly string[] {
  const { source, event, target, guard } = step
  // Into a state of its own: XState does not leave the source for that, and SCXML only if it is told so.
  const type = target?.startsWith(`${source}.`) ? 'internal' : undefined
  const cond = guard === null ? undefined : call(guard)
  return tag('transition', { event, cond, target: target ?? undefined, type }, done(step))
}

const elements = { parallel: 'parallel', compound: 'state', atomic: 'state', final: 'final' } as const

function stateLines(state: ChartState, transitions: readonly ChartTransition[]): readonly string[] {
  const { id, type, initial, states = [] } = state
  const own = transitions.filter(({ source }) => source === id)
  const inner = [...own.flatMap(transition), ...states.flatMap((child) => stateLines(child, transitions))]
  return tag(elements[type], { id, initial }, inner)
}

const fallbackNote = (root: string): string =>
  `<!-- Transitions of "${root}" itself are fallbacks: read them as asked only where no region moves. -->`

/** The chart as an SCXML document: every state, and every transition in the order in which it is tried. */
export function chartScxml({ root, transitions, machine }: Chart = chart()): string {
  const namespace = 'http://www.w3.org/2005/07/scxml'
  const attributes = { xmlns: namespace, version: '1.0', datamodel: 'ecmascript', name: root.id, initial: root.id }
  const lines = tag('scxml', attributes, stateLines(root, transitions))
  return ['<?xml version="1.0" encoding="UTF-8"?>', `<!-- ${machine} -->`, fallbackNote(root.id), ...lines, ''].join(
    '\n',
  )
}
