/**
 * Our two tools as the AI SDK's loop runs them, and its approval of them. They decide nothing: by the time that the SDK runs a
 * call, the step it came in is carried out, and what came of it is told.
 */
import type { CallResult } from '../said.js'
import { endCallOf, endToolName, markToolName } from '../tools.js'
import { isApproved } from './approved-end.js'
import type { SdkTool } from './shapes.js'
import type { StepRecorder } from './step-recorder.js'

/** What the SDK makes of a call before it runs it; `undefined` lets it run. */
export type Approval =
  | { readonly type: 'denied'; readonly reason: string }
  | { readonly type: 'user-approval'; readonly reason: string }
  | undefined

/** A type and no interface: the SDK wants a record. */
export type ColloquyTools = {
  readonly [endToolName]: SdkTool
  readonly [markToolName]: SdkTool
}

export interface ColloquyApproval {
  readonly [endToolName]: (input: unknown, options: { readonly toolCallId: string }) => Approval
}

const confirmWords = 'You asked to end this conversation. It ends for good if you confirm.'
const unknownCall = 'Refused: the call was not made in this answer. The conversation goes on.'

/** Any object is let in: what cannot be understood is answered, not thrown. */
const anyInput = {
  '~standard': {
    version: 1,
    vendor: 'colloquy',
    validate: (value: unknown) => ({ value }),
    jsonSchema: { input: () => ({ type: 'object' }), output: () => ({ type: 'object' }) },
  },
} as const

/** The SDK tells a model of an error by what was thrown. */
function told({ isError, text }: CallResult): string {
  if (isError) throw new Error(text)
  return text
}

type Execute = (
  input: unknown,
  options: { readonly toolCallId: string; readonly messages: readonly unknown[] },
) => unknown

const toolOf = (description: string, execute: Execute): SdkTool => ({ description, inputSchema: anyInput, execute })

/** The tools of a loop. What they say here no model reads: the middleware tells it of them as guidance has it. */
export function toolsOf(recorder: StepRecorder): ColloquyTools {
  const known = (id: string): CallResult =>
    recorder.resultOf(id) ?? { id, name: endToolName, text: unknownCall, isError: true }
  return {
    [endToolName]: toolOf('Offered when it is open.', async (input, { toolCallId: id, messages }) => {
      const isTheirs = recorder.resultOf(id) === undefined && isApproved(messages, id)
      return told(isTheirs ? await recorder.approve({ kind: 'call', id, name: endToolName, input }) : known(id))
    }),
    [markToolName]: toolOf('Offered when it is asked for.', (_, { toolCallId }) => told(known(toolCallId))),
  }
}

/** A veto denies the call, with every veto as the reason; the user's own wish, where only they are missing, goes to them. */
export function approvalOf(recorder: StepRecorder): ColloquyApproval {
  return {
    [endToolName]: (input, { toolCallId }) => {
      const result = recorder.resultOf(toolCallId)
      const isTheirs = result === undefined && endCallOf(input)?.ground === 'user-request'
      if (isTheirs) return { type: 'user-approval', reason: confirmWords }
      if (result && !result.isError) return undefined
      return { type: 'denied', reason: result?.text ?? unknownCall }
    },
  }
}
