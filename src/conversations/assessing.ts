/**
 * Asking the caller's assessor about a message, within bounds. Whatever goes wrong (it throws, runs late, answers with
 * something that is not an assessment) becomes an `assessment.failed`: the message stays unassessed, and nothing can end.
 */
import type { Content, EventData } from '#machines/events.js'
import type { Command } from '../conversation/commands.js'
import type { SetTimer } from '../log/timer.js'

/** What an assessor says of a message. */
export type Assessment = Pick<EventData['message.assessed'], 'harm' | 'risk' | 'categories' | 'confidence'>

/** What an assessor is asked about. */
export interface AssessmentRequest {
  readonly conversationId: string
  readonly threadId: string
  readonly messageId: string
  readonly content: Content
  /** The thread's messages up to and with this one. */
  readonly transcript: readonly { readonly role: 'user' | 'assistant'; readonly content: Content | null }[]
  /** Aborted when the time limit is reached; what comes later is not heard. */
  readonly signal: AbortSignal
}

/** The caller's own judgement; may take its time up to `assessTimeoutMs`. */
export type Assess = (request: AssessmentRequest) => Assessment | Promise<Assessment>

const errorTextMax = 500

// Anything can be thrown, even what cannot be made a string.
function failureText(thrown: unknown): string {
  try {
    const text = thrown instanceof Error ? thrown.message : thrown
    return String(text).slice(0, errorTextMax).toWellFormed()
  } catch {
    return 'the assessor failed and did not say why'
  }
}

export interface AssessingBounds {
  readonly timeoutMs: number
  readonly setTimer: SetTimer
  /** Whether the command would make a well-formed event; what it refuses counts as a failure. */
  readonly isValid: (command: Command) => boolean
}

/** Rejects when time is up, and aborts the signal that the assessor was given. */
async function withinTime<A>(
  { timeoutMs, setTimer }: Pick<AssessingBounds, 'timeoutMs' | 'setTimer'>,
  ask: (signal: AbortSignal) => Promise<A>,
): Promise<A> {
  const abort = new AbortController()
  let stop = () => {}
  const late = new Promise<never>((_, reject) => {
    stop = setTimer(() => {
      reject(new Error(`the assessor did not answer within ${timeoutMs} ms`))
      abort.abort()
    }, timeoutMs)
  })
  try {
    return await Promise.race([ask(abort.signal), late])
  } finally {
    stop()
  }
}

/** The command that reports what the assessor said of a message, or that it could not be asked. Never rejects. */
export async function assessWithin(
  assess: Assess,
  request: Omit<AssessmentRequest, 'signal'>,
  bounds: AssessingBounds,
): Promise<Command> {
  const { threadId, messageId } = request
  const failed = (error: string): Command => ({ type: 'failAssessment', data: { threadId, messageId, error } })
  try {
    const said = await withinTime(bounds, async (signal) => assess({ ...request, signal }))
    const command: Command = { type: 'assessMessage', data: { ...said, threadId, messageId } }
    return bounds.isValid(command) ? command : failed('the assessor answered with something that is not an assessment')
  } catch (thrown) {
    return failed(failureText(thrown))
  }
}
