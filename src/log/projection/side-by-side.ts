/** Many tasks, so many at a time: what a projection reads from a store behind a network would else wait for each answer. */

/** Runs the task for each item, at most `atOnceMax` at a time; answers in the items' order. */
export async function sideBySide<A, B>(
  items: readonly A[],
  atOnceMax: number,
  task: (item: A) => Promise<B>,
): Promise<readonly B[]> {
  const answers: B[] = []
  let next = 0
  const work = async () => {
    for (let at = next++; at < items.length; at = next++) answers[at] = await task(items[at] as A)
  }
  await Promise.all(Array.from({ length: Math.min(atOnceMax, items.length) }, work))
  return answers
}
