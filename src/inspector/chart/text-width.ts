/**
 * How wide a text is, in Helvetica, whose widths Arial and Liberation Sans share: a table, since a layout is made where
 * there is no browser. What is drawn is told its width, so that another font is fitted to it and overlaps nothing.
 * @see Adobe, "Font Metrics for PostScript Fonts" (AFM): Helvetica, Helvetica-Bold; thousandths of the font's size
 */

const regular: readonly (readonly [number, string])[] = [
  [191, "'"],
  [222, 'ijl'],
  [260, '|'],
  [278, ' !,./:;I[]ft\\·'],
  [333, '()-`r'],
  [350, '•'],
  [355, '"'],
  [389, '*'],
  [500, 'Jckszvxy'],
  [556, '#$0123456789?L_abdeghnopqu'],
  [584, '+<=>~'],
  [611, 'FTZ'],
  [667, '&ABEKPSVXY'],
  [722, 'CDHNRUw'],
  [778, 'GOQ'],
  [833, 'Mm'],
  [944, 'W'],
  [1015, '@'],
]

const widths = new Map(regular.flatMap(([width, letters]) => [...letters].map((letter) => [letter, width] as const)))
/** Wider than any letter of the chart, for what the table does not know. */
const unknownWidth = 900
/** Bold letters are wider by no more than this. */
const boldFactor = 1.09

/** A text on one line: which font size, and whether it is bold. */
export interface TextFont {
  readonly sizePx: number
  readonly bold?: boolean
}

/** The width of a text on one line, in pixels. */
export function textWidthPx(text: string, { sizePx, bold = false }: TextFont): number {
  const thousandths = [...text].reduce((sum, letter) => sum + (widths.get(letter) ?? unknownWidth), 0)
  return (thousandths / 1_000) * sizePx * (bold ? boldFactor : 1)
}
