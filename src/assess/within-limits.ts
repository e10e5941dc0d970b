/** Limits around one assessor: of time, of attempts, and of what counts as harm. None of them makes a finding graver. */
import type { Assess } from '../conversations/assessing.js'
import { type SetTimer, setRealTimer } from '../log/timer.js'
import { AssessorError } from './assessor-error.js'
import { demandAssessment } from './demand-assessment.js'
import { isShare } from './read-record.js'
import { untilAborted } from './until-aborted.js'

/** The longest that a timer of Node's can wait. */
const delayMsMax = 2_147_483_647

function demandWhole(name: string, value: number, min: number): void {
  if (Number.isSafeInteger(value) && value >= min && value <= delayMsMax) return
  throw new RangeError(`${name} must be a whole number from ${min} to ${delayMsMax}`)
}

/**
 * Fails with `assessor-late`, which can pass, when there is no answer in time, and tells the assessor to stop. Settles in
 * time even if the assessor heeds no signal.
 * @param timeoutMs a whole number from 1; keep it below the door's `assessTimeoutMs`.
 * @throws RangeError at once for any other number.
 * @example withTimeout(2_000)(openAiModeration({ client }))
 */
export function withTimeout(timeoutMs: number, setTimer: SetTimer = setRealTimer): (assess: Assess) => Assess {
  demandWhole('timeoutMs', timeoutMs, 1)
  return (assess) => async (request) => {
    const late = new AbortController()
    const error = new AssessorError('assessor-late', `no answer within ${timeoutMs} ms`, { canPass: true })
    const signal = AbortSignal.any([request.signal, late.signal])
    const stopTimer = setTimer(() => late.abort(error), timeoutMs)
    try {
      return await untilAborted(signal, (async () => assess({ ...request, signal }))())
    } finally {
      stopTimer()
    }
  }
}

export interface RetryOptions {
  /** How often it is asked at most, the first time included: 1 to 10. */
  readonly attemptsMax: number
  /** The pause before the second attempt; it doubles with each further one. */
  readonly pauseMs: number
  /** The longest pause. Default 10,000. */
  readonly pauseMsMax?: number
  /** Whether asking again may help. Default: an `AssessorError` that says so. */
  readonly canPass?: (thrown: unknown) => boolean
  readonly setTimer?: SetTimer
}

const attemptsMost = 10

/** Waits, or rejects as soon as the signal is aborted. */
async function pause(delayMs: number, signal: AbortSignal, setTimer: SetTimer): Promise<void> {
  let stopTimer = () => {}
  const waited = new Promise<void>((resolve) => {
    stopTimer = setTimer(resolve, delayMs)
  })
  try {
    await untilAborted(signal, waited)
  } finally {
    stopTimer()
  }
}

/**
 * Asks again when the failure is one that can pass, after a pause; gives up with the last failure, or as soon as the
 * question is aborted. Providers' clients retry on their own: turn that off there (`maxRetries: 0`) or do not use this.
 * @throws RangeError at once for a bound that is none.
 * @example withRetry({ attemptsMax: 3, pauseMs: 200 })(withTimeout(2_000)(openAiModeration({ client })))
 */
export function withRetry(options: RetryOptions): (assess: Assess) => Assess {
  const { attemptsMax, pauseMs, pauseMsMax = 10_000, setTimer = setRealTimer } = options
  const { canPass = (thrown) => thrown instanceof AssessorError && thrown.canPass } = options
  demandWhole('attemptsMax', attemptsMax, 1)
  if (attemptsMax > attemptsMost) throw new RangeError(`attemptsMax must be at most ${attemptsMost}`)
  demandWhole('pauseMs', pauseMs, 0)
  demandWhole('pauseMsMax', pauseMsMax, 0)
  return (assess) => async (request) => {
    for (let attempt = 1; ; attempt += 1) {
      try {
        return await assess(request)
      } catch (thrown) {
        if (attempt >= attemptsMax || !canPass(thrown)) throw thrown
        await pause(Math.min(pauseMs * 2 ** (attempt - 1), pauseMsMax), request.signal, setTimer)
      }
    }
  }
}

/**
 * Harm of which the assessor was less sure than this becomes none; risk stays as it is, however unsure.
 * Fails with `no-confidence` where harm was found, and no confidence given: what is not known is doubt.
 * @param threshold 0 to 1; harm at exactly the threshold stays.
 * @throws RangeError at once for any other number.
 * @example onlyOver(0.8)(openAiModeration({ client }))
 */
export function onlyOver(threshold: number): (assess: Assess) => Assess {
  if (!isShare(threshold)) throw new RangeError('the threshold must be from 0 to 1')
  return (assess) => async (request) => {
    const said = demandAssessment(await assess(request))
    if (said.risk !== null || said.harm === 'none') return said
    if (said.confidence === undefined) {
      throw new AssessorError('no-confidence', 'the assessor found harm, and did not say how sure it was')
    }
    if (said.confidence >= threshold) return said
    const { confidence: _, ...rest } = said
    return { ...rest, harm: 'none' }
  }
}
