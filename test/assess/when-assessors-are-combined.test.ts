/** The laws of combinations: nothing found by one is lost, and nothing is found by none. */
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { all, anyRisk, fromFunction } from '../../src/assess/index.js'
import type { Assess, Assessment } from '../../src/conversations/assessing.js'
import { arbitraryAssessment, arbitraryConduct, type Conduct, doing, nonsense } from './arbitrary-assessors.js'
import { asked, codeOf, question } from './questions.js'

const several = fc.array(arbitraryConduct, { minLength: 1, maxLength: 4 })
const answering = fc.array(arbitraryAssessment, { minLength: 1, maxLength: 4 })
type Combine = (first: Assess, ...others: readonly Assess[]) => Assess

/** What the combination says of a message; `null` if it fails. */
async function outcome(combine: Combine, conducts: readonly Conduct[]): Promise<Assessment | null> {
  const [first = doing(null), ...others] = conducts.map(doing)
  return asked(combine(first, ...others), 'Hello').catch(() => null)
}
const risksOf = (conducts: readonly Conduct[]) => conducts.flatMap((conduct) => conduct?.risk ?? [])
const stalled: Assess = () => new Promise(() => {})

describe('all', () => {
  test('It fails if and only if one fails.', async () => {
    await fc.assert(
      fc.asyncProperty(several, async (conducts) => {
        expect((await outcome(all, conducts)) === null).toBe(conducts.includes(null))
      }),
    )
  })

  test('Any risk wins, the gravest first, and harm is found if any finds it.', async () => {
    await fc.assert(
      fc.asyncProperty(answering, async (conducts) => {
        const said = await outcome(all, conducts)
        const gravest = ['self-harm', 'crisis', 'harm-to-others'].find((kind) =>
          risksOf(conducts).some((one) => one === kind),
        )
        expect(said?.risk).toBe(gravest ?? null)
        expect(said?.harm === 'harmful').toBe(conducts.some(({ harm }) => harm === 'harmful'))
      }),
    )
  })

  test('The order does not matter.', async () => {
    await fc.assert(
      fc.asyncProperty(several, async (conducts) => {
        expect(await outcome(all, conducts.toReversed())).toEqual(await outcome(all, conducts))
      }),
    )
  })

  test('It may be nested, and says the same of what was found.', async () => {
    await fc.assert(
      fc.asyncProperty(several, arbitraryConduct, async (conducts, one) => {
        const [first = doing(null), ...others] = conducts.map(doing)
        const nested = await asked(all(all(first, ...others), doing(one)), 'Hello').catch(() => null)
        const flat = await outcome(all, [...conducts, one])
        expect([nested?.harm, nested?.risk]).toEqual([flat?.harm, flat?.risk])
      }),
    )
  })

  test('Every category that was named is kept, with the gravest that was said of it.', async () => {
    const said = await outcome(all, [
      { harm: 'none', risk: null, categories: { hate: 0.2, violence: false, sexual: true } },
      { harm: 'none', risk: null, categories: { hate: 0.6, violence: 0.1, sexual: 0.9 } },
      { harm: 'none', risk: null, categories: ['S2'] },
    ])
    expect(said?.categories).toEqual({ hate: 0.6, violence: 0.1, sexual: true, S2: true })
  })

  test('It is as sure as the surest of those that found it, and of nothing as the least sure.', async () => {
    const none = (confidence: number) => ({ harm: 'none', risk: null, confidence }) as const
    const harm = (confidence: number) => ({ harm: 'harmful', risk: null, confidence }) as const
    expect((await outcome(all, [none(0.9), harm(0.5), harm(0.7)]))?.confidence).toBe(0.7)
    expect((await outcome(all, [none(0.9), none(0.4)]))?.confidence).toBe(0.4)
    expect(await outcome(all, [{ harm: 'none', risk: null }])).toEqual({ harm: 'none', risk: null })
  })

  test('When one fails, the others are told to stop.', async () => {
    let told = false
    const working: Assess = ({ signal }) =>
      new Promise(() => {
        signal.addEventListener('abort', () => {
          told = true
        })
      })
    expect(await asked(all(working, doing(null)), 'Hello').catch(() => null)).toBeNull()
    expect(told).toBe(true)
  })
})

