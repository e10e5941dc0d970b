/**
 * `assessorSuite`: what every assessor must keep, whatever it is made of. It says what it finds in the shape that the log
 * takes; it fails rather than guesses, for what failed stays unassessed, and doubt never ends a chat; and it never lets
 * harm pass for harmless because of the shape that it came in.
 */
import { AssertionError } from 'node:assert'
import { isDeepStrictEqual } from 'node:util'
import type { Content } from '#machines/events.js'
import type { Assess, AssessmentRequest } from '../conversations/assessing.js'
import { ask, type Verdict, verdictWords } from './assessor/asking.js'
import { disguises, type Odd, oddities, unreadable } from './assessor/odd-content.js'
import type { Label } from './events.js'
import type { Runner } from './runner.js'

/** A message of which the caller knows what it is. */
export interface LabelledMessage {
  readonly content: Content
  /** What was said before it on its thread. */
  readonly before?: AssessmentRequest['transcript']
  readonly label: Label
}

export interface AssessorSuite extends Runner {
  readonly assess: Assess
  /** At least one in plain text that is not harmless. Each is asked about some ten times; name few if asking is dear. */
  readonly examples: readonly LabelledMessage[]
  /** The door's `assessTimeoutMs`: how long an answer may take, in milliseconds; 10,000. */
  readonly timeoutMs?: number
  /** Whether the same message gets the same answer every time; without it, both need only be answers. */
  readonly isDeterministic?: boolean
  /** Assessors like this one whose source of judgement is broken: each must fail, and never find harmless. */
  readonly broken?: readonly { readonly what: string; readonly assess: Assess }[]
  /** An assessor like this one whose source of judgement never answers: it must give up when the signal is aborted. */
  readonly stalled?: Assess
  /** How many questions are asked at once; 16. */
  readonly atOnce?: number
}

const written = (content: Content): string => {
  const text = JSON.stringify(content)
  return text.length <= 60 ? text : `${text.slice(0, 59)}…`
}

/** Throws, with one line for each that is amiss. */
function expectNone(what: string, amiss: readonly string[]): void {
  if (amiss.length === 0) return
  const message = [what, ...amiss].join('\n')
  throw new AssertionError({ message, expected: [], actual: amiss, operator: 'assessorSuite' })
}

type Asked = Odd & { readonly verdict: Verdict }
const lines = (asked: readonly Asked[]) => asked.map(({ what, verdict }) => `${what}: ${verdictWords(verdict)}`)
const isHarmless = ({ verdict }: { readonly verdict: Verdict }) => verdict.kind === 'found' && verdict.label === 'none'
const isNonsense = ({ verdict }: { readonly verdict: Verdict }) =>
  verdict.kind === 'malformed' || verdict.kind === 'late'

class Questions {
  readonly timeoutMs: number

  constructor(readonly suite: AssessorSuite) {
    this.timeoutMs = suite.timeoutMs ?? 10_000
  }

  ask({ content, before }: Pick<LabelledMessage, 'content' | 'before'>): Promise<Verdict> {
    return ask(this.suite.assess, { content, ...(before && { before }) }, this.timeoutMs)
  }

  async askAll(odd: readonly Odd[]): Promise<readonly Asked[]> {
    const asked: Asked[] = []
    for (const one of odd) asked.push({ ...one, verdict: await this.ask(one) })
    return asked
  }

  async findsAsLabelled(example: LabelledMessage): Promise<void> {
    const verdict = await this.ask(example)
    if (verdict.kind === 'found' && verdict.label === example.label) return
    expectNone(`It should be found ${example.label}.`, [`${written(example.content)} ${verdictWords(verdict)}`])
  }

  async seesThroughDisguises(): Promise<void> {
    const texts = this.suite.examples.flatMap(({ content, label }) =>
      label !== 'none' && typeof content === 'string' ? [content] : [],
    )
    for (const text of texts) {
      const asked = await this.askAll(disguises(text))
      const amiss = asked.filter((one) => isHarmless(one) || isNonsense(one))
      expectNone(`${written(text)} is not harmless, and was taken for it, or not answered:`, lines(amiss))
    }
  }

  async admitsWhatItCannotRead(): Promise<void> {
    const asked = await this.askAll(unreadable)
    const amiss = asked.filter((one) => isHarmless(one) || isNonsense(one))
    expectNone('What was not read must not be found harmless; fail instead:', lines(amiss))
  }

  async answersOrFails(): Promise<void> {
    const asked = await this.askAll(oddities)
    expectNone('Answer with an assessment, or fail, in time:', lines(asked.filter(isNonsense)))
  }

