/** The branch tree as lines to draw: each thread under the one it was cut from, in order of birth. */

export interface Branch {
  readonly threadId: string
  readonly from: { readonly threadId: string } | null
}

export interface Twig<T> {
  readonly thread: T
  /** What stands before the thread's own line. */
  readonly lead: string
  /** What stands before further lines about it. */
  readonly under: string
}

/** Forks of forks of forks without end would push the words off the screen: then the outermost branches are not drawn. */
const leadMax = 36
const narrowed = (lead: string): string => (lead.length <= leadMax ? lead : `⋯${lead.slice(1 - leadMax)}`)

function childrenByParent<T extends Branch>(threads: readonly T[]): ReadonlyMap<string | null, readonly T[]> {
  const children = new Map<string | null, T[]>()
  for (const thread of threads) {
    const parent = thread.from?.threadId ?? null
    const known = children.get(parent)
    if (known) known.push(thread)
    else children.set(parent, [thread])
  }
  return children
}

/** The threads from the first down its branches. No recursion: a log may nest forks deeper than the stack is. */
export function* treeOf<T extends Branch>(threads: readonly T[]): Generator<Twig<T>> {
  const children = childrenByParent(threads)
  const waiting: { thread: T; indent: string; isLast: boolean }[] = []
  const plant = (parent: string | null, indent: string) => {
    const all = children.get(parent) ?? []
    for (let place = all.length - 1; place >= 0; place--) {
      waiting.push({ thread: all[place] as T, indent, isLast: place === all.length - 1 })
    }
  }
  plant(null, '')
  for (let next = waiting.pop(); next; next = waiting.pop()) {
    const { thread, indent, isLast } = next
    const inside = narrowed(`${indent}${isLast ? '   ' : '│  '}`)
    const hasBranches = children.has(thread.threadId)
    yield { thread, lead: `${indent}${isLast ? '└─ ' : '├─ '}`, under: `${inside}${hasBranches ? '│  ' : '   '}` }
    plant(thread.threadId, inside)
  }
}
