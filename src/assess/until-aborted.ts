/** Waiting no longer than a signal allows, even for those who heed no signal. Leaves no listener behind. */

/** What the promise comes to, or a rejection with the signal's reason as soon as it is aborted. */
export async function untilAborted<A>(signal: AbortSignal, promise: PromiseLike<A> | A): Promise<A> {
  let stop = () => {}
  const abortion = new Promise<never>((_, reject) => {
    const tell = () => reject(signal.reason)
    signal.addEventListener('abort', tell, { once: true })
    stop = () => signal.removeEventListener('abort', tell)
    if (signal.aborted) tell()
  })
  try {
    return await Promise.race([abortion, promise])
  } finally {
    stop()
  }
}
