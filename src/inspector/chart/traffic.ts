/**
 * Counts as shades: how often a state was entered or a transition taken, in six steps of one hue, each step a multiple of
 * the one before, since traffic is uneven. The number itself is written beside; the shade alone says nothing exact.
 */
import type { Traffic } from './marks.js'

const shades = 6

const units = [
  [1e9, 'G'],
  [1e6, 'M'],
  [1e3, 'k'],
] as const

/** A count in at most four letters: `999`, `1.2k`, `45k`, `120k`, `3.4M`. */
export function shortCount(count: number): string {
  // Rounded up it can reach the next unit: 999,999 is 1.0M and not 1000k.
  const unit = units.find(([size]) => count >= size * 0.9995)
  if (!unit || count < 1_000) return String(count)
  const [size, letter] = unit
  const value = count / size
  return `${value < 9.95 ? value.toFixed(1) : Math.round(value)}${letter}`
}

/** The traffic of a picture; without any, nothing is counted or shaded. */
export class Heat {
  private readonly highestState: number
  private readonly highestStep: number

  constructor(private readonly traffic?: Traffic) {
    this.highestState = Math.max(1, ...Object.values(traffic?.states ?? {}))
    this.highestStep = Math.max(1, ...Object.values(traffic?.transitions ?? {}))
  }

  /** How often it was entered; `undefined` where nothing was counted. */
  ofState(id: string): number | undefined {
    return this.traffic && (this.traffic.states[id] ?? 0)
  }

  /** How often it was taken; `undefined` where nothing was counted. */
  ofTransition(place: number): number | undefined {
    return this.traffic && (this.traffic.transitions[place] ?? 0)
  }

  /** The class that shades a state entered so often: `heat-0`, never, to `heat-6`, most of all. */
  shade(count: number | undefined): string | undefined {
    return count === undefined ? undefined : `heat-${step(count, this.highestState)}`
  }

  /** The class that gives a line of these transitions its width. */
  weight(places: readonly number[]): string | undefined {
    if (!this.traffic) return undefined
    const sum = places.reduce((total, place) => total + (this.ofTransition(place) ?? 0), 0)
    return `weight-${step(sum, this.highestStep)}`
  }
}

function step(count: number, highest: number): number {
  if (count === 0) return 0
  return Math.max(1, Math.min(shades, Math.ceil((Math.log1p(count) / Math.log1p(highest)) * shades)))
}
