/** Some of many, evenly. */

/** `count` of these, spread evenly; all of them if there are no more. */
export function spread(all, count) {
  if (all.length <= count) return all
  return Array.from({ length: count }, (_, index) => all[Math.floor(((index + 0.5) * all.length) / count)])
}