  async answersAgain(): Promise<void> {
    const amiss: string[] = []
    for (const { content, before } of this.suite.examples) {
      const said = [
        await this.ask({ content, ...(before && { before }) }),
        await this.ask({ content, ...(before && { before }) }),
      ]
      const isSame = !this.suite.isDeterministic || isDeepStrictEqual(said[0], said[1])
      if (!isSame || !said.every(({ kind }) => kind === 'found'))
        amiss.push(`${written(content)} ${said.map(verdictWords).join('; then it ')}`)
    }
    expectNone('Asked again:', amiss)
  }

  async keepsQuestionsApart(): Promise<void> {
    const { examples, atOnce = 16 } = this.suite
    const many = Array.from(
      { length: Math.max(atOnce, examples.length) },
      (_, place) => examples[place % examples.length] as LabelledMessage,
    )
    const asked = await Promise.all(many.map(async (example) => ({ example, verdict: await this.ask(example) })))
    const amiss = asked.filter(({ example, verdict }) => verdict.kind !== 'found' || verdict.label !== example.label)
    const words = amiss.map(
      ({ example, verdict }) => `${written(example.content)}, which is ${example.label}, ${verdictWords(verdict)}`,
    )
    expectNone(`Asked about ${many.length} messages at once:`, words)
  }

  async leavesItsQuestionAlone(): Promise<void> {
    const amiss: string[] = []
    for (const { content, before = [] } of this.suite.examples) {
      const given = structuredClone({ content, before })
      await ask(this.suite.assess, given, this.timeoutMs)
      if (!isDeepStrictEqual(given, { content, before })) amiss.push(written(content))
    }
    expectNone('It changed what it was asked about:', amiss)
  }

  /** With a signal that is aborted before it is asked, or as soon as it was. */
  async givesUp(assess: Assess, moments: readonly ('before' | 'after')[]): Promise<void> {
    const amiss: string[] = []
    const [{ content }] = this.suite.examples as readonly [LabelledMessage]
    for (const moment of moments) {
      const abort = new AbortController()
      if (moment === 'before') abort.abort()
      const asked = ask(assess, { content, signal: abort.signal }, this.timeoutMs)
      abort.abort()
      const verdict = await asked
      if (isNonsense({ verdict })) amiss.push(`aborted ${moment} it was asked, it ${verdictWords(verdict)}`)
    }
    expectNone('It must give up, or answer, when the signal is aborted:', amiss)
  }

  async failsWhenBroken(what: string, assess: Assess): Promise<void> {
    const amiss: Asked[] = []
    for (const { content } of this.suite.examples) {
      const verdict = await ask(assess, { content }, this.timeoutMs)
      if (verdict.kind !== 'failed') amiss.push({ what: written(content), content, verdict })
    }
    expectNone(`With ${what} it knows nothing, and must fail:`, lines(amiss))
  }
}

/**
 * Registers what every assessor must keep: labelled examples found as labelled, one by one and many at once; harm seen in
 * every shape; failure, not a guess, for what it cannot read or when its source is broken; an answer or a failure in time
 * for anything; the signal honoured.
 * Throws at once without an example in plain text that is not harmless: then nothing would be tested.
 * @example
 * assessorSuite({ test, assess, examples: [{ content: 'Hello', label: 'none' }, { content: 'You idiot', label: 'harmful' }] })
 */
export function assessorSuite(suite: AssessorSuite): void {
  const { test, examples, assess, broken = [], stalled } = suite
  const isTelling = ({ content, label }: LabelledMessage) => label !== 'none' && typeof content === 'string'
  if (!examples.some(isTelling)) throw new Error('assessorSuite needs an example in plain text that is not harmless')
  const questions = new Questions(suite)
  for (const [place, example] of examples.entries()) {
    const name = `Example ${place + 1}, ${written(example.content)}, is found ${example.label}.`
    test(name, () => questions.findsAsLabelled(example))
  }
  test('Harm is not found harmless, whatever shape it comes in.', () => questions.seesThroughDisguises())
  test('What it cannot read it does not find harmless.', () => questions.admitsWhatItCannotRead())
  test('Odd content is answered or refused, in time.', () => questions.answersOrFails())
  test('Asked about the same message again, it answers again.', () => questions.answersAgain())
  test('Asked about many messages at once, it keeps them apart.', () => questions.keepsQuestionsApart())
  test('What it is asked about stays as it was.', () => questions.leavesItsQuestionAlone())
  test('A question that is aborted comes to an end.', () => questions.givesUp(assess, ['before', 'after']))
  for (const { what, assess: failing } of broken) {
    test(`With ${what} it fails, and finds nothing harmless.`, () => questions.failsWhenBroken(what, failing))
  }
  if (stalled)
    test('When no answer comes it gives up with the signal.', () => questions.givesUp(stalled, ['before', 'after']))
}
