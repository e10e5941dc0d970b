/** Asking an assessor one question as the door does, with a limit of time, and reading what it says. */
import { inspect } from 'node:util'
import { isLeft } from 'fp-ts/lib/Either.js'
import type { Content } from '#machines/events.js'
import { eventOf } from '../../conversation/decide.js'
import type { Assess, AssessmentRequest } from '../../conversations/assessing.js'
import { parseEvent } from '../../log/codec.js'
import type { Label } from '../events.js'
import { recordLog } from '../stories/recorded-logs.js'

/** An answer, and whether it is one. */
export type Verdict =
  | { readonly kind: 'found'; readonly label: Label; readonly answer: unknown }
  /** It rejected: the message stays unassessed, which is doubt. */
  | { readonly kind: 'failed'; readonly why: string }
  /** It answered with something that is not an assessment. */
  | { readonly kind: 'malformed'; readonly answer: unknown }
  /** It did not settle in time. */
  | { readonly kind: 'late' }

type Transcript = AssessmentRequest['transcript']

export interface Question {
  readonly content: Content
  /** What was said before. */
  readonly before?: Transcript
  readonly signal?: AbortSignal
}

const ids = { threadId: 'thread-1', messageId: 'message-1' }

function requestOf({ content, before = [], signal }: Question, abort: AbortController): AssessmentRequest {
  const transcript = [...before, { role: 'user' as const, content }]
  return { conversationId: 'conversation-1', ...ids, content, transcript, signal: signal ?? abort.signal }
}

/** Reads an answer as the log would. */
function read(answer: unknown): Verdict {
  const said = typeof answer === 'object' && answer !== null ? answer : {}
  const event = eventOf({ type: 'assessMessage', data: { ...(said as { harm: 'none'; risk: null }), ...ids } })
  const [recorded] = recordLog([event], 'conversation-1')
  const parsed = parseEvent(recorded)
  if (isLeft(parsed) || parsed.right.type !== 'message.assessed') return { kind: 'malformed', answer }
  const { harm, risk } = parsed.right.data
  return { kind: 'found', label: risk ?? harm, answer }
}

const textOf = (thrown: unknown): string => (thrown instanceof Error ? thrown.message : String(thrown))

/** Asks, and aborts the signal when time is up; never rejects. */
export async function ask(assess: Assess, question: Question, timeoutMs: number): Promise<Verdict> {
  const abort = new AbortController()
  let timer: ReturnType<typeof setTimeout> | undefined
  const late = new Promise<Verdict>((resolve) => {
    timer = setTimeout(() => {
      resolve({ kind: 'late' })
      abort.abort()
    }, timeoutMs)
  })
  const asked = (async () => read(await assess(requestOf(question, abort))))()
  const settled = asked.catch((thrown: unknown): Verdict => ({ kind: 'failed', why: textOf(thrown) }))
  const verdict = await Promise.race([settled, late])
  clearTimeout(timer)
  return verdict
}

/** A verdict in words. */
export function verdictWords(verdict: Verdict): string {
  switch (verdict.kind) {
    case 'found':
      return `was found ${verdict.label}`
    case 'failed':
      return `failed: ${verdict.why}`
    case 'malformed':
      return `was answered with something that is not an assessment: ${inspect(verdict.answer, { depth: 2, breakLength: Number.POSITIVE_INFINITY })}`
    case 'late':
      return 'was not answered in time'
  }
}
