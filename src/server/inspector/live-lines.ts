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

export interface LiveLinesOptions {
  readonly conversationId: string
  readonly fromVersion: number
  readonly signal: AbortSignal
  /** Hears why a store failed. */
  readonly onError: (error: unknown) => void
}

const failed = (code: string): ServerSentEvent => ({ event: 'failed', data: { code, detail: 'the store refused' } })

async function* linesUntilFailure(
  store: ReadStore,
  alarm: Alarm,
  { conversationId, fromVersion, signal, onError }: LiveLinesOptions,
): AsyncGenerator<ServerSentEvent> {
  for (let next = fromVersion; !signal.aborted; ) {
    alarm.reset()
    const page = await store.read({ conversationId, fromVersion: next, limit: eventsPerPage })
    if (isLeft(page)) {
      onError(page.left)
      yield failed(page.left.code)
      return
    }
    for (const stored of page.right) {
      const line = lineOf(stored)
      yield { event: 'line', id: versionOf(line), data: line }
      next = stored.version + 1
    }
    if (page.right.length === 0) await alarm.wait(pollMs, signal)
  }
}

/** Until the signal. A store that fails is told as the last event. */
export async function* liveLines(store: ReadStore, options: LiveLinesOptions): AsyncGenerator<ServerSentEvent> {
  const alarm = new Alarm(setTimer)
  const stopListening = store.listen?.(alarm.ring)
  try {
    yield* linesUntilFailure(store, alarm, options)
  } catch (thrown) {
    // A stream that throws is given up without a word, and with its place.
    options.onError(thrown)
    yield failed('internal')
  } finally {
    stopListening?.()
  }
}
