/**
 * Draws the chart: a layout and what is to be marked on it become SVG as data. Looks are classes, for `style.ts`; nothing
 * here knows a colour, a browser or a file. It must never say by colour alone what it has to say.
 */
import { drawCaption, drawCounters } from './draw-counters.js'
import type { Arrow, ChartLayout, LabelBox, Line, Point, StateBox } from './layout.js'
import { sizes } from './layout.js'
import type { Marks } from './marks.js'
import { type SvgElement, svg } from './svg.js'
import { textWidthPx } from './text-width.js'
import { Heat, shortCount } from './traffic.js'

const countFont = { sizePx: sizes.labelFont, bold: true }

const classes = (...names: readonly (string | false | undefined)[]): string => names.filter(Boolean).join(' ')

function text(className: string, { text: words, at: [x, y], width }: Line): SvgElement {
  return svg('text', { class: className, x, y, textLength: width, lengthAdjust: 'spacingAndGlyphs' }, [words])
}

interface Shown {
  readonly layout: ChartLayout
  readonly marks: Marks
  readonly heat: Heat
}

const isActive = ({ id }: StateBox, current: readonly string[] = []): boolean =>
  current.some((active) => active === id || active.startsWith(`${id}.`))

const corner = { root: 8, region: 0, compound: 8, atomic: 7, final: 7 } as const

function frames({ kind, x, y, width, height }: StateBox): readonly SvgElement[] {
  if (kind === 'region') return []
  const frame = svg('rect', { class: 'frame', x, y, width, height, rx: corner[kind] })
  if (kind !== 'final') return [frame]
  const inner = { x: x + 3, y: y + 3, width: width - 6, height: height - 6, rx: corner.final - 3 }
  return [frame, svg('rect', { class: 'inner-frame', ...inner })]
}

function titleBar({ kind, x, y, width }: StateBox): SvgElement | undefined {
  if (kind !== 'compound') return undefined
  const line = y + 21
  return svg('line', { class: 'bar', x1: x, y1: line, x2: x + width, y2: line })
}

function nameOf(state: StateBox, count: number | undefined): SvgElement {
  const { kind, name, x, y, width, height } = state
  const isInner = kind === 'atomic' || kind === 'final'
  if (!isInner) return svg('text', { class: 'name', x: x + 9, y: y + (kind === 'root' ? 18 : 16) }, [name])
  const middle = y + height / 2
  return svg('text', { class: 'name middle', x: x + width / 2, y: count === undefined ? middle + 4.5 : middle - 2 }, [
    name,
  ])
}

function countUnder({ x, y, width, height }: StateBox, count: number): SvgElement {
  return svg('text', { class: 'count middle', x: x + width / 2, y: y + height - 6 }, [shortCount(count)])
}

function stateSentence({ id, description }: StateBox, count: number | undefined, lit: boolean): string {
  const visits = count === undefined ? '' : ` Times entered: ${count.toLocaleString('en')}.`
  return `${id}${lit ? ', current' : ''}.${description === '' ? '' : ` ${description}`}${visits}`
}

function drawState(state: StateBox, { marks, heat }: Shown): SvgElement {
  const isInner = state.kind === 'atomic' || state.kind === 'final'
  const count = isInner ? heat.ofState(state.id) : undefined
  const lit = isActive(state, marks.current)
  const className = classes('state', state.kind, isInner && lit && 'current', heat.shade(count))
  return svg('g', { class: className, 'data-state': state.id }, [
    svg('title', {}, [stateSentence(state, count, isInner && lit)]),
    ...frames(state),
    titleBar(state),
    nameOf(state, count),
    count !== undefined && countUnder(state, count),
    isInner && lit && svg('circle', { class: 'lamp', cx: state.x + 1, cy: state.y + 1, r: 4.2 }),
  ])
}

const place = ([x, y]: Point): string => `${x} ${y}`
const lastOf = (points: readonly Point[]): readonly [Point, Point] => [points.at(-2) ?? [0, 0], points.at(-1) ?? [0, 0]]

/** A line with round corners. */
function path(points: readonly Point[]): string {
  const radius = 4
  const [first = [0, 0] as Point, ...rest] = points
  const turns = rest.slice(0, -1).map((corner, index) => {
    const [before, after] = [points[index] ?? corner, points[index + 2] ?? corner]
    return `L${place(toward(corner, before, radius))}Q${place(corner)} ${place(toward(corner, after, radius))}`
  })
  return `M${place(first)}${turns.join('')}L${place(lastOf(points)[1])}`
}

/** A point at this distance from one on the way to another, or half the way, if that is nearer. */
function toward([x, y]: Point, [toX, toY]: Point, distance: number): Point {
  const whole = Math.hypot(toX - x, toY - y)
  const part = whole === 0 ? 0 : Math.min(distance, whole / 2) / whole
  const round = (value: number) => Math.round(value * 10) / 10
  return [round(x + (toX - x) * part), round(y + (toY - y) * part)]
}

