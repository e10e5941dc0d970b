/** OpenAI's moderation as an assessment: every category has a meaning, and what is amiss is no assessment. */
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { assessmentOfModeration, defaultMapping, type MappingRow } from '../../src/assess/index.js'
import { codeOf, errorOf, moderation, openAiCategories } from './questions.js'

const rows = Object.entries<MappingRow>(defaultMapping.openAi)
const meaningOf = (category: string) => new Map(rows).get(category)?.meaning
const someCategories = fc.subarray(openAiCategories)
const share = fc.double({ min: 0, max: 1, noNaN: true })
const scores = fc.record(Object.fromEntries(openAiCategories.map((category) => [category, share])))

/** The table of the issue, and what it leaves open as decision 0081 has it; written out, so that a changed row is seen. */
const expected: { readonly [category: string]: string } = {
  harassment: 'harmful',
  'harassment/threatening': 'harm-to-others',
  hate: 'harmful',
  'hate/threatening': 'harm-to-others',
  illicit: 'none',
  'illicit/violent': 'harm-to-others',
  'self-harm': 'self-harm',
  'self-harm/intent': 'self-harm',
  'self-harm/instructions': 'self-harm',
  sexual: 'none',
  'sexual/minors': 'harmful',
  violence: 'harm-to-others',
  'violence/graphic': 'harm-to-others',
}

test('There is a row for each of the thirteen categories, and no other.', () => {
  expect(openAiCategories.toSorted()).toEqual(Object.keys(expected).toSorted())
})

test.each(Object.entries(expected))('%s alone means: %s.', (category, meaning) => {
  const { harm, risk, confidence } = assessmentOfModeration(moderation([category], { [category]: 0.7 }))
  expect(harm).toBe(meaning === 'harmful' ? 'harmful' : 'none')
  expect(risk).toBe(meaning === 'harmful' || meaning === 'none' ? null : meaning)
  expect(confidence).toBe(meaning === 'none' ? undefined : 0.7)
})

test('Nothing flagged is nothing found, and every score is kept.', () => {
  const said = moderation([], { hate: 0.3 })
  expect(assessmentOfModeration(said)).toEqual({ harm: 'none', risk: null, categories: said.category_scores })
})

test('Whatever is flagged, any risk is told, self-harm before others, and harm if any means harm.', () => {
  fc.assert(
    fc.property(someCategories, scores, (flagged, given) => {
      const { harm, risk } = assessmentOfModeration(moderation(flagged, given))
      const meanings = flagged.map(meaningOf)
      expect(harm === 'harmful').toBe(meanings.includes('harmful'))
      const kinds = ['self-harm', 'crisis', 'harm-to-others'].filter((kind) => meanings.some((one) => one === kind))
      expect(risk).toBe(kinds[0] ?? null)
    }),
  )
})

test('The confidence is the highest score among the categories that decided.', () => {
  const flagged = ['harassment', 'hate', 'sexual']
  expect(assessmentOfModeration(moderation(flagged, { harassment: 0.4, hate: 0.6, sexual: 0.9 })).confidence).toBe(0.6)
  const grave = [...flagged, 'violence']
  expect(assessmentOfModeration(moderation(grave, { violence: 0.2, hate: 0.6 })).confidence).toBe(0.2)
})

describe('thresholds', () => {
  test('A threshold of harm can only take harm away, and one of risk can only add risk.', () => {
    fc.assert(
      fc.property(someCategories, scores, share, share, (flagged, given, harmThreshold, riskThreshold) => {
        const plain = assessmentOfModeration(moderation(flagged, given))
        const bounded = assessmentOfModeration(moderation(flagged, given), { harmThreshold, riskThreshold })
        if (plain.harm === 'none') expect(bounded.harm).toBe('none')
        if (plain.risk !== null) expect(bounded.risk).not.toBeNull()
      }),
    )
  })

  test('Harm counts at its threshold and not below it.', () => {
    const said = moderation(['harassment'], { harassment: 0.5 })
    expect(assessmentOfModeration(said, { harmThreshold: 0.5 }).harm).toBe('harmful')
    expect(assessmentOfModeration(said, { harmThreshold: 0.51 }).harm).toBe('none')
  })

  test('Risk counts at its threshold though it is not flagged, and not below it.', () => {
    const said = moderation([], { 'self-harm/intent': 0.2 })
    expect(assessmentOfModeration(said, { riskThreshold: 0.2 }).risk).toBe('self-harm')
    expect(assessmentOfModeration(said, { riskThreshold: 0.21 }).risk).toBeNull()
  })

  test.each([Number.NaN, -0.1, 1.1])('A threshold of %d is refused.', (threshold) => {
    expect(() => assessmentOfModeration(moderation([]), { harmThreshold: threshold })).toThrow(RangeError)
    expect(() => assessmentOfModeration(moderation([]), { riskThreshold: threshold })).toThrow(RangeError)
  })
})

