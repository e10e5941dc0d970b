/** The statechart at the moment, drawn from the machine itself; moved and enlarged by pointer, wheel and keys. */
import { signal, useComputed } from '@preact/signals'
import { type ComponentChild, h } from 'preact'
import { useEffect } from 'preact/hooks'
import { drawChart } from '../chart/draw.js'
import type { SvgElement } from '../chart/svg.js'
import { enlarge, fitAll, placing, placingKeys, reduce, usePlacing } from './chart-placing.js'
import { layout, marks } from './picture.js'

const asNodes = ({ tag, attributes, children }: SvgElement): ComponentChild =>
  h(
    tag,
    attributes,
    children.map((child) => (typeof child === 'string' ? child : asNodes(child))),
  )

const drawnTransitions = layout.arrows.flatMap(({ labels }) => labels.map(({ transition }) => transition))

const transitionUnder = ({ target }: Event): number | undefined => {
  const group = target instanceof Element ? target.closest('[data-transition]') : null
  return group ? Number(group.getAttribute('data-transition')) : undefined
}

const pointed = signal<number | undefined>(undefined)

/** The transition that is pointed at, else the one just taken, in a sentence; and the buttons for those without a wheel. */
export function ChartTools() {
  const told = pointed.value ?? marks.value.taken?.[0]
  const lead = pointed.value === undefined ? 'just taken: ' : ''
  const sentence = told === undefined ? undefined : layout.transitions[told]?.sentence
  const words = sentence === undefined ? 'Point at a transition, or press n, to read it.' : `${lead}${sentence}`
  return (
    <div class="chart-told">
      <span aria-live={pointed.value === undefined ? 'off' : 'polite'} title={words}>
        {words}
      </span>
      <span class="zoom">
        <button type="button" aria-label="Larger" onClick={enlarge}>
          +
        </button>
        <button type="button" aria-label="Smaller" onClick={reduce}>
          −
        </button>
        <button type="button" onClick={fitAll}>
          fit
        </button>
      </span>
    </div>
  )
}

/** To the next of the transitions that are drawn, or the one before. */
function step(by: number): void {
  const at = drawnTransitions.indexOf(pointed.peek() ?? -1)
  pointed.value = drawnTransitions[(at + by + drawnTransitions.length) % drawnTransitions.length]
}

function onKeyDown(event: KeyboardEvent): void {
  // With these it is the browser's, to enlarge the page for one.
  if (event.ctrlKey || event.metaKey || event.altKey) return
  const placed = placingKeys[event.key]
  if (placed) placed()
  else if (event.key === 'n') step(1)
  else if (event.key === 'p') step(-1)
  else return
  event.preventDefault()
}

function onPoint(event: Event): void {
  const at = transitionUnder(event)
  if (at !== pointed.peek()) pointed.value = at
}

const isNarrow = matchMedia('(max-width: 1100px)')

/** Where the chart is wider than the page it is scrolled, and follows the lifecycle. */
function useFollowing(box: { readonly current: HTMLElement | null }): void {
  const at = (marks.value.current ?? []).find((id) => id.startsWith('lifecycle.'))
  useEffect(() => {
    const pane = box.current
    if (!pane || at === undefined || !isNarrow.matches) return
    const state = layout.states.find(({ id }) => id === at)
    if (!state) return
    const scale = pane.scrollWidth / layout.width
    pane.scrollLeft = (state.x + state.width / 2) * scale - pane.clientWidth / 2
  }, [at, box])
}

export function ChartPane() {
  const box = usePlacing()
  useFollowing(box)
  const drawn = useComputed(() => {
    const at = pointed.value
    return asNodes(drawChart(layout, { ...marks.value, ...(at !== undefined && { pointed: at }) }))
  })
  const { scale, x, y } = placing.value
  return (
    <div
      ref={box}
      class="chart-box"
      role="application"
      tabIndex={0}
      aria-label={`Statechart, in ${(marks.value.current ?? []).join(', ')}. Keys: plus and minus zoom, 0 fits, arrows move, n and p go through the transitions.`}
      onKeyDown={onKeyDown}
      onPointerOver={onPoint}
      onPointerLeave={() => {
        pointed.value = undefined
      }}
    >
      <div class="chart-held" style={{ transform: `translate(${x}px, ${y}px) scale(${scale})` }}>
        {drawn.value}
      </div>
    </div>
  )
}
