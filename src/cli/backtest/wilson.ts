/** How sure a share is that was counted on a sample. */

/** The standard normal's 97.5th percentile: 95 % lie within as many deviations. */
const z = 1.959963984540054

export interface Share {
  readonly count: number
  readonly of: number
  /** 0 to 1; `null` of nothing, as are the bounds. */
  readonly share: number | null
  readonly low: number | null
  readonly high: number | null
}

/**
 * A share and its 95 % Wilson score interval, which stays within 0 and 1 and is sound for rare events, where the usual
 * plus-or-minus is not.
 * @see Wilson, "Probable inference, the law of succession, and statistical inference", 1927; no continuity correction
 */
export function wilson(count: number, of: number): Share {
  if (of === 0) return { count, of, share: null, low: null, high: null }
  const share = count / of
  const middle = share + (z * z) / (2 * of)
  const spread = z * Math.sqrt((share * (1 - share)) / of + (z * z) / (4 * of * of))
  const over = 1 + (z * z) / of
  // At the ends the bound is exact, and the division leaves a rounding.
  const low = count === 0 ? 0 : (middle - spread) / over
  const high = count === of ? 1 : (middle + spread) / over
  return { count, of, share, low, high }
}
