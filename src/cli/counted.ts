/** How many of what, in words. */

/** `1 event`, `2 events`, `1,000 events`. */
export const counted = (count: number, one: string, many = `${one}s`): string =>
  `${count.toLocaleString('en')} ${count === 1 ? one : many}`
