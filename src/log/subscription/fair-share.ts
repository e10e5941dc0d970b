/**
 * Which partitions a member should take, and which ask for, so that in the end no member has two more than another. Pure.
 * Members need not agree on what they see: it is the compare-and-set of a lease that decides who holds what.
 */

/** A partition as a member last saw it. */
export interface Seen {
  readonly partition: number
  readonly holder: string | null
  readonly next: string | null
  /** Nobody holds it, or whoever did has given no sign of life for too long. */
  readonly isFree: boolean
}

export interface Plan {
  /** Free ones to take now. */
  readonly take: readonly number[]
  /** Ones of others to ask for. */
  readonly ask: readonly number[]
}

/** How many partitions each member has, or will have once all are handed over that were asked for. */
function countsOf(seen: readonly Seen[], me: string): Map<string, number> {
  const counts = new Map([[me, 0]])
  for (const { holder, next, isFree } of seen) {
    const member = isFree ? null : (next ?? holder)
    if (member !== null) counts.set(member, (counts.get(member) ?? 0) + 1)
    if (!isFree && holder !== null && !counts.has(holder)) counts.set(holder, 0)
  }
  return counts
}

/** Asks, one by one, for a partition of whoever has most, as long as that is more than fair. */
function asks(seen: readonly Seen[], counts: Map<string, number>, me: string): readonly number[] {
  const ask: number[] = []
  for (;;) {
    const [most, theirs] = [...counts].reduce((a, b) => (b[1] > a[1] ? b : a))
    const mine = counts.get(me) ?? 0
    if (theirs < mine + 2) return ask
    const wanted = seen.find(
      ({ partition, holder, next, isFree }) => !isFree && holder === most && next === null && !ask.includes(partition),
    )
    if (!wanted) return ask
    ask.push(wanted.partition)
    counts.set(most, theirs - 1).set(me, mine + 1)
  }
}

/**
 * What a member should do next.
 * @param seen all partitions of the group, those that `me` holds included.
 */
export function planFor(me: string, seen: readonly Seen[]): Plan {
  const counts = countsOf(seen, me)
  const mine = counts.get(me) ?? 0
  const share = Math.ceil(seen.length / counts.size)
  const free = seen.filter(({ isFree }) => isFree).map(({ partition }) => partition)
  const take = free.slice(0, Math.max(0, share - mine))
  // Whoever can take what is free need not ask.
  return { take, ask: free.length > 0 ? [] : asks(seen, counts, me) }
}
