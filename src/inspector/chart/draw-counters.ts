/** What the chart's title bar holds: a caption, or the counters, each in words, `failed redirections 2 of 3`, and as boxes. */
import type { ChartLayout } from './layout.js'
import type { Counter } from './marks.js'
import { type SvgElement, svg } from './svg.js'
import { textWidthPx } from './text-width.js'

const boxSize = 9
const boxStep = 12
const gap = 22
const wordsOf = ({ name, value, limit }: Counter): string => `${name} ${value} of ${limit}`
const wordsWidth = (counter: Counter): number => textWidthPx(wordsOf(counter), { sizePx: 12, bold: true })
const widthOf = (counter: Counter): number => wordsWidth(counter) + 8 + counter.limit * boxStep

function drawCounter(counter: Counter, x: number): SvgElement {
  const { name, value, limit } = counter
  const boxes = Array.from({ length: limit }, (_, place) => {
    const at = { x: x + wordsWidth(counter) + 8 + place * boxStep, y: 9, width: boxSize, height: boxSize, rx: 2 }
    return svg('rect', { class: place < value ? 'box full' : 'box', ...at })
  })
  const state = value >= limit ? 'counter at-limit' : 'counter'
  return svg('g', { class: state, 'data-counter': name }, [
    svg('title', {}, [wordsOf(counter)]),
    svg('text', { x, y: 18 }, [wordsOf(counter)]),
    ...boxes,
  ])
}

/** All counters, from the bar's right end. */
export function drawCounters({ width }: ChartLayout, counters: readonly Counter[]): readonly SvgElement[] {
  let right = width - 10
  return counters
    .toReversed()
    .map((counter) => {
      right -= widthOf(counter)
      const drawn = drawCounter(counter, Math.round(right))
      right -= gap
      return drawn
    })
    .toReversed()
}

/** A caption at the bar's right end. */
export const drawCaption = ({ width }: ChartLayout, caption: string): readonly SvgElement[] => [
  svg('text', { class: 'caption', x: width - 10, y: 18 }, [caption]),
]
