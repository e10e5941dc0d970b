/** Limits of time, of attempts and of confidence, in virtual time. */
import { getEventListeners } from 'node:events'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { AssessorError, onlyOver, withRetry, withTimeout } from '../../src/assess/index.js'
import type { Assess, Assessment } from '../../src/conversations/assessing.js'
import type { SetTimer } from '../../src/log/timer.js'
import { arbitraryAssessment, arbitraryConduct, doing } from './arbitrary-assessors.js'
import { asked, codeOf, errorOf, question } from './questions.js'

const fine: Assessment = { harm: 'none', risk: null }
const stalled: Assess = () => new Promise(() => {})
const passing = () => new AssessorError('classifier-failed', 'busy', { canPass: true })
const lasting = () => new AssessorError('classifier-failed', 'no key')

/** Timers that are due at once, and how long each was to wait; one that was stopped in time never runs. */
function hurried() {
  const delaysMs: number[] = []
  let pending = 0
  const setTimer: SetTimer = (run, delayMs) => {
    delaysMs.push(delayMs)
    pending += 1
    const immediate = setImmediate(run)
    return () => {
      pending -= 1
      clearImmediate(immediate)
    }
  }
  return { setTimer, delaysMs, pending: () => pending }
}

describe('withTimeout', () => {
  test('Who answers, or fails, in time is not touched, and no timer is left.', async () => {
    await fc.assert(
      fc.asyncProperty(arbitraryConduct, async (conduct) => {
        const { setTimer, pending } = hurried()
        const limited = withTimeout(5, setTimer)(doing(conduct))
        const [plain, said] = await Promise.allSettled([asked(doing(conduct), 'Hello'), asked(limited, 'Hello')])
        expect(said).toEqual(plain)
        expect(pending()).toBe(0)
      }),
    )
  })

  test('It leaves no listener behind on the signal that it was given.', async () => {
    let given: AbortSignal | undefined
    const keeping: Assess = ({ signal }) => {
      given = signal
      return fine
    }
    await asked(withTimeout(1_000)(keeping), 'Hello')
    expect(given && getEventListeners(given, 'abort')).toEqual([])
  })

  test('Who does not is told to stop, and it fails, even if no signal is heeded.', async () => {
    const { setTimer, delaysMs, pending } = hurried()
    let reason: unknown
    const heeding: Assess = ({ signal }) =>
      new Promise(() => {
        signal.addEventListener('abort', () => {
          reason = signal.reason
        })
      })
    const error = await errorOf(() => asked(withTimeout(250, setTimer)(heeding), 'Hello'))
    expect(error).toMatchObject({
      code: 'assessor-late',
      canPass: true,
      message: 'assessor-late: no answer within 250 ms',
    })
    expect(reason).toBe(error)
    expect(delaysMs).toEqual([250])
    expect(pending()).toBe(0)
    expect(await codeOf(() => asked(withTimeout(1)(stalled), 'Hello'))).toBe('assessor-late')
  })

  test('A question that is aborted ends before, with the reason that was given.', async () => {
    const abort = new AbortController()
    const answer = withTimeout(60_000)(stalled)(question('Hello', { signal: abort.signal }))
    abort.abort(new Error('enough'))
    await expect(answer).rejects.toThrow('enough')
  })

  test.each([0, -1, 0.5, Number.NaN, Number.POSITIVE_INFINITY, 2 ** 31])('A limit of %d is refused.', (timeoutMs) => {
    expect(() => withTimeout(timeoutMs)).toThrow(RangeError)
  })
})

