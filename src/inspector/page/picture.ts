/** The view as one picture: the chart at the moment, and above it in words where the thread stands and what is in the way. */
import { computed, effect, signal } from '@preact/signals'
import layoutJson from '../../../dist/inspector/chart-layout.json' with { type: 'json' }
import { plainStateWords } from '../../lifecycle/state-words.js'
import { visible } from '../../log/visible-text.js'
import { drawChart } from '../chart/draw.js'
import type { ChartLayout } from '../chart/layout.js'
import { type SvgElement, svg } from '../chart/svg.js'
import { groundWords, vetoText } from '../letter-words.js'
import { lineWords } from '../log-filter.js'
import { lengthAt } from '../thread-line.js'
import { marksAt, trafficAt } from './chart-marks.js'
import { account, line, moment, shown, track, view } from './session.js'
import { theme } from './theme.js'

/** Where everything of the chart stands; made when the library was built. */
export const layout = layoutJson as unknown as ChartLayout

const restMs = 100
const rested = signal({ automaton: shown.peek().timeline.automaton, line: line.peek(), version: moment.peek() })
// While the slider moves, states and steps follow at once; what was met how often is counted and drawn when it rests.
effect(() => {
  const now = { automaton: shown.value.timeline.automaton, line: line.value, version: moment.value }
  const later = setTimeout(() => {
    rested.value = now
  }, restMs)
  return () => clearTimeout(later)
})

const traffic = computed(() => {
  const { automaton } = shown.value.timeline
  const { automaton: countedBy, line: of, version } = rested.value
  // State numbers are an automaton's own: those of the conversation looked at before say nothing here.
  return automaton && automaton === countedBy && of.versions.length > 0 ? trafficAt(automaton, of, version) : undefined
})

export const marks = computed(() => {
  const { automaton } = shown.value.timeline
  const met = traffic.value
  return automaton ? { ...marksAt(automaton, line.value, moment.value), ...(met && { traffic: met }) } : {}
})

const lineHeight = 18
const eventsShown = 6
const textMax = 150

function vetoLines(): readonly string[] {
  const now = account.peek()
  if (!now) return []
  return (['persistent-harm', 'user-request'] as const).map((ground) => {
    const texts = now.vetoes[ground].map(({ veto }) => vetoText(veto))
    return texts.length === 0
      ? `An end ${groundWords[ground]} would be accepted.`
      : `No end ${groundWords[ground]}: ${texts.join(' ')}`
  })
}

function eventLines(): readonly string[] {
  const of = line.peek()
  const count = lengthAt(of, moment.peek())
  const versions = [...of.versions.subarray(Math.max(0, count - eventsShown), count)]
  return versions.flatMap((version) => {
    const at = shown.peek().timeline.lines[version - 1]
    return at ? [`${version}  ${lineWords(at)}`] : []
  })
}

function captions(): readonly string[] {
  const now = account.peek()
  const where = `${visible(view.peek().conversation ?? '')}, thread ${visible(track.peek()?.threadId ?? '')}, version ${moment.peek()}`
  return [where, now ? plainStateWords(now.state) : '', ...vetoLines(), ...eventLines()].map((text) =>
    text.slice(0, textMax),
  )
}

/** The picture, as data; its texts are escaped when it is written. */
export function picture(): SvgElement {
  const drawn = drawChart(layout, marks.peek())
  const texts = captions()
  const top = (texts.length + 1) * lineHeight
  const width = Number(drawn.attributes.width)
  const height = Number(drawn.attributes.height) + top
  const words = texts.map((text, place) => svg('text', { x: 8, y: (place + 1) * lineHeight }, [text]))
  const outline = { xmlns: 'http://www.w3.org/2000/svg', width, height, viewBox: `0 0 ${width} ${height}` }
  const whole = svg('g', { class: 'chart' }, [
    svg('rect', { class: 'plate', width, height }),
    ...words,
    { ...drawn, attributes: { ...drawn.attributes, y: top } },
  ])
  return svg('svg', { ...outline, 'data-theme': theme.peek() }, [whole])
}
