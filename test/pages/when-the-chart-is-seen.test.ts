/** The chart as a browser draws it: with its own letters, in both themes, on a wide and on a narrow screen. */
import { mkdirSync, readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { describe, expect, test } from 'vitest'
import { drawChart } from '../../src/inspector/chart/draw.js'
import type { ChartLayout } from '../../src/inspector/chart/layout.js'
import { countersOf, type Marks } from '../../src/inspector/chart/marks.js'
import { chartStyle } from '../../src/inspector/chart/style.js'
import { svgText } from '../../src/inspector/chart/svg.js'
import { automatonFor } from '../../src/lifecycle/automaton.js'
import { defaultPolicy } from '../../src/lifecycle/policy.js'
import { pageIn } from './browser.js'

const built = readFileSync(new URL('../../dist/inspector/chart-layout.json', import.meta.url), 'utf8')
const layout = JSON.parse(built) as ChartLayout
const pictures = fileURLToPath(new URL('../../.colloquy/pictures/', import.meta.url))

const many: Marks = {
  current: ['lifecycle.warning.given', 'risk.clear', 'assessment.pending', 'closing.asked'],
  taken: layout.arrows
    .filter(({ source }) => /due$|current$/.test(source))
    .flatMap(({ labels }) => labels[0]?.transition ?? []),
  counters: countersOf({ ...automatonFor(defaultPolicy).describe(0), failures: 3, ignored: 1, calm: 2 }, defaultPolicy),
  traffic: {
    states: Object.fromEntries(layout.states.map(({ id }) => [id, 99_900])),
    transitions: Object.fromEntries(layout.transitions.map((_, place) => [place, 99_900])),
  },
}

const around = `html{margin:0}body{margin:20px}svg.chart{display:block;width:100%;height:auto;max-height:480px}`
const pageOf = (marks: Marks) =>
  `<!doctype html><title>The chart</title><style>${around}${chartStyle}</style>${svgText(drawChart(layout, marks))}`

interface Seen {
  readonly text: string
  readonly size: number
  readonly box: readonly [number, number, number, number]
}

/** Every text that is seen: where it is on the screen, and how high its letters are there. */
async function seen(marks: Marks, width: number, height: number): Promise<readonly Seen[]> {
  const page = await pageIn({ width, height })
  await page.setContent(pageOf(marks))
  // The line's own height: a box of letters has room over and under them.
  const texts = await page.evaluate<
    readonly Seen[]
  >(`[...document.querySelectorAll('svg.chart text')].map((element) => {
    const { x, y, width, height } = element.getBoundingClientRect()
    const scale = element.closest('svg').getScreenCTM().a
    return {
      text: element.textContent,
      size: parseFloat(getComputedStyle(element).fontSize) * scale,
      box: [x, y + height * 0.2, x + width, y + height * 0.85],
    }
  })`)
  await page.close()
  return texts
}

const crossing = ([left, top, right, bottom]: Seen['box'], other: Seen['box']): boolean =>
  Math.min(right, other[2]) - Math.max(left, other[0]) > 0.5 &&
  Math.min(bottom, other[3]) - Math.max(top, other[1]) > 0.5

describe('at 1280 by 720', () => {
  test('No letter is smaller than 10 pixels.', async () => {
    const texts = await seen({}, 1280, 720)
    expect(texts.filter(({ size }) => size < 10)).toEqual([])
    expect(texts.length).toBeGreaterThan(80)
  })

  test('No text runs into another, with every mark that there is.', async () => {
    const texts = await seen(many, 1280, 720)
    const pairs = texts.flatMap((one, place) => texts.slice(place + 1).map((other) => [one, other] as const))
    expect(
      pairs.filter(([one, other]) => crossing(one.box, other.box)).map((pair) => pair.map(({ text }) => text)),
    ).toEqual([])
  })
})

test('A picture is kept of each theme, on a wide and a narrow screen.', async () => {
  mkdirSync(pictures, { recursive: true })
  const views = [
    { name: 'plain', marks: {} },
    { name: 'marked', marks: { ...many, traffic: undefined } as unknown as Marks },
    { name: 'heat', marks: { traffic: many.traffic } as Marks },
  ]
  for (const { name, marks } of views) {
    for (const [width, height] of [
      [1280, 720],
      [390, 844],
    ] as const) {
      for (const dark of [false, true]) {
        const page = await pageIn({ width, height, dark })
        await page.setContent(pageOf(marks))
        const file = `chart-${name}-${width}-${dark ? 'dark' : 'light'}.png`
        const picture = await page.screenshot({ path: `${pictures}${file}` })
        expect(picture.length, file).toBeGreaterThan(5_000)
        const ground = await page.evaluate(`getComputedStyle(document.querySelector('svg.chart')).backgroundColor`)
        expect(ground).toBe(dark ? 'rgb(18, 23, 30)' : 'rgb(255, 255, 255)')
        await page.close()
      }
    }
  }
})
