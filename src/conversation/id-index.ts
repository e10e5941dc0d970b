/**
 * Entries by id, for the live runner and for bulk, at the same small price.
 *
 * Live, immer copies what a step touches; a map of 100,000 messages must not be that. So an index keeps the few entries
 * of late in `recent`, which immer copies, and the rest in `settled`, which it leaves alone: maps of growing size, each
 * at least twice the next, merged as they fill. In bulk all entries go to `recent` and are settled once, at the end.
 * Ids are anybody's strings, `__proto__` included, hence maps and never objects.
 * @see Bentley and Saxe, "Decomposable searching problems" (1980): the logarithmic method
 */
export interface IdIndex<T> {
  settled: Settled<T>
  readonly recent: Map<string, T>
}

/** How many entries the live runner lets `recent` hold. */
const recentMax = 64

/** What has settled: it never changes, and `with` answers anew. */
export interface Settled<T> {
  get(id: string): T | undefined
  /** These entries and the given, newer ones; takes the map over, which must not change any more. */
  with(newer: ReadonlyMap<string, T>): Settled<T>
  entries(): Map<string, T>
}

/** Levels, largest and oldest first; a newer entry hides an older one of its id. A class, hence opaque to immer. */
class Levels<T> implements Settled<T> {
  constructor(private readonly levels: readonly ReadonlyMap<string, T>[]) {}

  get(id: string): T | undefined {
    for (let i = this.levels.length - 1; i >= 0; i--) {
      const found = this.levels[i]?.get(id)
      if (found !== undefined) return found
    }
    return undefined
  }

  with(newer: ReadonlyMap<string, T>): Settled<T> {
    if (newer.size === 0) return this
    const older = [...this.levels]
    let merged = newer
    for (let last = older.at(-1); last && last.size < 2 * merged.size; last = older.at(-1)) {
      merged = new Map([...last, ...merged])
      older.pop()
    }
    return new Levels([...older, merged])
  }

  entries(): Map<string, T> {
    return new Map(this.levels.flatMap((level) => [...level]))
  }
}

export function emptyIndex<T>(): IdIndex<T> {
  return { settled: new Levels([]), recent: new Map() }
}

/** The entry of this id, to be read. */
export function lookUp<T>(index: IdIndex<T>, id: string): T | undefined {
  return index.recent.get(id) ?? index.settled.get(id)
}

/** Adds an entry, or puts it in the place of the one of its id. */
export function put<T>(index: IdIndex<T>, id: string, entry: T): void {
  index.recent.set(id, entry)
}

/** The entry of this id, to be changed by a recipe. The id must be known. */
export function edit<T extends object>(index: IdIndex<T>, id: string): T {
  const recent = index.recent.get(id)
  if (recent) return recent
  index.recent.set(id, { ...(index.settled.get(id) as T) })
  return index.recent.get(id) as T
}

/** Every entry by id; in no particular order. */
export function entriesOf<T>(index: IdIndex<T>): Map<string, T> {
  return new Map([...index.settled.entries(), ...index.recent])
}

/** An index of the same entries with none recent: bulk starts here, and ends here. */
export function settle<T>(index: IdIndex<T>): IdIndex<T> {
  return { settled: index.settled.with(index.recent), recent: new Map() }
}

/** Whether the live runner should settle. */
export const isCrowded = (index: IdIndex<unknown>): boolean => index.recent.size > recentMax
