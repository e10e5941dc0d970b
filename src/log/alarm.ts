/** Wakes one reader who has read all there is. What rings while it reads is not lost: it then does not sleep at all. */
import type { SetTimer } from './timer.js'

export class Alarm {
  private isRung = false
  private wake: () => void = () => {}

  constructor(private readonly setTimer: SetTimer) {}

  readonly ring = (): void => {
    this.isRung = true
    this.wake()
  }

  /** Forgets what rang so far; for just before reading. */
  reset(): void {
    this.isRung = false
  }

  /** Resolves when it rings, or has rung since it was reset; after `atMostMs`; or when the signal is aborted. */
  async wait(atMostMs: number, signal?: AbortSignal): Promise<void> {
    if (this.isRung || signal?.aborted) return
    await new Promise<void>((resolve) => {
      const stop = this.setTimer(() => done(), atMostMs)
      const done = () => {
        stop()
        signal?.removeEventListener('abort', done)
        this.wake = () => {}
        resolve()
      }
      this.wake = done
      signal?.addEventListener('abort', done)
    })
  }
}
