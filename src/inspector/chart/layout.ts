/**
 * Where everything of the chart stands: plain data that a drawing is made of. It is made once, when the library is built
 * (`lay-out.ts`), and read by the command line and the page; whoever reads it needs no layout engine.
 */

/** A point, in the picture's own pixels. */
export type Point = readonly [x: number, y: number]

/** A rectangle, in the picture's own pixels. */
export interface Box {
  readonly x: number
  readonly y: number
  readonly width: number
  readonly height: number
}

/** A state: where it stands, and what the chart says of it. */
export interface StateBox extends Box {
  readonly id: string
  /** The last part of its id. */
  readonly name: string
  /** `region`: one of the states that are active side by side; it has no box of its own, lines part it from the others. */
  readonly kind: 'root' | 'region' | 'compound' | 'atomic' | 'final'
  readonly description: string
}

/** One transition's part of a label: its event, and a few words of its guard under it. */
export interface LabelBox extends Box {
  /** Its place in `ChartLayout.transitions`. */
  readonly transition: number
  /** Where each line of text begins, on its base line. */
  readonly event: Line
  readonly guard: Line | null
  /** Where a count may be written, from here on to the box's right side; room for four letters. */
  readonly count: Point
}

/** A text on one line. */
export interface Line {
  readonly text: string
  readonly at: Point
  readonly width: number
}

/** All transitions from one state to another, on one line. */
export interface Arrow {
  readonly source: string
  readonly target: string
  /** From the source to the tip. */
  readonly points: readonly Point[]
  readonly labels: readonly LabelBox[]
}

/** A transition as the drawing tells it. */
export interface DrawnTransition {
  readonly source: string
  readonly target: string | null
  readonly event: string
  readonly guard: string | null
  readonly actions: readonly string[]
  /** The code with which the event is not accepted; `null` for a step. */
  readonly refuses: string | null
  /** Event, guard and actions, in words. */
  readonly sentence: string
}

/** What no region takes, in the order in which it is asked: what is not accepted, and what is accepted without effect. */
export interface Fallbacks {
  readonly refusals: readonly {
    readonly code: string
    readonly words: string
    readonly events: readonly { readonly event: string; readonly if: string; readonly transition: number }[]
  }[]
  readonly neutral: readonly { readonly event: string; readonly transition: number }[]
}

/** Where a compound state or a region begins: a dot, and the line from it to the state. */
export interface Initial {
  readonly state: string
  readonly at: Point
  readonly points: readonly Point[]
}

export interface ChartLayout {
  /** The machine that is drawn, as `machineId` names it. */
  readonly machine: string
  readonly width: number
  readonly height: number
  /** Outer states before those inside. */
  readonly states: readonly StateBox[]
  readonly initials: readonly Initial[]
  /** Dashed lines between regions. */
  readonly separators: readonly (readonly [Point, Point])[]
  readonly arrows: readonly Arrow[]
  /** Every transition of the chart, in the chart's own order. */
  readonly transitions: readonly DrawnTransition[]
  readonly fallbacks: Fallbacks
}

/** Sizes that the layout and the drawing share, in pixels. */
export const sizes = {
  nameFont: 13,
  labelFont: 12,
  /** The height of a line of a label. */
  labelLine: 13.5,
  /** The height of an innermost state: its name, and a count under it. */
  state: 36,
  initialRadius: 4,
  /** How far the dot is over the state in which another begins. */
  initialLine: 11,
  arrowHead: 7,
  /** The bar over the whole chart, which also holds the counters. */
  titleBar: 26,
} as const