describe('anyRisk', () => {
  test('A risk that any finds is the answer, whoever else fails.', async () => {
    await fc.assert(
      fc.asyncProperty(several, async (conducts) => {
        const risks = risksOf(conducts)
        fc.pre(risks.length > 0)
        expect(risks).toContain((await outcome(anyRisk, conducts))?.risk)
      }),
    )
  })

  test('Without a risk it fails if and only if one fails.', async () => {
    await fc.assert(
      fc.asyncProperty(several, async (conducts) => {
        fc.pre(risksOf(conducts).length === 0)
        expect((await outcome(anyRisk, conducts)) === null).toBe(conducts.includes(null))
      }),
    )
  })

  test('Harm is found only if the first finds it, and without a risk if and only if.', async () => {
    await fc.assert(
      fc.asyncProperty(several, async (conducts) => {
        const said = await outcome(anyRisk, conducts)
        if (said?.harm === 'harmful') expect(conducts[0]?.harm).toBe('harmful')
        if (said?.risk === null) expect(said.harm).toBe(conducts[0]?.harm)
      }),
    )
  })

  test('A risk is told at once, though the first, or another, never answers.', async () => {
    const risky = doing({ harm: 'harmful', risk: 'crisis' })
    expect(await asked(anyRisk(stalled, risky), 'Hello')).toEqual({ harm: 'none', risk: 'crisis' })
    expect(await asked(anyRisk(risky, stalled), 'Hello')).toEqual({ harm: 'harmful', risk: 'crisis' })
  })

  test('In whatever order they answer, these laws hold.', async () => {
    await fc.assert(
      fc.asyncProperty(several, fc.scheduler(), async (conducts, scheduler) => {
        const [first = doing(null), ...others] = conducts.map(
          (conduct): Assess =>
            (request) =>
              scheduler.schedule(Promise.resolve()).then(() => doing(conduct)(request)),
        )
        const answer = asked(anyRisk(first, ...others), 'Hello').catch(() => null)
        await scheduler.waitAll()
        const said = await answer
        const risks = risksOf(conducts)
        if (risks.length > 0) expect(risks).toContain(said?.risk)
        else expect(said === null).toBe(conducts.includes(null))
        if (said?.harm === 'harmful') expect(conducts[0]?.harm).toBe('harmful')
      }),
    )
  })
})

test.each([
  ['all', all],
  ['anyRisk', anyRisk],
] as const)('%s of one alone says what it says, with an answer that is none failing.', async (_, combine) => {
  await fc.assert(
    fc.asyncProperty(arbitraryAssessment, async (assessment) => {
      const { categories: _, ...said } = (await outcome(combine, [assessment])) ?? {}
      const { categories: __, ...given } = assessment
      expect(said).toEqual(given)
    }),
  )
  for (const answer of nonsense) {
    const careless: Assess = () => answer as Assessment
    const sound = doing({ harm: 'none', risk: null })
    expect(await codeOf(() => asked(combine(sound, careless), 'Hello'))).toBe('malformed-answer')
  }
})

test.each([
  ['all', all],
  ['anyRisk', anyRisk],
] as const)(
  '%s tells each of the question being aborted, and one that throws at once is one that fails.',
  async (_, combine) => {
    const abort = new AbortController()
    const heeding: Assess = ({ signal }) =>
      new Promise((_, reject) => signal.addEventListener('abort', () => reject(signal.reason)))
    const answer = combine(heeding, heeding)(question('Hello', { signal: abort.signal }))
    abort.abort(new Error('enough'))
    await expect(answer).rejects.toThrow('enough')
    const throwing: Assess = () => {
      throw new Error('at once')
    }
    await expect(asked(combine(doing({ harm: 'none', risk: null }), throwing), 'Hello')).rejects.toThrow('at once')
  },
)

describe('a plain function', () => {
  test.each([
    ['none', { harm: 'none', risk: null }],
    ['harmful', { harm: 'harmful', risk: null }],
    ['self-harm', { harm: 'none', risk: 'self-harm' }],
    ['crisis', { harm: 'none', risk: 'crisis' }],
    ['harm-to-others', { harm: 'none', risk: 'harm-to-others' }],
  ] as const)('%s is the assessment %j.', async (meaning, assessment) => {
    expect(
      await asked(
        fromFunction(() => meaning),
        'Hello',
      ),
    ).toEqual(assessment)
  })

  test('A whole assessment is passed on as it is.', async () => {
    await fc.assert(
      fc.asyncProperty(arbitraryAssessment, async (assessment) => {
        expect(
          await asked(
            fromFunction(async () => assessment),
            'Hello',
          ),
        ).toEqual(assessment)
      }),
    )
  })

  test('Any other answer fails.', async () => {
    for (const answer of nonsense.filter((one) => one !== 'none')) {
      expect(
        await codeOf(() =>
          asked(
            fromFunction(() => answer as 'none'),
            'Hello',
          ),
        ),
      ).toBe('malformed-answer')
    }
  })

  test('It gets the text, well-formed, and is not asked about what is no text.', async () => {
    const texts: string[] = []
    const keep = fromFunction((text) => {
      texts.push(text)
      return 'none'
    })
    await asked(keep, [
      { type: 'text', text: 'one' },
      { type: 'text', text: '\ud800' },
    ])
    for (const content of ['', ' \n', [], [{ type: 'image' }], [{ type: 'text', text: 1 }], [{}]]) {
      expect(await codeOf(() => asked(keep, content))).toBe('unreadable-content')
    }
    expect(texts).toEqual(['one\n\ufffd'])
  })

  test('Its own error passes through.', async () => {
    const throwing = fromFunction(() => {
      throw new Error('no model')
    })
    await expect(asked(throwing, 'Hello')).rejects.toThrow('no model')
  })
})
