/** The scrubber: a slider over versions, with what matters marked above it. The other panes show its moment. */
import { useEffect, useRef } from 'preact/hooks'
import { eventTypes, type Timeline } from '../timeline.js'
import { timeWords } from './clock.js'
import { follow, go, goTo, isFollowing, moment, original, progress, scratch, shown } from './session.js'
import { theme } from './theme.js'

/** Where each kind of mark is drawn, as parts of the strip's height, and in which of the page's colours. */
const marks: { readonly [type: string]: readonly [from: number, to: number, colour: string] } = {
  'thread.ended': [0, 1, '--ended'],
  fault: [0.75, 1, '--danger'],
  'risk.flagged': [0, 0.5, '--risk'],
  'risk.cleared': [0.25, 0.5, '--risk'],
  'end.declined': [0.5, 1, '--warning'],
  'thread.forked': [0.6, 1, '--forked'],
}

/** For each kind of mark, the columns of the strip in which it is drawn: as many as the strip is wide, however long the log. */
function columnsOf(timeline: Timeline, width: number): ReadonlyMap<string, Set<number>> {
  const columns = new Map<string, Set<number>>()
  for (let version = 1; version <= timeline.version; version++) {
    const number = timeline.typeAt(version)
    const type = number < 0 ? 'fault' : (eventTypes[number] as string)
    if (!(type in marks)) continue
    const column = Math.round(((version - 1) / Math.max(1, timeline.version - 1)) * (width - 2))
    const known = columns.get(type)
    if (known) known.add(column)
    else columns.set(type, new Set([column]))
  }
  return columns
}

function draw(canvas: HTMLCanvasElement, timeline: Timeline): void {
  const { clientWidth: width, clientHeight: height } = canvas
  const ratio = devicePixelRatio
  Object.assign(canvas, { width: width * ratio, height: height * ratio })
  const pen = canvas.getContext('2d')
  if (!pen) return
  pen.scale(ratio, ratio)
  const colours = getComputedStyle(document.documentElement)
  for (const [type, columns] of columnsOf(timeline, width)) {
    const [from, to, colour] = marks[type] as [number, number, string]
    pen.fillStyle = colours.getPropertyValue(colour)
    for (const column of columns) pen.fillRect(column, from * height, 2, (to - from) * height)
  }
}

function Marks() {
  const canvas = useRef<HTMLCanvasElement>(null)
  const now = shown.value
  const colours = theme.value
  useEffect(() => {
    const strip = canvas.current
    if (!strip) return
    const redraw = () => draw(strip, now.timeline)
    redraw()
    const resized = new ResizeObserver(redraw)
    resized.observe(strip)
    return () => resized.disconnect()
  }, [now, colours])
  return <canvas ref={canvas} class="marks" aria-hidden="true" />
}

function momentWords(): string {
  const { timeline } = shown.value
  const line = timeline.eventAt(moment.value)
  const what = line ? `${line.type}, ${timeWords(line.recordedAt)}` : 'malformed'
  return `version ${moment.value} of ${timeline.version}: ${what}`
}

const liveWords = {
  loading: 'Loading',
  live: 'Live',
  reconnecting: 'Reconnecting',
  'too-long': 'Too long',
  refused: 'Not live',
}

function Live() {
  return (
    <button
      type="button"
      class="live"
      aria-pressed={isFollowing.value}
      title="Follow new events (key l)"
      onClick={() => (isFollowing.value ? goTo(moment.value) : follow())}
    >
      <span aria-hidden="true">{isFollowing.value ? '◉' : '○'}</span> {liveWords[progress.value]}
    </button>
  )
}

export function Scrubber() {
  const { version: last } = original.value.timeline
  if (last === 0) return <span class="scrubber" />
  const at = scratch.value ? scratch.value.from : moment.value
  return (
    <section class="scrubber" aria-label="Moment" tabIndex={-1}>
      <button type="button" aria-label="One event back" title="One event back (key ,)" onClick={() => goTo(at - 1)}>
        ‹
      </button>
      <div class="track">
        <Marks />
        <input
          type="range"
          min={1}
          max={Math.max(1, last)}
          value={at}
          aria-label="Version"
          aria-valuetext={momentWords()}
          onInput={({ currentTarget }) => goTo(Number(currentTarget.value))}
        />
      </div>
      <button type="button" aria-label="One event on" title="One event on (key .)" onClick={() => goTo(at + 1)}>
        ›
      </button>
      <span class="moment">{momentWords()}</span>
      <Live />
      {scratch.value && (
        <button type="button" class="leave" onClick={() => go({ whatIf: undefined })}>
          leave what-if
        </button>
      )}
    </section>
  )
}
