/**
 * Where the chart is held, and how large: moved by a pointer or keys, enlarged by wheel, two fingers, keys or buttons. What
 * is under the pointer stays there; the chart can't be moved out of reach.
 */
import { signal } from '@preact/signals'
import { useEffect, useRef } from 'preact/hooks'

/** How far the chart's middle is from its pane's, in pixels, and how many times its fitted size it has. */
export interface Placing {
  readonly scale: number
  readonly x: number
  readonly y: number
}

interface Place {
  readonly x: number
  readonly y: number
}

const fit: Placing = { scale: 1, x: 0, y: 0 }
const middle: Place = { x: 0, y: 0 }
const scaleMin = 0.5
const scaleMax = 8
const zoomStep = 1.25
const panStep = 40

// There is one chart on the page.
const held = signal(fit)
/** Where the chart is held now. */
export const placing: { readonly value: Placing } = held

const within = (value: number, max: number): number => Math.max(-max, Math.min(max, value))

function hold({ scale, x, y }: Placing): void {
  held.value = { scale, x: within(x, (innerWidth * scale) / 2), y: within(y, (innerHeight * scale) / 2) }
}

function zoomed(at: Placing, factor: number, about: Place = middle): Placing {
  const scale = Math.max(scaleMin, Math.min(scaleMax, at.scale * factor))
  const grown = scale / at.scale
  return { scale, x: about.x - (about.x - at.x) * grown, y: about.y - (about.y - at.y) * grown }
}

const moved = (at: Placing, x: number, y: number): Placing => ({ ...at, x: at.x + x, y: at.y + y })

/** One finger has moved while another rests. */
function pinched(at: Placing, before: Place, now: Place, other: Place): Placing {
  const distance = (place: Place) => Math.max(1, Math.hypot(place.x - other.x, place.y - other.y))
  return zoomed(at, distance(now) / distance(before), other)
}

export const enlarge = (): void => hold(zoomed(held.peek(), zoomStep))
export const reduce = (): void => hold(zoomed(held.peek(), 1 / zoomStep))
export const fitAll = (): void => hold(fit)
const pan = (x: number, y: number) => () => hold(moved(held.peek(), x * panStep, y * panStep))

/** What each key does to the chart. */
export const placingKeys: { readonly [key: string]: () => void } = {
  '+': enlarge,
  '=': enlarge,
  '-': reduce,
  '0': fitAll,
  ArrowLeft: pan(1, 0),
  ArrowRight: pan(-1, 0),
  ArrowUp: pan(0, 1),
  ArrowDown: pan(0, -1),
}

/** Pointers that are down on a pane, and what their moves come to. */
class Gesture {
  private readonly down = new Map<number, Place>()

  constructor(private readonly pane: HTMLElement) {}

  private placeOf({ clientX, clientY }: MouseEvent): Place {
    const { x, y, width, height } = this.pane.getBoundingClientRect()
    return { x: clientX - x - width / 2, y: clientY - y - height / 2 }
  }

  readonly onWheel = (event: WheelEvent): void => {
    event.preventDefault()
    hold(zoomed(held.peek(), event.deltaY < 0 ? zoomStep : 1 / zoomStep, this.placeOf(event)))
  }

  readonly onDown = (event: PointerEvent): void => {
    // Where the pane scrolls by itself, a finger's moves are the browser's.
    if (event.pointerType === 'touch' && getComputedStyle(this.pane).touchAction !== 'none') return
    this.down.set(event.pointerId, this.placeOf(event))
  }

  readonly onMove = (event: PointerEvent): void => {
    const before = this.down.get(event.pointerId)
    if (!before) return
    const now = this.placeOf(event)
    const other = [...this.down].find(([id]) => id !== event.pointerId)?.[1]
    this.down.set(event.pointerId, now)
    hold(other ? pinched(held.peek(), before, now, other) : moved(held.peek(), now.x - before.x, now.y - before.y))
  }

  readonly onUp = ({ pointerId }: PointerEvent): void => {
    this.down.delete(pointerId)
  }
}

/** A pane in which the chart is held: give it to the element. */
export function usePlacing() {
  const box = useRef<HTMLDivElement>(null)
  useEffect(() => {
    const pane = box.current
    if (!pane) return
    const { onWheel, onDown, onMove, onUp } = new Gesture(pane)
    const left = new AbortController()
    const { signal } = left
    pane.addEventListener('wheel', onWheel, { passive: false, signal })
    pane.addEventListener('pointerdown', onDown, { signal })
    // Beyond the pane's borders too: a drag ends where the button is let go.
    window.addEventListener('pointermove', onMove, { signal })
    window.addEventListener('pointerup', onUp, { signal })
    window.addEventListener('pointercancel', onUp, { signal })
    return () => left.abort()
  }, [])
  return box
}
