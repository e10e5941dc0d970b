/**
 * One region of the chart as a graph for the layout engine, and back. Transitions between the same two states share an
 * edge; one that leads back is given to the engine turned around, since left to right is the order in which the chart
 * tells its states.
 *
 * What is said to the engine is what was found to work (elkjs 0.12): `MODEL_ORDER` would do the turning itself, and crashes.
 */
import type { Chart, ChartState, ChartTransition } from '../../proof/chart.js'
import { type Arrow, type Initial, type LabelBox, type Line, type Point, type StateBox, sizes } from './layout.js'
import { textWidthPx } from './text-width.js'
import { guardIn, labelEvent } from './words.js'

/** What we say to the engine and read of its answer: the ELK JSON format. */
export interface ElkNode {
  readonly id: string
  readonly x?: number
  readonly y?: number
  readonly width?: number
  readonly height?: number
  readonly children?: readonly ElkNode[]
  readonly edges?: readonly ElkEdge[]
  readonly labels?: readonly ElkLabel[]
  readonly layoutOptions?: { readonly [option: string]: string }
}
interface ElkPoint {
  readonly x: number
  readonly y: number
}
export interface ElkEdge {
  readonly id: string
  readonly sources: readonly string[]
  readonly targets: readonly string[]
  readonly labels?: readonly ElkLabel[]
  readonly sections?: readonly {
    readonly startPoint: ElkPoint
    readonly endPoint: ElkPoint
    readonly bendPoints?: readonly ElkPoint[]
  }[]
}
interface ElkLabel {
  /** The engine passes over a label without one; the sizes are ours. */
  readonly text: string
  readonly width: number
  readonly height: number
  readonly x?: number
  readonly y?: number
  readonly layoutOptions: { readonly [option: string]: string }
}

// The engine lays each graph out by that graph's own options: these are said to all, the whole picture's to it alone.
const everywhere = {
  'elk.spacing.nodeNode': '12',
  'elk.spacing.edgeNode': '8',
  'elk.spacing.edgeEdge': '8',
  'elk.spacing.edgeLabel': '2',
  'elk.layered.spacing.nodeNodeBetweenLayers': '5',
  'elk.layered.spacing.edgeNodeBetweenLayers': '5',
  'elk.layered.spacing.edgeEdgeBetweenLayers': '5',
  // Of 96 ways tried, the lowest and narrowest picture, and no line crosses another.
  'elk.layered.compaction.postCompaction.strategy': 'LEFT',
  'elk.layered.edgeLabels.centerLabelPlacementStrategy': 'TAIL_LAYER',
  'elk.layered.nodePlacement.strategy': 'BRANDES_KOEPF',
}

const options = {
  ...everywhere,
  'elk.algorithm': 'layered',
  'elk.direction': 'RIGHT',
  'elk.hierarchyHandling': 'INCLUDE_CHILDREN',
  'elk.layered.thoroughness': '100',
  'elk.randomSeed': '2',
  'elk.json.edgeCoords': 'ROOT',
  'elk.json.shapeCoords': 'ROOT',
  'elk.padding': '[top=0,left=0,bottom=0,right=0]',
}

const padding = '[top=27,left=9,bottom=9,right=9]'
const nameOf = (id: string): string => id.slice(id.lastIndexOf('.') + 1)
const nameFont = { sizePx: sizes.nameFont, bold: true }
const labelFont = { sizePx: sizes.labelFont }

/** States in the order in which the chart tells them, outer ones first. */
export const statesIn = (state: ChartState): readonly ChartState[] => [state, ...(state.states ?? []).flatMap(statesIn)]

// The dot over a state in which another begins stands where the engine keeps room for a label. As a node of its own, as it
// is mostly drawn, it would take a column.
const dotRoom: ElkLabel = {
  text: 'begins',
  width: 2 * sizes.initialRadius,
  height: 2 * sizes.initialRadius + sizes.initialLine,
  layoutOptions: { 'elk.nodeLabels.placement': '[OUTSIDE, V_TOP, H_LEFT]' },
}

function innermost({ id }: ChartState, begins: boolean): ElkNode {
  const width = Math.max(44, textWidthPx(nameOf(id), nameFont) + 18)
  return { id, width, height: sizes.state, ...(begins && { labels: [dotRoom] }) }
}

function nodeOf(state: ChartState, begins: boolean): ElkNode {
  if (!state.states) return innermost(state, begins)
  const children = state.states.map((child) => nodeOf(child, child.id === state.initial))
  return { id: state.id, children, layoutOptions: { ...everywhere, 'elk.padding': padding } }
}

/** A transition, and its place among the chart's. */
export interface PlacedTransition extends ChartTransition {
  readonly index: number
}

interface Bundle {
  readonly source: string
  readonly target: string
  readonly steps: readonly PlacedTransition[]
}

/** The steps within a region, those from one state to another together, in the chart's order. */
function bundlesOf({ transitions }: Chart, region: ChartState): readonly Bundle[] {
  const own = statesIn(region).map(({ id }) => id)
  const bundles = new Map<string, Bundle>()
  for (const [index, step] of transitions.entries()) {
    if (step.refuses !== null || !own.includes(step.source)) continue
    const target = step.target ?? step.source
    const key = `${step.source} ${target}`
    const steps = [...(bundles.get(key)?.steps ?? []), { ...step, index }]
    bundles.set(key, { source: step.source, target, steps })
  }
  return [...bundles.values()]
}

