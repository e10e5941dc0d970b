/** The layout holds all of the chart, nothing lies on anything else, and it is legible where a page has room for it. */
import { readFileSync } from 'node:fs'
import { beforeAll, describe, expect, test } from 'vitest'
import type { Box, ChartLayout, Point, StateBox } from '../../src/inspector/chart/layout.js'
import { sizes } from '../../src/inspector/chart/layout.js'
import { type Chart, type ChartState, chart } from '../../src/proof/chart.js'
import { labelsOf, laidOut, overlap, pairsOf } from './laid-out.js'

let layout: ChartLayout

beforeAll(async () => {
  layout = await laidOut()
})

const idsIn = ({ id, states = [] }: ChartState): readonly string[] => [id, ...states.flatMap(idsIn)]
const isInner = ({ kind }: StateBox): boolean => kind === 'atomic' || kind === 'final'
const holds = (outer: Box, inner: Box): boolean =>
  inner.x >= outer.x - 0.2 &&
  inner.y >= outer.y - 0.2 &&
  inner.x + inner.width <= outer.x + outer.width + 0.2 &&
  inner.y + inner.height <= outer.y + outer.height + 0.2
const boxNamed = (name: string): StateBox => layout.states.find(({ id }) => id === name) as StateBox
const titleOf = ({ x, y, width }: StateBox): Box => ({ x, y, width, height: 20 })
const onBorder = ([x, y]: Point, { x: left, y: top, width, height }: Box): boolean => {
  const near = (a: number, b: number) => Math.abs(a - b) < 0.3
  const within = x >= left - 0.3 && x <= left + width + 0.3 && y >= top - 0.3 && y <= top + height + 0.3
  return within && (near(x, left) || near(x, left + width) || near(y, top) || near(y, top + height))
}

describe('all of the chart', () => {
  test('Every state has a box, inside of the one that it belongs to.', () => {
    expect(layout.states.map(({ id }) => id).sort()).toEqual([...idsIn(chart().root)].sort())
    const astray = layout.states.filter(({ id }) => {
      const parent = id.includes('.') ? id.slice(0, id.lastIndexOf('.')) : 'thread'
      return !holds(boxNamed(parent), boxNamed(id))
    })
    expect(astray).toEqual([])
  })

  test('Every step has a label, once; what is refused or taken without effect is in the lists.', () => {
    const steps = chart().transitions.flatMap(({ refuses, source }, place) =>
      refuses === null && source !== 'thread' ? [place] : [],
    )
    const labelled = labelsOf(layout).map(({ transition }) => transition)
    expect([...labelled].sort((a, b) => a - b)).toEqual(steps)
    const { refusals, neutral } = layout.fallbacks
    const listed = [...refusals.flatMap(({ events }) => events), ...neutral].map(({ transition }) => transition)
    expect([...labelled, ...listed].sort((a, b) => a - b)).toEqual([...chart().transitions.keys()])
  })

  test('Every arrow begins at the border of its source and ends at the border of its target.', () => {
    const loose = layout.arrows.filter(({ source, target, points }) => {
      const [first, last] = [points[0], points.at(-1)]
      return !first || !last || !onBorder(first, boxNamed(source)) || !onBorder(last, boxNamed(target))
    })
    expect(loose.map(({ source, target }) => `${source} to ${target}`)).toEqual([])
  })

  test('Wherever states hold others, a dot shows where they begin.', () => {
    const begins = (state: ChartState): readonly string[] => [
      ...(state.initial === undefined ? [] : [state.initial]),
      ...(state.states ?? []).flatMap(begins),
    ]
    expect(layout.initials.map(({ state }) => state).sort()).toEqual([...begins(chart().root)].sort())
  })

  test('It lays out what it is given: a chart with a transition less has a label less.', async () => {
    const drawn = chart()
    const dropped = drawn.transitions.findIndex(({ source }) => source === 'closing.confirmed')
    const fewer: Chart = { ...drawn, transitions: drawn.transitions.filter((_, place) => place !== dropped) }
    expect(labelsOf(await laidOut(fewer)).length).toBe(labelsOf(layout).length - 1)
  })
})