describe('withRetry', () => {
  /** Fails so often, with this, before it answers; and how often it was asked. */
  function failingFirst(failures: number, failure: () => unknown) {
    let attempts = 0
    const assess: Assess = async () => {
      attempts += 1
      if (attempts <= failures) throw failure()
      return fine
    }
    return { assess, attempts: () => attempts }
  }

  test('It asks as often as is needed and allowed, and pauses in between, longer each time up to a bound.', async () => {
    const bounds = fc.record({
      attemptsMax: fc.integer({ min: 1, max: 10 }),
      pauseMs: fc.nat(1_000),
      pauseMsMax: fc.nat(5_000),
    })
    await fc.assert(
      fc.asyncProperty(bounds, fc.nat(12), async (allowed, failures) => {
        const { setTimer, delaysMs, pending } = hurried()
        const { assess, attempts } = failingFirst(failures, passing)
        const said = await asked(withRetry({ ...allowed, setTimer })(assess), 'Hello').catch(() => null)
        expect(said).toEqual(failures < allowed.attemptsMax ? fine : null)
        expect(attempts()).toBe(Math.min(failures + 1, allowed.attemptsMax))
        expect(delaysMs).toEqual(
          Array.from({ length: attempts() - 1 }, (_, place) =>
            Math.min(allowed.pauseMs * 2 ** place, allowed.pauseMsMax),
          ),
        )
        expect(pending()).toBe(0)
      }),
      { numRuns: 60 },
    )
  })

  test.each([
    ['an assessor’s error that stays', lasting],
    ['an error of which nothing is known', () => new Error('busy')],
    ['nothing at all', () => undefined],
  ])('After %s it does not ask again.', async (_, failure) => {
    const { assess, attempts } = failingFirst(1, failure)
    await expect(asked(withRetry({ attemptsMax: 3, pauseMs: 0 })(assess), 'Hello')).rejects.toEqual(failure())
    expect(attempts()).toBe(1)
  })

  test('What can pass may be said by the caller.', async () => {
    const { assess, attempts } = failingFirst(1, () => new Error('busy'))
    expect(await asked(withRetry({ attemptsMax: 2, pauseMs: 0, canPass: () => true })(assess), 'Hello')).toEqual(fine)
    expect(attempts()).toBe(2)
  })

  test('The last failure is the one that is told.', async () => {
    let attempts = 0
    const counting: Assess = async () => {
      attempts += 1
      throw new AssessorError('classifier-failed', `attempt ${attempts}`, { canPass: true })
    }
    const retried = withRetry({ attemptsMax: 3, pauseMs: 0 })(counting)
    expect((await errorOf(() => asked(retried, 'Hello'))).message).toBe('classifier-failed: attempt 3')
  })

  test('A question that is aborted ends the pause, and is not asked again.', async () => {
    const abort = new AbortController()
    const { assess, attempts } = failingFirst(9, passing)
    const setTimer: SetTimer = () => {
      abort.abort(new Error('enough'))
      return () => {}
    }
    const retried = withRetry({ attemptsMax: 9, pauseMs: 1_000, setTimer })(assess)
    await expect(async () => retried(question('Hello', { signal: abort.signal }))).rejects.toThrow('enough')
    expect(attempts()).toBe(1)
  })

  test('A limit of time for each attempt is one that can pass.', async () => {
    let attempts = 0
    const slowAtFirst: Assess = () => {
      attempts += 1
      return attempts === 1 ? new Promise(() => {}) : fine
    }
    expect(await asked(withRetry({ attemptsMax: 2, pauseMs: 0 })(withTimeout(1)(slowAtFirst)), 'Hello')).toEqual(fine)
  })

  test.each([
    { attemptsMax: 0, pauseMs: 0 },
    { attemptsMax: 11, pauseMs: 0 },
    { attemptsMax: 1.5, pauseMs: 0 },
    { attemptsMax: 2, pauseMs: -1 },
    { attemptsMax: 2, pauseMs: 0, pauseMsMax: Number.NaN },
  ])('Bounds that are none are refused: %j', (options) => {
    expect(() => withRetry(options)).toThrow(RangeError)
  })
})

describe('onlyOver', () => {
  const share = fc.double({ min: 0, max: 1, noNaN: true })

  test('It takes harm away below the threshold, and nothing else, ever.', async () => {
    await fc.assert(
      fc.asyncProperty(arbitraryAssessment, share, async (assessment, threshold) => {
        const { harm, risk, confidence } = assessment
        const isHarm = risk === null && harm === 'harmful'
        fc.pre(!isHarm || confidence !== undefined)
        const said = await asked(onlyOver(threshold)(doing(assessment)), 'Hello')
        expect(said.risk).toBe(risk)
        if (isHarm && (confidence ?? 0) < threshold) expect(said.harm).toBe('none')
        else expect(said).toEqual(assessment)
        expect(said.categories).toEqual(assessment.categories)
      }),
    )
  })

  test('Harm at the threshold stays; just below it is none, of which nothing is known for sure.', async () => {
    const half = doing({ harm: 'harmful', risk: null, confidence: 0.5 })
    expect(await asked(onlyOver(0.5)(half), 'Hello')).toEqual({ harm: 'harmful', risk: null, confidence: 0.5 })
    expect(await asked(onlyOver(0.51)(half), 'Hello')).toEqual({ harm: 'none', risk: null })
  })

  test('Harm without a confidence is doubt, and fails; a risk without one is a risk.', async () => {
    expect(await codeOf(() => asked(onlyOver(0)(doing({ harm: 'harmful', risk: null })), 'Hello'))).toBe(
      'no-confidence',
    )
    const risky: Assessment = { harm: 'harmful', risk: 'crisis' }
    expect(await asked(onlyOver(1)(doing(risky)), 'Hello')).toEqual(risky)
  })

  test.each([-0.1, 1.1, Number.NaN])('A threshold of %d is refused.', (threshold) => {
    expect(() => onlyOver(threshold)).toThrow(RangeError)
  })
})
