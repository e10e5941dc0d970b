/** What is marked on the chart is seen: where a thread stands, what it took, its counters, traffic. And it is safe. */
import { beforeAll, describe, expect, test } from 'vitest'
import { drawChart } from '../../src/inspector/chart/draw.js'
import type { ChartLayout } from '../../src/inspector/chart/layout.js'
import { activeStates, countersOf } from '../../src/inspector/chart/marks.js'
import { chartStyle } from '../../src/inspector/chart/style.js'
import { type SvgElement, standaloneSvg, svg, svgText } from '../../src/inspector/chart/svg.js'
import { shortCount } from '../../src/inspector/chart/traffic.js'
import { automatonFor } from '../../src/lifecycle/automaton.js'
import { defaultPolicy } from '../../src/lifecycle/policy.js'
import { laidOut } from './laid-out.js'

let layout: ChartLayout

beforeAll(async () => {
  layout = await laidOut()
})

const elementsIn = (element: SvgElement): readonly SvgElement[] => [
  element,
  ...element.children.flatMap((child) => (typeof child === 'string' ? [] : elementsIn(child))),
]
const classesOf = ({ attributes }: SvgElement): readonly string[] => String(attributes.class ?? '').split(' ')
const withClass = (drawn: SvgElement, name: string) =>
  elementsIn(drawn).filter((element) => classesOf(element).includes(name))
const textsIn = (element: SvgElement): readonly string[] =>
  elementsIn(element).flatMap(({ children }) => children.filter((child) => typeof child === 'string'))

const start = automatonFor(defaultPolicy).describe(0)

describe('marks', () => {
  test('With none, nothing is lit, traced or shaded.', () => {
    const drawn = drawChart(layout)
    for (const mark of ['current', 'taken', 'heat-0', 'counter', 'count']) expect(withClass(drawn, mark)).toEqual([])
  })

  test('The active states are lit, each with a lamp, and say so; a compound state is not.', () => {
    const current = activeStates({ ...start, lifecycle: 'warning.given', closing: 'asked' })
    const lit = withClass(drawChart(layout, { current }), 'current')
    expect(lit.map(({ attributes }) => attributes['data-state'])).toEqual([
      'lifecycle.warning.given',
      'risk.clear',
      'assessment.current',
      'closing.asked',
    ])
    expect(lit.flatMap((state) => withClass(state, 'lamp')).length).toBe(4)
    expect(lit.flatMap(textsIn)).toContain('lifecycle.warning.given, current.')
  })

  test('What was taken is traced: its label, and its line, which is drawn over the others.', () => {
    const place = layout.transitions.findIndex(
      ({ event, source }) => event === 'end.requested' && source.endsWith('none'),
    )
    const drawn = drawChart(layout, { taken: [place] })
    const [line, label, ...rest] = withClass(drawn, 'taken')
    expect([line?.attributes['data-source'], line?.attributes['data-target']]).toEqual([
      'closing.none',
      'closing.requested',
    ])
    expect(label?.attributes['data-transition']).toBe(place)
    expect(rest).toEqual([])
    const lines = withClass(drawn, 'arrow')
    expect(lines.at(-1)).toBe(line)
  })

  test('Counters stand against their limits, in words and in boxes.', () => {
    const state = { ...start, failures: 2, calm: 1 }
    const counters = withClass(drawChart(layout, { counters: countersOf(state, defaultPolicy) }), 'counter')
    expect(counters.map((counter) => textsIn(counter)[0])).toEqual([
      'failed redirections 2 of 3',
      'ignored warnings 0 of 1',
      'calm turns 1 of 2',
    ])
    expect(counters.map((counter) => [withClass(counter, 'box').length, withClass(counter, 'full').length])).toEqual([
      [3, 2],
      [1, 0],
      [2, 1],
    ])
  })

  test('Traffic is written as numbers, and shaded the darker the more.', () => {
    const place = layout.arrows[0]?.labels[0]?.transition ?? -1
    const traffic = { states: { 'risk.clear': 1_500, 'risk.flagged': 3 }, transitions: { [place]: 12 } }
    const drawn = drawChart(layout, { traffic })
    const shadeOf = (id: string) => {
      const [state] = elementsIn(drawn).filter(({ attributes }) => attributes['data-state'] === id)
      return state && [classesOf(state).find((name) => name.startsWith('heat')), textsIn(state).at(-1)]
    }
    expect(shadeOf('risk.clear')).toEqual(['heat-6', '1.5k'])
    expect(shadeOf('risk.flagged')).toEqual(['heat-2', '3'])
    expect(shadeOf('closing.none')).toEqual(['heat-0', '0'])
    const [label] = withClass(drawn, 'transition')
    expect(label && textsIn(label).at(-1)).toBe('12')
  })

  test('A count never takes more than four letters.', () => {
    const counts = [0, 7, 999, 1_000, 9_949, 9_950, 99_999, 999_499, 999_500, 1_000_000, 45_600_000, 999_600_000]
    expect(counts.map(shortCount)).toEqual([
      '0',
      '7',
      '999',
      '1.0k',
      '9.9k',
      '10k',
      '100k',
      '999k',
      '1.0M',
      '1.0M',
      '46M',
      '1.0G',
    ])
  })

  test('The transition that is pointed at is framed, with its arrow, and no other.', () => {
    const pointed = layout.arrows[3]?.labels[0]?.transition ?? -1
    const drawn = drawChart(layout, { pointed })
    const framed = withClass(drawn, 'pointed').map(({ attributes }) => attributes)
    expect(framed.map((one) => one['data-transition'] ?? one['data-source'])).toEqual([
      layout.arrows[3]?.source,
      pointed,
    ])
    expect(withClass(drawChart(layout), 'pointed')).toEqual([])
  })
})