const countWidth = 27
const labelPadding = 3
/** Between the transitions of one label. */
const partGap = 3
const linesOf = (step: ChartTransition): number => (guardIn(step.guard).label === '' ? 1 : 2)

const widthOf = (step: ChartTransition): number =>
  Math.max(
    textWidthPx(labelEvent(step.event), labelFont) + countWidth,
    textWidthPx(guardIn(step.guard).label, labelFont),
  )

function labelOf({ steps }: Bundle): ElkLabel {
  return {
    text: steps.map(({ event }) => event).join(' '),
    width: Math.max(...steps.map(widthOf)) + 2 * labelPadding,
    height:
      steps.reduce((lines, step) => lines + linesOf(step), 0) * sizes.labelLine + 3 + (steps.length - 1) * partGap,
    layoutOptions: { 'elk.edgeLabels.inline': 'true' },
  }
}

/** Whether an arrow leads back: not into its own state, and to one that the chart tells before. */
function leadsBack(region: ChartState, { source, target }: Bundle): boolean {
  const order = statesIn(region).map(({ id }) => id)
  return !target.startsWith(source) && order.indexOf(target) < order.indexOf(source)
}

function edgeOf(region: ChartState, bundle: Bundle, place: number): ElkEdge {
  const [from, to] = leadsBack(region, bundle) ? [bundle.target, bundle.source] : [bundle.source, bundle.target]
  return { id: String(place), sources: [from], targets: [to], labels: [labelOf(bundle)] }
}

/** The region as the engine wants it. */
export function regionGraph(chart: Chart, region: ChartState): ElkNode {
  const edges = bundlesOf(chart, region).map((bundle, place) => edgeOf(region, bundle, place))
  return { id: 'picture', layoutOptions: options, children: [nodeOf(region, false)], edges }
}

/** A region that was laid out, by itself: its corner is the origin. */
export interface RegionLayout {
  readonly width: number
  readonly height: number
  readonly states: readonly StateBox[]
  readonly initials: readonly Initial[]
  readonly arrows: readonly Arrow[]
}

const round = (value: number | undefined): number => Math.round((value ?? 0) * 10) / 10
const pointOf = ({ x, y }: ElkPoint): Point => [round(x), round(y)]

function pointsOf({ sections = [] }: ElkEdge): readonly Point[] {
  return sections.flatMap(({ startPoint, bendPoints = [], endPoint }) =>
    [startPoint, ...bendPoints, endPoint].map(pointOf),
  )
}

function lineOf(text: string, at: Point): Line {
  return { text, at, width: round(textWidthPx(text, labelFont)) }
}

/** The label's parts, one a transition, from the top down. */
function labelBoxes({ steps }: Bundle, label: ElkLabel): readonly LabelBox[] {
  const [x, width] = [round((label.x ?? 0) + labelPadding), round(label.width - 2 * labelPadding)]
  let y = (label.y ?? 0) + 1.5
  return steps.map((step) => {
    const guard = guardIn(step.guard).label
    const baseline = round(y + sizes.labelFont * 0.87)
    const event = lineOf(labelEvent(step.event), [x, baseline])
    const box: LabelBox = {
      ...{ transition: step.index, x, y: round(y), width, height: round(linesOf(step) * sizes.labelLine) },
      event,
      guard: guard === '' ? null : lineOf(guard, [x, round(baseline + sizes.labelLine)]),
      count: [round(x + event.width + 4), baseline],
    }
    y += linesOf(step) * sizes.labelLine + partGap
    return box
  })
}

function arrowOf(region: ChartState, bundle: Bundle, edge: ElkEdge): Arrow {
  const points = pointsOf(edge)
  const [label] = edge.labels ?? []
  return {
    source: bundle.source,
    target: bundle.target,
    points: leadsBack(region, bundle) ? points.toReversed() : points,
    labels: label ? labelBoxes(bundle, label) : [],
  }
}

const nodesIn = (node: ElkNode): readonly ElkNode[] => [node, ...(node.children ?? []).flatMap(nodesIn)]

function stateBox(state: ChartState, region: ChartState, node: ElkNode | undefined): StateBox {
  const { id, description = '', type } = state
  const kind = id === region.id ? 'region' : type === 'compound' || type === 'final' ? type : 'atomic'
  const box = { x: round(node?.x), y: round(node?.y), width: round(node?.width), height: round(node?.height) }
  return { id, name: nameOf(id), kind, description, ...box }
}

/** The dot over a state, and the line down to it. */
function initialOf({ id, x = 0, y = 0 }: ElkNode): Initial {
  const left = round(x + 12)
  const top = round(y - sizes.initialLine - sizes.initialRadius)
  return {
    state: id,
    at: [left, top],
    points: [
      [left, top],
      [left, round(y)],
    ],
  }
}

/** What the engine answered, as ours. */
export function regionLayout(chart: Chart, region: ChartState, answer: ElkNode): RegionLayout {
  const nodes = nodesIn(answer)
  const found = (id: string): ElkNode | undefined => nodes.find((node) => node.id === id)
  const edgeNamed = (id: string): ElkEdge => (answer.edges ?? []).find((edge) => edge.id === id) as ElkEdge
  const states = statesIn(region)
  return {
    width: round(answer.width),
    height: round(answer.height),
    states: states.map((state) => stateBox(state, region, found(state.id))),
    initials: states.flatMap(({ initial }) => (initial === undefined ? [] : initialOf(found(initial) as ElkNode))),
    arrows: bundlesOf(chart, region).map((bundle, place) => arrowOf(region, bundle, edgeNamed(String(place)))),
  }
}