describe('a mapping of one’s own', () => {
  test('One meaning is replaced, and the others stay.', () => {
    const mapping = { sexual: 'harmful', harassment: 'none' } as const
    expect(assessmentOfModeration(moderation(['sexual']), { mapping }).harm).toBe('harmful')
    expect(assessmentOfModeration(moderation(['harassment']), { mapping }).harm).toBe('none')
    expect(assessmentOfModeration(moderation(['hate']), { mapping }).harm).toBe('harmful')
  })

  test('A category that is added must be in every answer, so that a slip of the pen is seen.', async () => {
    const mapping = { harrassment: 'none' } as const
    expect(await codeOf(() => assessmentOfModeration(moderation([]), { mapping }))).toBe('malformed-answer')
  })

  test('What is no meaning is refused.', () => {
    const mapping = { sexual: 'bad' } as unknown as { sexual: 'none' }
    expect(() => assessmentOfModeration(moderation([]), { mapping })).toThrow('the mapping of "sexual" must be one of')
  })
})

describe('what is amiss', () => {
  const without = (said: object, category: string) =>
    Object.fromEntries(Object.entries(said).filter(([name]) => name !== category))

  test.each(openAiCategories)('A moderation without a flag, or a score, for %s is no answer.', async (category) => {
    const said = moderation([])
    const { categories, category_scores } = said
    for (const broken of [
      { ...said, categories: without(categories, category) },
      { ...said, categories: { ...categories, [category]: null } },
      { ...said, category_scores: without(category_scores, category) },
      { ...said, category_scores: { ...category_scores, [category]: 1.5 } },
    ]) {
      expect(await codeOf(() => assessmentOfModeration(broken))).toBe('malformed-answer')
    }
  })

  test('A category that is not known fails, flagged or not, even beside a risk.', async () => {
    for (const flag of [true, false, null]) {
      const said = moderation(['self-harm'])
      const unknown = { ...said, categories: { ...said.categories, 'deceit\nof a kind': flag } }
      const { code, message } = await errorOf(() => assessmentOfModeration(unknown))
      expect(code).toBe('unknown-category')
      expect(message).toContain('"deceit\\nof a kind"')
    }
  })

  test('A moderation that contradicts itself is no answer.', async () => {
    for (const said of [
      { ...moderation([]), flagged: true },
      { ...moderation(['hate']), flagged: false },
      { ...moderation([]), flagged: undefined },
    ]) {
      expect(await codeOf(() => assessmentOfModeration(said))).toBe('malformed-answer')
    }
  })

  test.each([[[]], ['safe'], [7], [{}], [{ results: [] }], [{ results: [moderation([]), moderation([])] }]])(
    'It is no answer: %j',
    async (said) => {
      expect(await codeOf(() => assessmentOfModeration(said))).toBe('malformed-answer')
    },
  )

  test('Whatever it is given, it answers or fails with a code.', async () => {
    await fc.assert(
      fc.asyncProperty(fc.anything(), async (said) => {
        expect(await codeOf(() => assessmentOfModeration(said))).toMatch(
          /^(malformed-answer|no-result|classifier-failed)$/,
        )
      }),
    )
  })
})

describe('inline, as responses carry it', () => {
  const inline = (flagged: readonly string[]) => ({
    ...moderation(flagged),
    type: 'moderation_result',
    model: 'omni-moderation-latest',
  })

  test("Of a Response's moderation the input is read, and not the output.", () => {
    const said = { input: inline(['harassment']), output: inline(['self-harm']) }
    expect(assessmentOfModeration(said)).toMatchObject({ harm: 'harmful', risk: null })
  })

  test("So it is of a chat completion's, whose result stands in a list.", () => {
    const listed = { type: 'moderation_results', model: 'omni-moderation-latest', results: [inline(['self-harm'])] }
    expect(assessmentOfModeration({ input: listed, output: listed }).risk).toBe('self-harm')
  })

  test('A moderation that failed is a failure, and what it says of why is not repeated.', async () => {
    const error = { type: 'error', code: 'server_error', message: 'could not read: I hate you' }
    const { code, message } = await errorOf(() => assessmentOfModeration({ input: error, output: inline([]) }))
    expect(code).toBe('classifier-failed')
    expect(message).not.toContain('hate')
  })

  test.each([null, undefined, { input: null, output: null }])(
    'Without a moderation there is no result: %j',
    async (said) => {
      expect(await codeOf(() => assessmentOfModeration(said))).toBe('no-result')
    },
  )
})