describe('safety', () => {
  const hostile = `</text><script>alert("1")</script>&amp;'\u0000\ud800]]>`

  test('No text and no attribute becomes markup, whoever wrote it.', () => {
    const text = svgText(svg('text', { 'data-name': hostile }, [hostile]))
    expect(text).not.toContain('<script')
    expect(text.isWellFormed() && !text.includes('\u0000')).toBe(true)
    expect(text.match(/</g)?.length).toBe(2)
    expect(text).toContain('&lt;script&gt;')
    expect(text).toContain('&amp;amp;&#39;\ufffd\ufffd]]&gt;')
  })

  test('A hostile title, counter or caption is text.', () => {
    const counters = [{ name: hostile, value: 1, limit: 2 }]
    for (const marks of [{ title: hostile, counters }, { caption: hostile }]) {
      expect(svgText(drawChart(layout, marks))).not.toContain('<script')
    }
  })

  test('No element has a style, a link or a script of its own, and nothing is fetched.', () => {
    const marks = { current: ['risk.clear'], taken: [0], traffic: { states: {}, transitions: {} } }
    const drawn = elementsIn(drawChart(layout, marks))
    expect(new Set(drawn.map(({ tag }) => tag))).toEqual(
      new Set(['svg', 'g', 'title', 'rect', 'line', 'text', 'path', 'circle']),
    )
    expect(drawn.filter(({ attributes }) => 'style' in attributes || 'href' in attributes)).toEqual([])
    expect(chartStyle).not.toMatch(/url\(|@import|expression/)
    expect(standaloneSvg(drawChart(layout), chartStyle)).toContain('<style>')
  })
})

describe('colours', () => {
  const variables = (block: string): Map<string, string> =>
    new Map(
      [...block.matchAll(/--chart-([\w-]+):(#[0-9a-f]{6})/g)].map(([, name, colour]) => [
        name as string,
        colour as string,
      ]),
    )
  const luminance = (colour: string): number => {
    const [red = 0, green = 0, blue = 0] = [1, 3, 5]
      .map((at) => Number.parseInt(colour.slice(at, at + 2), 16) / 255)
      .map((part) => (part <= 0.03928 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4))
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue
  }
  const contrast = (a: string, b: string): number => {
    const [high = 0, low = 0] = [luminance(a), luminance(b)].sort((x, y) => y - x)
    return (high + 0.05) / (low + 0.05)
  }

  test('Text on every ground has a contrast of 4.5 at least, and every line and border 3, in light and dark.', () => {
    const themes = ['light', 'dark'].map((theme) => {
      const from = chartStyle.indexOf(`[data-theme=${theme}]`)
      return variables(chartStyle.slice(from, chartStyle.indexOf('}', from)))
    })
    for (const colours of themes) {
      const of = (name: string) => colours.get(name) as string
      const grounds = ['back', 'fill', 'now-fill', '0', '1', '2', '3', '4', '5', '6'].map(of)
      expect(Math.min(...grounds.map((ground) => contrast(of('ink'), ground)))).toBeGreaterThanOrEqual(4.5)
      expect(Math.min(...['back', 'now-fill'].map((name) => contrast(of('soft'), of(name))))).toBeGreaterThanOrEqual(
        4.5,
      )
      const drawn = ['line', 'frame', 'now'].map((name) => contrast(of(name), of('back')))
      expect(Math.min(...drawn)).toBeGreaterThanOrEqual(3)
    }
  })

  test('The shades of one theme go one way, from the ground to the darkest or the brightest.', () => {
    const from = chartStyle.indexOf('[data-theme=light]')
    const light = variables(chartStyle.slice(from, chartStyle.indexOf('}', from)))
    const steps = [0, 1, 2, 3, 4, 5, 6].map((step) => luminance(light.get(String(step)) as string))
    expect(steps).toEqual([...steps].sort((a, b) => b - a))
  })
})
