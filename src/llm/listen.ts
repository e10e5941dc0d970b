/**
 * Listening to one step of a model, within bounds. What is heard is passed on as it comes, but nothing that follows an end
 * call: whether the thread goes on is not known yet. It ends when told to, whether the model listens or not.
 */
import { isEndCall } from './intents.js'
import type { Model, ModelError, ModelRequest } from './model.js'
import type { Said } from './said.js'

/** A step as it was heard; with `error` it broke off, and what was said until then stands. */
export interface Heard {
  readonly step: readonly Said[]
  readonly error?: ModelError
}

const modelError = (code: ModelError['code'], message: string, cause?: unknown): ModelError => ({
  kind: 'model',
  code,
  message,
  ...(cause !== undefined && { cause }),
})

export const silent = modelError('model-silent', 'the model said nothing')

/** Why a signal was aborted: by a time limit, or by whoever asked. */
function abortedBy(signal: AbortSignal): ModelError {
  const isLate = signal.reason instanceof Error && signal.reason.name === 'TimeoutError'
  return isLate
    ? modelError('model-timeout', 'the model did not answer in time')
    : modelError('answer-aborted', 'the answer was broken off by whoever asked for it')
}

/** Rejects when the signal is aborted; `stop` lets go of it. */
function aborted(signal: AbortSignal): { readonly promise: Promise<never>; readonly stop: () => void } {
  let stop = () => {}
  const promise = new Promise<never>((_, reject) => {
    const onAbort = () => reject(signal.reason)
    if (signal.aborted) onAbort()
    signal.addEventListener('abort', onAbort, { once: true })
    stop = () => signal.removeEventListener('abort', onAbort)
  })
  promise.catch(() => {})
  return { promise, stop }
}

const sizeInJson = (value: unknown): number => JSON.stringify(value)?.length ?? 0

function sizeOf(said: Said): number {
  switch (said.kind) {
    case 'text':
      return said.text.length
    case 'call':
      return said.name.length + sizeInJson(said.input)
    case 'block':
      return sizeInJson(said.block)
  }
}

/**
 * Hears a step; yields its text as it comes.
 * @param charsMax of text and of calls' inputs in all; a model that says more is cut off, as `model-too-long`
 */
export async function* listen(
  model: Model,
  request: ModelRequest,
  charsMax: number,
): AsyncGenerator<string, Heard, undefined> {
  const { signal } = request
  const stopped = aborted(signal)
  const step: Said[] = []
  let said: AsyncIterator<Said> | undefined
  let charsLeft = charsMax
  try {
    said = model(request)[Symbol.asyncIterator]()
    while (true) {
      const next = await Promise.race([said.next(), stopped.promise])
      if (next.done) return { step }
      charsLeft -= sizeOf(next.value)
      if (charsLeft < 0) {
        return { step, error: modelError('model-too-long', `the model said more than ${charsMax} characters`) }
      }
      const isHeldBack = step.some(isEndCall)
      step.push(next.value)
      if (next.value.kind === 'text' && next.value.text !== '' && !isHeldBack) yield next.value.text
    }
  } catch (cause) {
    const error = signal.aborted ? abortedBy(signal) : modelError('model-failed', 'the model failed', cause)
    return { step, error }
  } finally {
    stopped.stop()
    // A model that does not hear of it is not waited for.
    void said?.return?.()?.then(undefined, () => {})
  }
}
