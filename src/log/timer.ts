/** The one way to wait: handed in from outside, so that a simulation's virtual time can drive all that waits. */

/** Runs `run` once, after so many milliseconds, unless the answer is called before. */
export type SetTimer = (run: () => void, delayMs: number) => () => void

/** The platform's own timer. */
export const setRealTimer: SetTimer = (run, delayMs) => {
  const timer = setTimeout(run, delayMs)
  return () => clearTimeout(timer)
}
