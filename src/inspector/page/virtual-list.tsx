/**
 * A list of any length of which only what is seen is drawn. It is a listbox or a tree to those who hear the page: one stop
 * of the Tab key, arrows within, the current one named by `aria-activedescendant`.
 */
import { useSignal } from '@preact/signals'
import type { ComponentChildren } from 'preact'
import { useEffect, useLayoutEffect, useMemo, useRef } from 'preact/hooks'
import { countUpTo } from '../int-column.js'

/** Where each row begins, in pixels: rows of one height, or of their own. */
export type Heights = number | { readonly starts: ArrayLike<number> & Iterable<number> }

export interface VirtualListProps {
  readonly id: string
  readonly label: string
  readonly role: 'listbox' | 'tree'
  readonly count: number
  readonly heights: Heights
  /** The row that is current, -1 for none; it is scrolled to when it changes. */
  readonly current: number
  readonly onGo: (place: number) => void
  readonly row: (place: number) => ComponentChildren
  readonly rowClass?: (place: number) => string
  readonly level?: (place: number) => number
}

/** Rows drawn beyond what is seen: while somebody scrolls, those that come next; else as few as may be, for each costs. */
const overscan = { byHand: 8, byProgram: 2 }

const startOf = (heights: Heights, place: number): number =>
  typeof heights === 'number' ? place * heights : (heights.starts[place] ?? 0)
const placeAt = (heights: Heights, y: number): number =>
  typeof heights === 'number' ? Math.floor(y / heights) : Math.max(0, countUpTo(heights.starts, y) - 1)

/** The row to go to by a key; `undefined` if the key is none of the list's. */
function byKey(key: string, current: number, count: number, rowsSeen: number): number | undefined {
  const steps: { readonly [key: string]: number } = {
    ArrowDown: current + 1,
    ArrowUp: current < 0 ? count - 1 : current - 1,
    PageDown: current + rowsSeen,
    PageUp: current - rowsSeen,
    Home: 0,
    End: count - 1,
  }
  const to = steps[key]
  return to === undefined ? undefined : Math.max(0, Math.min(count - 1, to))
}

/** The part of the list that is seen, in pixels. */
interface Seen {
  readonly top: number
  readonly height: number
  /** Scrolled to by a person, and not by this list. */
  readonly isByHand: boolean
}

/**
 * The part of the list that is seen, kept as the list is scrolled or resized. Whoever draws may move it, and draws what is
 * seen then: it is no signal, which would have the list drawn twice.
 */
function useSeen() {
  const box = useRef<HTMLDivElement>(null)
  const seen = useRef<Seen>({ top: 0, height: 400, isByHand: false })
  const drawn = useSignal(0)
  useEffect(() => {
    const list = box.current
    if (!list) return
    const see = (change: Partial<Seen>) => {
      seen.current = { ...seen.current, ...change }
      drawn.value += 1
    }
    const onScroll = () => {
      const top = list.scrollTop
      if (Math.abs(seen.current.top - top) >= 1) see({ top, isByHand: true })
    }
    list.addEventListener('scroll', onScroll, { passive: true })
    const resized = new ResizeObserver(([entry]) => see({ height: entry?.contentRect.height ?? list.clientHeight }))
    resized.observe(list)
    return () => {
      list.removeEventListener('scroll', onScroll)
      resized.disconnect()
    }
  }, [drawn])
  void drawn.value
  return { box, seen }
}

const toScroll = new Map<HTMLElement, number>()

// To scroll lays the page out: once for all lists, when all have been drawn.
function scrollLater(list: HTMLElement, top: number): void {
  if (toScroll.size === 0) {
    queueMicrotask(() => {
      for (const [scrolled, to] of toScroll) scrolled.scrollTop = to
      toScroll.clear()
    })
  }
  toScroll.set(list, top)
}

/** Where to scroll for a row to be seen; no reading of the page, which would have it laid out anew. */
function scrolledTo({ heights, current, count }: VirtualListProps, seen: Seen): number {
  const [from, to] = [startOf(heights, current), startOf(heights, current + 1)]
  const top = from < seen.top ? from : Math.max(seen.top, to - seen.height)
  return Math.max(0, Math.min(top, startOf(heights, count) - seen.height))
}

/** Where the current row is another, or its place is, it is brought into what is seen; elsewhere nobody is moved. */
function useCurrentSeen(props: VirtualListProps, seen: { current: Seen }): void {
  const { current, count, heights } = props
  const { height } = seen.current
  useMemo(() => {
    if (current < 0) return
    const top = scrolledTo(props, seen.current)
    if (top !== seen.current.top) seen.current = { ...seen.current, top, isByHand: false }
  }, [current, count, heights, height])
}

export function VirtualList(props: VirtualListProps) {
  const { id, label, role, count, heights, current, onGo } = props
  const { box, seen } = useSeen()
  useCurrentSeen(props, seen)
  const { top, height, isByHand } = seen.current
  const overscanRows = isByHand ? overscan.byHand : overscan.byProgram
  const [from, to] = [placeAt(heights, top), placeAt(heights, top + height)]
  const first = Math.max(0, from - overscanRows)
  const last = Math.min(count - 1, to + overscanRows)
  useLayoutEffect(() => {
    // Whoever scrolls by hand may be further on already.
    if (box.current && !isByHand) scrollLater(box.current, top)
  }, [top, isByHand])
  const onKeyDown = (event: KeyboardEvent) => {
    const place = byKey(event.key, current, count, Math.max(1, to - from))
    if (place === undefined || count === 0) return
    event.preventDefault()
    onGo(place)
  }
  const places = Array.from({ length: Math.max(0, last - first + 1) }, (_, place) => first + place)
  const isDrawn = current >= first && current <= last
  return (
    <div
      ref={box}
      class="virtual"
      role={role}
      aria-label={label}
      tabIndex={0}
      onKeyDown={onKeyDown}
      {...(isDrawn && { 'aria-activedescendant': `${id}-${current}` })}
    >
      <div class="virtual-all" role="presentation" style={{ height: `${startOf(heights, count)}px` }}>
        {places.map((place) => (
          // Rows are used again as the list moves: words change faster than elements are made.
          <Row key={place % places.length} place={place} props={props} />
        ))}
      </div>
    </div>
  )
}

function Row({ place, props }: { readonly place: number; readonly props: VirtualListProps }) {
  const { id, role, count, heights, current, onGo, row, rowClass, level } = props
  const start = startOf(heights, place)
  return (
    <div
      id={`${id}-${place}`}
      class={`virtual-row ${rowClass?.(place) ?? ''}`}
      role={role === 'tree' ? 'treeitem' : 'option'}
      aria-selected={place === current}
      aria-setsize={count}
      aria-posinset={place + 1}
      {...(level && { 'aria-level': level(place) })}
      style={{ transform: `translateY(${start}px)`, height: `${startOf(heights, place + 1) - start}px` }}
      onClick={() => onGo(place)}
    >
      {row(place)}
    </div>
  )
}
