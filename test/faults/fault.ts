/** The faults of the suite by name, run small, and their seeded bugs. It must hold nothing of its own against them. */
import { type Fault, faults, type HistoryTally, histories, type Tally } from '../../scripts/faults/list.mjs'

function named<T>(all: readonly Fault<T>[], name: string): Fault<T> {
  const found = all.find((fault) => fault.name === name)
  if (!found) throw new Error(`there is no fault ${name}`)
  return found
}

async function runSmall<T>(fault: Fault<T>, url?: string): Promise<T & { readonly isKept: boolean }> {
  const tally = await fault.run.small(url)
  return { ...tally, isKept: await fault.isKept(tally) }
}

/** What a fault leaves in a small run, and whether that is as it must be. */
export const fault = (name: string): Promise<Tally & { readonly isKept: boolean }> => runSmall(named(faults, name))

/** The same for random histories; `url` is the server's, where they need one. */
export const historiesOf = (name: string, url?: string): Promise<HistoryTally & { readonly isKept: boolean }> =>
  runSmall(named(histories, name), url)

/** Each bug that is seeded: what it is, and how often its checker counts what must not be. */
export function seedsOf(name: string): readonly { readonly bug: string; readonly seen: () => Promise<number> }[] {
  const { seeds } = named<Tally | HistoryTally>([...faults, ...histories], name)
  return seeds.map(({ bug, count, run }) => ({
    bug,
    seen: async () => Number(Object.entries(await run(bug)).find(([key]) => key === count)?.[1]),
  }))
}
