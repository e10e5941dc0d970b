/** Lets everything else go first: promises, timers and input. It must never wait for a time. */

/** Resolves in the next turn of the event loop, after this turn's promises and input. */
export const nextTurn = (): Promise<void> =>
  new Promise((resolve) => {
    // A timer takes a millisecond at least; browsers have nothing better.
    if (typeof setImmediate === 'function') setImmediate(resolve)
    else setTimeout(resolve, 0)
  })