function head(points: readonly Point[]): SvgElement {
  const [[fromX, fromY], [x, y]] = lastOf(points)
  const angle = Math.round((Math.atan2(y - fromY, x - fromX) * 180) / Math.PI)
  const length = sizes.arrowHead
  const shape = `M0 0L${-length} ${-length / 2}L${-length} ${length / 2}Z`
  return svg('path', { class: 'head', d: shape, transform: `translate(${x} ${y}) rotate(${angle})` })
}

/** As wide as what is written, so that the line is seen beside it. */
function plateWidth({ event, guard, count, x }: LabelBox, counted: string): number {
  const countWidth = counted === '' ? 0 : count[0] - x + textWidthPx(counted, countFont)
  return Math.round((Math.max(event.width, guard?.width ?? 0, countWidth) + 6) * 10) / 10
}

function drawLabel(label: LabelBox, { layout, marks, heat }: Shown): SvgElement {
  const { transition, event, guard, count: at, x, y, height } = label
  const step = layout.transitions[transition]
  const count = heat.ofTransition(transition)
  const counted = count === undefined ? '' : shortCount(count)
  const taken = marks.taken?.includes(transition)
  const isPointed = marks.pointed === transition
  const sentence = `${step?.sentence ?? ''}${count === undefined ? '' : `. Times taken: ${count.toLocaleString('en')}`}`
  const data = {
    'data-transition': transition,
    'data-event': step?.event ?? '',
    'data-guard': step?.guard ?? '',
    'data-actions': step?.actions.join(' ') ?? '',
  }
  return svg(
    'g',
    { class: classes('transition', taken && 'taken', isPointed && 'pointed', count === 0 && 'unmet'), ...data },
    [
      svg('title', {}, [`${sentence}.`]),
      svg('rect', { class: 'plate', x: x - 3, y, width: plateWidth(label, counted), height, rx: 3 }),
      text('event', event),
      guard && text('guard', guard),
      counted !== '' && svg('text', { class: 'count', x: at[0], y: at[1] }, [counted]),
    ],
  )
}

/** The bar from which a line begins that holds in every state of a region. */
function anyBar(arrow: Arrow): SvgElement | undefined {
  const [x, y] = arrow.points[0] ?? [0, 0]
  if (!arrow.target.startsWith(`${arrow.source}.`)) return undefined
  return svg('rect', { class: 'any', x: x - 1.5, y: y - 6, width: 3, height: 12, rx: 1.5 })
}

function drawLine(arrow: Arrow, { marks, heat }: Shown): SvgElement {
  const steps = arrow.labels.map(({ transition }) => transition)
  const taken = steps.some((step) => marks.taken?.includes(step))
  const isPointed = steps.some((step) => step === marks.pointed)
  const className = classes('arrow', taken && 'taken', isPointed && 'pointed', heat.weight(steps))
  return svg('g', { class: className, 'data-source': arrow.source, 'data-target': arrow.target }, [
    svg('path', { class: 'line', d: path(arrow.points) }),
    anyBar(arrow),
    head(arrow.points),
  ])
}

function drawInitial({ state, at, points }: ChartLayout['initials'][number]): SvgElement {
  return svg('g', { class: 'arrow initial', 'data-state': state }, [
    svg('path', { class: 'line', d: path(points) }),
    svg('circle', { class: 'dot', cx: at[0], cy: at[1], r: sizes.initialRadius }),
    head(points),
  ])
}

const separator = ([[x1, y1], [x2, y2]]: readonly [Point, Point]): SvgElement =>
  svg('line', { class: 'separator', x1, y1, x2, y2 })

const legend = 'dot: begins here · bar: from any state of the region · received, sent, assessed: messages'

/** Room for what is drawn on the frame itself. */
const margin = 2

/**
 * The chart as SVG data. Every transition is a group with the class `transition`, whose `data-transition` is its place in
 * the chart, and whose title says event, guard and actions in words; every state one with `data-state`.
 */
export function drawChart(layout: ChartLayout, marks: Marks = {}): SvgElement {
  const shown: Shown = { layout, marks, heat: new Heat(marks.traffic) }
  const [width, height] = [layout.width + 2 * margin, layout.height + 2 * margin]
  const outline = { viewBox: `${-margin} ${-margin} ${width} ${height}`, width, height }
  const lines = [...layout.arrows].sort((a, b) => order(a, marks) - order(b, marks))
  const name = marks.title ?? 'The statechart of a thread'
  return svg(
    'svg',
    {
      xmlns: 'http://www.w3.org/2000/svg',
      class: 'chart',
      role: 'img',
      'aria-label': name,
      ...outline,
    },
    [
      ...layout.states.map((state) => drawState(state, shown)),
      ...layout.separators.map(separator),
      ...(marks.counters ? drawCounters(layout, marks.counters) : drawCaption(layout, marks.caption ?? legend)),
      ...layout.initials.map(drawInitial),
      ...lines.map((arrow) => drawLine(arrow, shown)),
      ...layout.arrows.flatMap(({ labels }) => labels.map((label) => drawLabel(label, shown))),
    ],
  )
}

// What was taken is drawn last, over the others.
const order = ({ labels }: Arrow, { taken = [] }: Marks): number =>
  labels.some(({ transition }) => taken.includes(transition)) ? 1 : 0
