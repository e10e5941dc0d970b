/** Reading answers from outside, of which nothing is known. */

export type UnknownRecord = { readonly [key: string]: unknown }

/** An object, and no list. */
export const isRecord = (value: unknown): value is UnknownRecord =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

/** A number from 0 to 1. */
export const isShare = (value: unknown): value is number => typeof value === 'number' && value >= 0 && value <= 1