describe('nothing on anything else', () => {
  test('No label lies on another.', () => {
    const pairs = pairsOf(labelsOf(layout))
    expect(pairs.filter(([a, b]) => overlap(a, b))).toEqual([])
    expect(pairs.length).toBeGreaterThan(500)
  })

  test('No label lies on a state, on the title of one, or on a border.', () => {
    const labels = labelsOf(layout)
    const onStates = layout.states.filter(isInner).flatMap((state) => labels.filter((label) => overlap(label, state)))
    const outer = layout.states.filter((state) => !isInner(state))
    const onTitles = outer
      .filter(({ kind }) => kind !== 'region')
      .flatMap((state) => labels.filter((label) => overlap(label, titleOf(state))))
    const onBorders = outer.flatMap((state) => labels.filter((label) => overlap(label, state) && !holds(state, label)))
    expect([...onStates, ...onTitles, ...onBorders]).toEqual([])
  })

  test('No state lies on another, and no label runs out of the picture.', () => {
    expect(pairsOf(layout.states.filter(isInner)).filter(([a, b]) => overlap(a, b))).toEqual([])
    const picture = boxNamed('thread')
    expect(labelsOf(layout).filter((label) => !holds(picture, label))).toEqual([])
  })

  test('No dot, and no line from one, lies on a label or on a state.', () => {
    const dots = layout.initials.map(({ at: [x, y] }) => {
      const radius = sizes.initialRadius
      return { x: x - radius, y: y - radius, width: 2 * radius, height: radius + sizes.initialLine }
    })
    const boxes = [...labelsOf(layout), ...layout.states.filter(isInner)]
    expect(dots.flatMap((dot) => boxes.filter((box) => overlap(dot, box)))).toEqual([])
  })

  test('No line runs through a label that is not its own.', () => {
    const segments = layout.arrows.flatMap((arrow) =>
      arrow.points.slice(1).map((to, place) => ({ arrow, from: arrow.points[place] as Point, to })),
    )
    const crossed = segments.flatMap(({ arrow, from, to }) => {
      const line = {
        x: Math.min(from[0], to[0]) - 0.15,
        y: Math.min(from[1], to[1]) - 0.15,
        width: Math.abs(from[0] - to[0]) + 0.3,
        height: Math.abs(from[1] - to[1]) + 0.3,
      }
      return labelsOf(layout)
        .filter((label) => !arrow.labels.includes(label) && overlap(line, label))
        .map((label) => `${arrow.source} to ${arrow.target} crosses ${label.event.text}`)
    })
    expect(crossed).toEqual([])
  })

  test('Every text of a label has room in it, a count of four letters too.', () => {
    const tight = labelsOf(layout).filter(({ x, y, width, height, event, guard, count }) => {
      const left = Math.min(event.at[0], guard?.at[0] ?? x)
      const right = Math.max(event.at[0] + event.width, (guard?.at[0] ?? 0) + (guard?.width ?? 0), count[0] + 22)
      const [first, last] = [event.at[1], guard?.at[1] ?? event.at[1]]
      return left < x - 0.1 || right > x + width + 0.5 || first < y + 8 || last > y + height || count[1] !== first
    })
    expect(tight).toEqual([])
  })
})

describe('legible', () => {
  test('Fitted into 1240 by 480 pixels, no letter is smaller than 11.', () => {
    const scale = Math.min(1240 / (layout.width + 4), 480 / (layout.height + 4))
    expect(scale * Math.min(sizes.labelFont, sizes.nameFont)).toBeGreaterThanOrEqual(11)
  })

  test('The road to an end reads from left to right.', () => {
    const road = ['engaging', 'redirecting.due', 'redirecting.tried', 'warning.due', 'warning.given', 'warning.ignored']
    const places = [...road, 'ended'].map((name) => boxNamed(`lifecycle.${name}`).x)
    expect(places).toEqual([...places].sort((a, b) => a - b))
  })

  test('The regions are parted by lines, and fill the picture.', () => {
    const regions = layout.states.filter(({ kind }) => kind === 'region')
    expect(regions.length).toBe(4)
    expect(pairsOf(regions).filter(([a, b]) => overlap(a, b))).toEqual([])
    expect(layout.separators.length).toBeGreaterThanOrEqual(regions.length - 1)
  })
})

test('It is the same to the letter each time, and the build wrote this one.', async () => {
  const built = readFileSync(new URL('../../dist/inspector/chart-layout.json', import.meta.url), 'utf8')
  expect(built).toBe(`${JSON.stringify(await laidOut())}\n`)
  expect(JSON.stringify(layout)).toBe(built.trimEnd())
})
