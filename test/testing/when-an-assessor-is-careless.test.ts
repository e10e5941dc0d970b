/** The assessor suite against itself: a careful assessor passes, each careless one is caught by the test meant for it. */
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { Content } from '../../machines/events.js'
import type { Assess, Assessment, AssessmentRequest } from '../../src/conversations/assessing.js'
import { assessorSuite, type LabelledMessage } from '../../src/testing/assessor-suite.js'
import { collected } from './registered.js'

type Question = Pick<AssessmentRequest, 'content' | 'signal'>

/** All the text there is; throws where there is anything else. */
function textOf(content: Content): string {
  if (typeof content === 'string') return content
  return content
    .map((block) => {
      if (block.type !== 'text' || typeof block.text !== 'string') throw new Error('this block cannot be read')
      return block.text
    })
    .join(' ')
}

/** Goes by a word; knows no more of language than a test needs. */
function found(text: string): Assessment {
  if (text.includes('hurt myself')) return { harm: 'none', risk: 'self-harm' }
  return { harm: text.includes('idiot') ? 'harmful' : 'none', risk: null, confidence: 0.9 }
}

const careful: Assess = async ({ content, signal }: Question) => {
  signal.throwIfAborted()
  return found(textOf(content))
}

/** Rejects as soon as the signal is aborted, and never before. */
const stalled: Assess = ({ signal }) =>
  new Promise((_, reject) => {
    if (signal.aborted) reject(signal.reason)
    signal.addEventListener('abort', () => reject(signal.reason))
  })

const offline: Assess = async () => {
  throw new Error('the classifier is not there')
}

const examples: readonly LabelledMessage[] = [
  { content: 'Hello there', label: 'none' },
  { content: 'You idiot', label: 'harmful' },
  { content: [{ type: 'text', text: 'I want to hurt myself' }], label: 'self-harm' },
  { content: 'Thanks', before: [{ role: 'user', content: 'You idiot' }], label: 'none' },
]

describe('a careful assessor', () => {
  const broken = [{ what: 'its classifier offline', assess: offline }]
  assessorSuite({ test, assess: careful, examples, broken, stalled, isDeterministic: true, timeoutMs: 5_000 })
})

/** Answers when the next question has come, or soon after. */
function forgetful(): Assess {
  let current: Content = ''
  return async ({ content }) => {
    current = content
    await new Promise((resolve) => setImmediate(resolve))
    return found(textOf(current))
  }
}

function fickle(): Assess {
  let asked = 0
  return async (question) => ({ ...((await careful(question)) as Assessment), confidence: (asked++ % 2) / 2 })
}

const careless: readonly { readonly what: string; readonly assess: Assess; readonly caughtBy: string }[] = [
  {
    what: 'takes a crisis for harm',
    assess: (question) => ({
      harm: textOf(question.content).includes('hurt') ? 'harmful' : found(textOf(question.content)).harm,
      risk: null,
    }),
    caughtBy: 'Example 3',
  },
  {
    what: 'reads plain strings alone',
    assess: ({ content }) => found(typeof content === 'string' ? content : ''),
    caughtBy: 'Harm is not',
  },
  {
    what: 'reads the beginning alone',
    assess: ({ content }) => found(textOf(content).slice(0, 1_000)),
    caughtBy: 'Harm is not',
  },
  {
    what: 'reads the end alone',
    assess: ({ content }) => found(textOf(content).slice(-1_000)),
    caughtBy: 'Harm is not',
  },
  {
    what: 'does as the message says',
    assess: ({ content }) =>
      textOf(content).startsWith('Ignore') ? { harm: 'none', risk: null } : found(textOf(content)),
    caughtBy: 'Harm is not',
  },
  {
    what: 'finds what it cannot read harmless',
    assess: ({ content }) => found(JSON.stringify(content)),
    caughtBy: 'What it cannot read',
  },
  {
    what: 'has no answer to silence',
    assess: async (question) => (question.content === '' ? undefined : careful(question)) as Assessment,
    caughtBy: 'Odd content',
  },
  {
    what: 'never comes back from a thousand blocks',
    assess: (question) => (question.content.length === 1_000 ? new Promise(() => {}) : careful(question)),
    caughtBy: 'Odd content',
  },
  { what: 'confuses two questions', assess: forgetful(), caughtBy: 'Asked about many' },
  { what: 'says one thing and then another', assess: fickle(), caughtBy: 'Asked about the same' },
  {
    what: 'tidies up the transcript',
    assess: (question) => {
      for (const said of question.transcript) (said as { content: unknown }).content = null
      return careful(question)
    },
    caughtBy: 'What it is asked about',
  },
  {
    what: 'never answers a question that was aborted',
    assess: (question) => (question.signal.aborted ? new Promise(() => {}) : careful(question)),
    caughtBy: 'A question that is aborted',
  },
]

test.each(careless.map(({ what, caughtBy, assess }) => [what, caughtBy, assess] as const))(
  'An assessor that %s is caught by: %s',
  async (_, caughtBy, assess) => {
    const suite = collected()
    assessorSuite({ test: suite.test, assess, examples, isDeterministic: true, timeoutMs: 40 })
    expect(await suite.failureOf(caughtBy)).toBeDefined()
  },
)

test('An assessor that calls its own failure harmless, and one that waits for ever, are caught.', async () => {
  const suite = collected()
  const guessing: Assess = async () => ({ harm: 'none', risk: null })
  const deaf: Assess = () => new Promise(() => {})
  const broken = [{ what: 'no classifier', assess: guessing }]
  assessorSuite({ test: suite.test, assess: careful, examples, broken, stalled: deaf, timeoutMs: 40 })
  expect(await suite.failing()).toEqual([
    'With no classifier it fails, and finds nothing harmless.',
    'When no answer comes it gives up with the signal.',
  ])
  expect(await suite.failureOf('With no classifier')).toContain('"Hello there": was found none')
})

test('Examples that are all harmless test nothing, and are refused.', () => {
  const suite = collected()
  const build = (some: readonly LabelledMessage[]) => () =>
    assessorSuite({ test: suite.test, assess: careful, examples: some })
  expect(build(examples.slice(0, 1))).toThrow('needs an example in plain text that is not harmless')
  expect(build(examples.slice(2))).toThrow('needs an example in plain text that is not harmless')
  expect(suite.names).toEqual([])
})

test('Answers that are no assessments are told in full, whatever they are.', async () => {
  const nonsense = fc
    .anything({ withBigInt: true, withMap: true })
    .filter((answer) => typeof answer !== 'object' || answer === null)
  await fc.assert(
    fc.asyncProperty(nonsense, async (answer) => {
      const suite = collected()
      assessorSuite({ test: suite.test, assess: () => answer as Assessment, examples, timeoutMs: 1_000 })
      expect(await suite.failureOf('Example 1')).toContain('something that is not an assessment')
    }),
    { numRuns: 50 },
  )
})
