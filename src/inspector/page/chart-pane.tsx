/** The statechart at the moment, drawn from the machine itself; moved and enlarged by pointer, wheel and keys. */
import { useComputed, useSignal } from '@preact/signals'
import { type ComponentChild, h } from 'preact'
import { useEffect, useRef } from 'preact/hooks'
import { drawChart } from '../chart/draw.js'
import type { SvgElement } from '../chart/svg.js'
import { layout, marks } from './picture.js'

const asNodes = ({ tag, attributes, children }: SvgElement): ComponentChild =>
  h(
    tag,
    attributes,
    children.map((child) => (typeof child === 'string' ? child : asNodes(child))),
  )

interface Placing {
  readonly scale: number
  readonly x: number
  readonly y: number
}

const fit: Placing = { scale: 1, x: 0, y: 0 }
const scaleMin = 0.5
const scaleMax = 8
const zoomStep = 1.25
const panStep = 40

const zoomed = (at: Placing, factor: number): Placing => {
  const scale = Math.max(scaleMin, Math.min(scaleMax, at.scale * factor))
  return { scale, x: (at.x * scale) / at.scale, y: (at.y * scale) / at.scale }
}

const drawnTransitions = layout.arrows.flatMap(({ labels }) => labels.map(({ transition }) => transition))

/** What a key does to the placing; `undefined` if it is none of the chart's. */
function placedBy(key: string, at: Placing): Placing | undefined {
  const placings: { readonly [key: string]: Placing } = {
    '+': zoomed(at, zoomStep),
    '=': zoomed(at, zoomStep),
    '-': zoomed(at, 1 / zoomStep),
    '0': fit,
    ArrowLeft: { ...at, x: at.x + panStep },
    ArrowRight: { ...at, x: at.x - panStep },
    ArrowUp: { ...at, y: at.y + panStep },
    ArrowDown: { ...at, y: at.y - panStep },
  }
  return placings[key]
}

const transitionUnder = ({ target }: Event): number | undefined => {
  const group = target instanceof Element ? target.closest('[data-transition]') : null
  return group ? Number(group.getAttribute('data-transition')) : undefined
}

function useGestures(placing: { value: Placing; peek: () => Placing }) {
  const box = useRef<HTMLDivElement>(null)
  useEffect(() => {
    const pane = box.current
    if (!pane) return
    const onWheel = (event: WheelEvent) => {
      event.preventDefault()
      placing.value = zoomed(placing.peek(), event.deltaY < 0 ? zoomStep : 1 / zoomStep)
    }
    const onMove = ({ buttons, movementX, movementY }: PointerEvent) => {
      if (buttons !== 1) return
      const { scale, x, y } = placing.peek()
      placing.value = { scale, x: x + movementX, y: y + movementY }
    }
    pane.addEventListener('wheel', onWheel, { passive: false })
    pane.addEventListener('pointermove', onMove)
    return () => {
      pane.removeEventListener('wheel', onWheel)
      pane.removeEventListener('pointermove', onMove)
    }
  }, [placing])
  return box
}

interface ToldProps {
  readonly pointed: number | undefined
  readonly onPlace: (to: (at: Placing) => Placing) => void
}

/** The transition that is pointed at, else the one just taken, in a sentence; and the buttons for those without a wheel. */
function Told({ pointed, onPlace }: ToldProps) {
  const told = pointed ?? marks.value.taken?.[0]
  const lead = pointed === undefined ? 'just taken: ' : ''
  const sentence = told === undefined ? undefined : layout.transitions[told]?.sentence
  return (
    <p class="chart-told">
      <span role="status">
        {sentence === undefined ? 'Point at a transition, or press n, to read it.' : `${lead}${sentence}`}
      </span>
      <span class="zoom">
        <button type="button" aria-label="Larger" onClick={() => onPlace((at) => zoomed(at, zoomStep))}>
          +
        </button>
        <button type="button" aria-label="Smaller" onClick={() => onPlace((at) => zoomed(at, 1 / zoomStep))}>
          −
        </button>
        <button type="button" onClick={() => onPlace(() => fit)}>
          fit
        </button>
      </span>
    </p>
  )
}

export function ChartPane() {
  const placing = useSignal(fit)
  const pointed = useSignal<number | undefined>(undefined)
  const box = useGestures(placing)
  const drawn = useComputed(() => asNodes(drawChart(layout, marks.value)))
  const { scale, x, y } = placing.value
  const step = (by: number) => {
    const at = drawnTransitions.indexOf(pointed.peek() ?? -1)
    pointed.value = drawnTransitions[(at + by + drawnTransitions.length) % drawnTransitions.length]
  }
  const onKeyDown = (event: KeyboardEvent) => {
    const placed = placedBy(event.key, placing.peek())
    if (placed) placing.value = placed
    else if (event.key === 'n') step(1)
    else if (event.key === 'p') step(-1)
    else return
    event.preventDefault()
  }
  const onPoint = (event: Event) => {
    const at = transitionUnder(event)
    if (at !== pointed.peek()) pointed.value = at
  }
  return (
    <>
      <div
        ref={box}
        class="chart-box"
        role="application"
        tabIndex={0}
        aria-label={`Statechart, in ${(marks.value.current ?? []).join(', ')}. Keys: plus and minus zoom, 0 fits, arrows move, n and p go through the transitions.`}
        onKeyDown={onKeyDown}
        onMouseOver={onPoint}
        onFocus={onPoint}
      >
        <div class="chart-held" style={{ transform: `translate(${x}px, ${y}px) scale(${scale})` }}>
          {drawn.value}
        </div>
      </div>
      <Told
        pointed={pointed.value}
        onPlace={(to) => {
          placing.value = to(placing.peek())
        }}
      />
    </>
  )
}
