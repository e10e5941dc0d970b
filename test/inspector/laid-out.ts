/** The chart, laid out by the engine itself, and what tests measure on it. */
import Elk from 'elkjs/lib/elk.bundled.js'
import { type LayoutEngine, layOut } from '../../src/inspector/chart/lay-out.js'
import type { Box, ChartLayout, LabelBox } from '../../src/inspector/chart/layout.js'
import { type Chart, chart } from '../../src/proof/chart.js'

const elk = new Elk.default()
const engine: LayoutEngine = async (graph) => (await elk.layout(graph as never)) as never

/** Lays a chart out: the machine's own, unless another is given. */
export const laidOut = (drawn: Chart = chart()): Promise<ChartLayout> => layOut(drawn, engine)

/** Whether two boxes share more than a hair's breadth. */
export function overlap(a: Box, b: Box): boolean {
  const across = Math.min(a.x + a.width, b.x + b.width) - Math.max(a.x, b.x)
  const down = Math.min(a.y + a.height, b.y + b.height) - Math.max(a.y, b.y)
  return across > 0.2 && down > 0.2
}

/** Every pair, once. */
export const pairsOf = <A>(all: readonly A[]): readonly (readonly [A, A])[] =>
  all.flatMap((one, place) => all.slice(place + 1).map((other) => [one, other] as const))

/** All labels, each with its arrow's ends. */
export const labelsOf = ({ arrows }: ChartLayout): readonly LabelBox[] => arrows.flatMap(({ labels }) => labels)
