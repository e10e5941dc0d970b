/** What Llama Guard writes, read to the letter, and how its question is put. */
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { assessmentOfLlamaGuard, defaultMapping, type LlamaGuardQuestion, llamaGuard } from '../../src/assess/index.js'
import { asked, codeOf, errorOf, question } from './questions.js'

/** The table of the issue, and what it leaves open as decision 0081 has it; written out, so that a changed row is seen. */
const expected: { readonly [code: string]: string } = {
  S1: 'harm-to-others',
  S2: 'none',
  S3: 'harm-to-others',
  S4: 'harmful',
  S5: 'none',
  S6: 'none',
  S7: 'none',
  S8: 'none',
  S9: 'harm-to-others',
  S10: 'harmful',
  S11: 'self-harm',
  S12: 'none',
  S13: 'none',
  S14: 'none',
}

test('There is a row for each of the hazards S1 to S14, and no other.', () => {
  expect(Object.keys(defaultMapping.llamaGuard)).toEqual(Object.keys(expected))
})

test.each(Object.entries(expected))('%s alone means: %s.', (code, meaning) => {
  expect(assessmentOfLlamaGuard(`\n\nunsafe\n${code}`)).toEqual({
    harm: meaning === 'harmful' ? 'harmful' : 'none',
    risk: meaning === 'harmful' || meaning === 'none' ? null : meaning,
    categories: { [code]: true },
  })
})

test.each(['safe', '\n\nsafe', ' Safe \n', 'SAFE'])('%j is nothing found.', (written) => {
  expect(assessmentOfLlamaGuard(written)).toEqual({ harm: 'none', risk: null, categories: {} })
})

test.each(['unsafe\nS10,S11', '\n\nunsafe\r\nS11,S10\n', 'Unsafe s10 , s11', 'unsafe\nS10,S11,S11'])(
  '%j is harm and a risk.',
  (written) => {
    expect(assessmentOfLlamaGuard(written)).toEqual({
      harm: 'harmful',
      risk: 'self-harm',
      categories: { S10: true, S11: true },
    })
  },
)

test.each([
  '',
  ' \n',
  'unsafe',
  'unsafe\n',
  'unsafe\n,',
  'unsafe\nS1,',
  'unsafeS1',
  'unsafe\nS1 S2',
  'unsafe\nS0',
  'unsafe\nS011',
  'unsafe\nS1\nThe user asks for a weapon.',
  'safe\nS1',
  'safe safe',
  'safe.',
  'not safe',
  'I cannot help with that.',
  '{"safe":true}',
])('%j is no answer.', async (written) => {
  expect(await codeOf(() => assessmentOfLlamaGuard(written))).toBe('malformed-answer')
})

test('A code that is not known fails, even beside a risk.', async () => {
  expect(await codeOf(() => assessmentOfLlamaGuard('unsafe\nS11,S15'))).toBe('unknown-category')
})

test('Only texts that say safe are nothing found, and what was written is not repeated.', async () => {
  await fc.assert(
    fc.asyncProperty(fc.string({ minLength: 5, unit: 'binary' }), async (written) => {
      fc.pre(!/^\s*(un)?safe/i.test(written))
      const { code, message } = await errorOf(() => assessmentOfLlamaGuard(written))
      expect(code).toBe('malformed-answer')
      expect(message.includes(written)).toBe(false)
    }),
  )
})

test('A meaning is replaced, and a code of a taxonomy of one’s own is added.', () => {
  const mapping = { S12: 'harmful', S15: 'crisis' } as const
  expect(assessmentOfLlamaGuard('unsafe\nS12', { mapping }).harm).toBe('harmful')
  expect(assessmentOfLlamaGuard('unsafe\nS15', { mapping }).risk).toBe('crisis')
  expect(assessmentOfLlamaGuard('unsafe\nS1', { mapping }).risk).toBe('harm-to-others')
})

describe('its question', () => {
  /** What the model is asked about a message after these. */
  async function toldOf(before: Parameters<typeof question>[1], bounds = {}): Promise<LlamaGuardQuestion['messages']> {
    let told: LlamaGuardQuestion['messages'] = []
    const ask = ({ messages }: LlamaGuardQuestion) => {
      told = messages
      return 'safe'
    }
    await llamaGuard({ ask, ...bounds })(question('Go on.', before))
    return told
  }

  test('It is the conversation by turns, the user first, the message last.', async () => {
    const before = [
      { role: 'assistant', content: 'Hello.' },
      { role: 'user', content: 'Hi.' },
      { role: 'user', content: [{ type: 'text', text: 'Are you there?' }] },
      { role: 'assistant', content: 'Yes.' },
    ] as const
    expect(await toldOf({ before: [...before] })).toEqual([
      { role: 'user', content: 'Hi.\n\nAre you there?' },
      { role: 'assistant', content: 'Yes.' },
      { role: 'user', content: 'Go on.' },
    ])
  })

  test('A message that was not answered is not judged again with the next.', async () => {
    expect(await toldOf({ before: [{ role: 'user', content: 'You idiot.' }] })).toEqual([
      { role: 'user', content: 'You idiot.' },
      { role: 'assistant', content: '[no answer]' },
      { role: 'user', content: 'Go on.' },
    ])
  })

  test('What was erased and what is no text is told as such.', async () => {
    const before = [
      { role: 'user', content: null },
      { role: 'assistant', content: 'Yes.' },
      { role: 'user', content: [{ type: 'image' }] },
      { role: 'assistant', content: 'I see.' },
    ] as const
    expect((await toldOf({ before: [...before] })).map(({ content }) => content)).toEqual([
      '[erased]',
      'Yes.',
      '[not text]',
      'I see.',
      'Go on.',
    ])
  })

  test('It is bounded, in messages and in their length, and the assessed message is never cut.', async () => {
    const before = Array.from({ length: 100 }, (_, place) => ({
      role: place % 2 === 0 ? ('user' as const) : ('assistant' as const),
      content: `${place} is a long message`,
    }))
    const told = await toldOf({ before }, { contextMessagesMax: 2, contextCharsMax: 5 })
    expect(told.map(({ content }) => content)).toEqual(['98 is', '99 is', 'Go on.'])
    expect(await toldOf({ before }, { contextMessagesMax: 0 })).toEqual([{ role: 'user', content: 'Go on.' }])
  })

  test.each([{ contextMessagesMax: -1 }, { contextCharsMax: 1.5 }, { contextMessagesMax: Number.NaN }])(
    'Bounds that are none are refused: %j',
    (bounds) => {
      expect(() => llamaGuard({ ask: () => 'safe', ...bounds })).toThrow(RangeError)
    },
  )
})

test('A model that could not be run is a failure that can pass; a message that is not text is never put to it.', async () => {
  const ask = async () => {
    throw new Error('connection refused')
  }
  expect(await errorOf(() => asked(llamaGuard({ ask }), 'Hello'))).toMatchObject({
    code: 'classifier-failed',
    canPass: true,
  })
  const never = llamaGuard({ ask: () => 'safe' })
  expect(await codeOf(() => asked(never, [{ type: 'image' }]))).toBe('unreadable-content')
  expect(await codeOf(() => asked(never, ' \n'))).toBe('unreadable-content')
})

test('A model that heeds no signal is waited for no longer than the signal allows.', async () => {
  const abort = new AbortController()
  const answer = llamaGuard({ ask: () => new Promise(() => {}) })(question('Hello', { signal: abort.signal }))
  abort.abort(new Error('enough'))
  await expect(answer).rejects.toThrow('enough')
})
