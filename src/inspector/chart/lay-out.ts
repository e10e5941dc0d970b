/**
 * Lays the chart out: each region by the engine, then the regions in rows, in the chart's order. Regions share no
 * transition, so nothing is lost by laying them out one at a time, and each row is as wide as the widest region.
 *
 * The engine comes in from outside: it is large, and only the build has it.
 */
import type { Chart, ChartState } from '../../proof/chart.js'
import { type ChartLayout, type DrawnTransition, type Fallbacks, type Point, type StateBox, sizes } from './layout.js'
import { type ElkNode, type RegionLayout, regionGraph, regionLayout } from './region-graph.js'
import { guardIn, refusalWords, transitionSentence } from './words.js'

/** Lays out a graph in the ELK JSON format; `layout` of elkjs is one. */
export type LayoutEngine = (graph: ElkNode) => Promise<ElkNode>

interface PlacedRegion {
  readonly region: RegionLayout
  readonly x: number
  readonly y: number
  readonly width: number
  readonly height: number
}

/** Regions in rows, each row filled as far as the widest region goes. */
function rowsOf(regions: readonly RegionLayout[], width: number): readonly (readonly RegionLayout[])[] {
  const rows: RegionLayout[][] = []
  let left = 0
  for (const region of regions) {
    if (region.width > left || rows.length === 0) {
      rows.push([])
      left = width
    }
    rows.at(-1)?.push(region)
    left -= region.width
  }
  return rows
}

const round = (value: number): number => Math.round(value * 10) / 10

function placed(regions: readonly RegionLayout[], width: number): readonly PlacedRegion[] {
  let y: number = sizes.titleBar
  return rowsOf(regions, width).flatMap((row) => {
    const height = Math.max(...row.map((region) => region.height))
    const spare = (width - row.reduce((sum, region) => sum + region.width, 0)) / row.length
    let x = 0
    const places = row.map((region) => {
      const place = { region, x: round(x), y: round(y), width: round(region.width + spare), height }
      x += region.width + spare
      return place
    })
    y += height
    return places
  })
}

/** The lines that part a region from the one on its left and from those above it. */
function separatorsOf({ x, y, width, height }: PlacedRegion): readonly (readonly [Point, Point])[] {
  const above: [Point, Point] = [
    [x, y],
    [round(x + width), y],
  ]
  const left: [Point, Point] = [
    [x, y],
    [x, round(y + height)],
  ]
  return [...(y > sizes.titleBar ? [above] : []), ...(x > 0 ? [left] : [])]
}

function moved({ region, x, y, width, height }: PlacedRegion) {
  const move = ([left, top]: Point): Point => [round(left + x), round(top + y)]
  const box = <B extends { readonly x: number; readonly y: number }>(held: B): B => {
    const [left, top] = move([held.x, held.y])
    return { ...held, x: left, y: top }
  }
  return {
    states: region.states.map((state) => box(state.kind === 'region' ? { ...state, width, height } : state)),
    initials: region.initials.map(({ state, at, points }) => ({ state, at: move(at), points: points.map(move) })),
    arrows: region.arrows.map((arrow) => ({
      ...arrow,
      points: arrow.points.map(move),
      labels: arrow.labels.map((label) => ({
        ...box(label),
        count: move(label.count),
        event: { ...label.event, at: move(label.event.at) },
        guard: label.guard && { ...label.guard, at: move(label.guard.at) },
      })),
    })),
  }
}

const drawn = (chart: Chart): readonly DrawnTransition[] =>
  chart.transitions.map((step) => ({ ...step, sentence: transitionSentence(step) }))

function fallbacksOf({ transitions, root }: Chart): Fallbacks {
  const own = transitions
    .map((step, transition) => ({ ...step, transition }))
    .filter(({ source }) => source === root.id)
  const codes = [...new Set(own.flatMap(({ refuses }) => refuses ?? []))]
  return {
    refusals: codes.map((code) => ({
      code,
      words: refusalWords[code] ?? code,
      events: own
        .filter(({ refuses }) => refuses === code)
        .map(({ event, guard, transition }) => ({ event, if: guardIn(guard).full, transition })),
    })),
    neutral: own.filter(({ refuses }) => refuses === null).map(({ event, transition }) => ({ event, transition })),
  }
}

async function laidOut(chart: Chart, region: ChartState, engine: LayoutEngine): Promise<RegionLayout> {
  return regionLayout(chart, region, await engine(regionGraph(chart, region)))
}

/** The chart's layout: the same for the same chart, to the letter. */
export async function layOut(chart: Chart, engine: LayoutEngine): Promise<ChartLayout> {
  const regions: RegionLayout[] = []
  for (const region of chart.root.states ?? []) regions.push(await laidOut(chart, region, engine))
  const width = Math.max(...regions.map((region) => region.width))
  const places = placed(regions, width)
  const height = Math.max(...places.map((place) => place.y + place.height))
  const parts = places.map(moved)
  const { id, description = '' } = chart.root
  const root: StateBox = { id, name: id, kind: 'root', description, x: 0, y: 0, width, height }
  return {
    machine: chart.machine,
    width,
    height,
    states: [root, ...parts.flatMap(({ states }) => states)],
    initials: parts.flatMap(({ initials }) => initials),
    separators: places.flatMap(separatorsOf),
    arrows: parts.flatMap(({ arrows }) => arrows),
    transitions: drawn(chart),
    fallbacks: fallbacksOf(chart),
  }
}
