/** Waiting for what others do: asked again and again, with a pause and an end. */

const pauseMs = 20
const patienceMs = 45_000

/** Asks until the answer is one, and answers the last; a server that is starting, or a leader to be elected, takes a while. */
export async function patiently<A>(ask: () => Promise<A>, isAnswer: (answer: A) => boolean): Promise<A> {
  const giveUpAt = performance.now() + patienceMs
  for (;;) {
    const answer = await ask()
    if (isAnswer(answer) || performance.now() > giveUpAt) return answer
    await new Promise((resolve) => setTimeout(resolve, pauseMs))
  }
}
