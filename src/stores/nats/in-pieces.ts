/** Asks for many things at once, and never for more than the server and our memory should bear. */

const atOnceMax = 64

/** `ask` of each, so many at once; the answers in the order of the questions. Rejects as the first that rejects. */
export async function inPieces<Q, A>(questions: readonly Q[], ask: (question: Q) => Promise<A>): Promise<readonly A[]> {
  const answers: A[] = []
  let next = 0
  const worker = async () => {
    for (let at = next++; at < questions.length; at = next++) answers[at] = await ask(questions[at] as Q)
  }
  await Promise.all(Array.from({ length: Math.min(atOnceMax, questions.length) }, worker))
  return answers
}
