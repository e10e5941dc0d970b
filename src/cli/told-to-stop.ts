/** Waiting for the user to have had enough. */

/** Resolves at the first signal to stop; a second one stops at once. */
export const toldToStop = (): Promise<void> =>
  new Promise((resolve) => {
    for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => resolve())
  })
