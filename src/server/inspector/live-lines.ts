/** Lines of a conversation as they come: those that are there from a version on, then those that follow. */
import { isLeft } from 'fp-ts/lib/Either.js'
import { versionOf } from '../../inspector/log-line.js'
import { Alarm } from '../../log/alarm.js'
import type { SetTimer } from '../../log/timer.js'
import type { ServerSentEvent } from '../event-stream.js'
import { lineOf } from './log-line.js'
import type { ReadStore } from './read-store.js'

const eventsPerPage = 256

/** How often it looks where the store does not tell, in milliseconds: other processes' appends are seen so. */
export const pollMs = 250

const setTimer: SetTimer = (run, delayMs) => {
  const timer = setTimeout(run, delayMs)
  return () => clearTimeout(timer)
}

/** Until the signal. A store that fails is told as the last event. */
export async function* liveLines(
  store: ReadStore,
  { conversationId, fromVersion, signal }: { conversationId: string; fromVersion: number; signal: AbortSignal },
): AsyncGenerator<ServerSentEvent> {
  const alarm = new Alarm(setTimer)
  const stopListening = store.listen?.(alarm.ring)
  try {
    for (let next = fromVersion; !signal.aborted; ) {
      alarm.reset()
      const page = await store.read({ conversationId, fromVersion: next, limit: eventsPerPage })
      if (isLeft(page)) {
        yield { event: 'failed', data: { code: page.left.code, detail: 'the store refused' } }
        return
      }
      for (const stored of page.right) {
        const line = lineOf(stored)
        yield { event: 'line', id: versionOf(line), data: line }
        next = stored.version + 1
      }
      if (page.right.length === 0) await alarm.wait(pollMs, signal)
    }
  } finally {
    stopListening?.()
  }
}
