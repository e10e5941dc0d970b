/**
 * How often states were entered, for a whole database and for one thread alike: at the opening of a conversation, and by each
 * transition that leads there, from itself too. It knows no rule: the chart says where transitions lead.
 */
import type { Chart, ChartState } from '../proof/chart.js'

/** The states that are entered with this one: itself, and where it and what is in it begin. */
function enteredWith(state: ChartState): readonly string[] {
  const { id, states = [], initial, type } = state
  const inner = type === 'parallel' ? states : states.filter((child) => child.id === initial)
  return states.length === 0 ? [id] : inner.flatMap(enteredWith)
}

const statesIn = (state: ChartState): readonly ChartState[] => [state, ...(state.states ?? []).flatMap(statesIn)]

/**
 * How often each innermost state was entered, by id; 0 for those that were not.
 * @param taken how often each transition was taken, by its place in the chart.
 * @param openings how often the whole chart was entered.
 */
export function stateEntries(
  { root, transitions }: Chart,
  taken: Iterable<readonly [place: number, times: number]>,
  openings: number,
): { readonly [id: string]: number } {
  const all = statesIn(root)
  const counts = new Map(all.filter(({ states }) => !states).map(({ id }) => [id, 0]))
  const enter = (state: ChartState, times: number) => {
    for (const id of enteredWith(state)) counts.set(id, (counts.get(id) ?? 0) + times)
  }
  enter(root, openings)
  for (const [place, times] of taken) {
    const target = all.find(({ id }) => id === transitions[place]?.target)
    if (target) enter(target, times)
  }
  return Object.fromEntries(counts)
}
