/** What an agent of `@openai/agents` needs to answer on a thread: instructions that follow the guidance, and our two tools. */
import { isLeft } from 'fp-ts/lib/Either.js'
import type { Guidance } from '../../../lifecycle/guidance.js'
import { orThrow } from '../../../or-throw.js'
import { carryOut } from '../../carry-out.js'
import { intentsOf, isEndCall } from '../../intents.js'
import { inputIn } from '../../network-shapes.js'
import { noSuchTool, notHeard, refusalText, resultsOf } from '../../results.js'
import type { SaidCall } from '../../said.js'
import { endToolName, markOf, markToolName, type Tool, toolsFor } from '../../tools.js'
import type { ThreadSession } from './session.js'

/** The schema of a function tool. */
interface Parameters {
  type: 'object'
  properties: { [field: string]: object }
  required: string[]
  additionalProperties: false
}

/** A function tool as the SDK takes it, in types of our own. */
export interface AgentTool {
  type: 'function'
  name: string
  readonly description: string
  readonly parameters: Parameters
  strict: false
  invoke(context: unknown, input: string): Promise<string>
  needsApproval(): Promise<boolean>
  isEnabled(): Promise<boolean>
}

const nothing: Tool = { name: '', description: '', inputSchema: { type: 'object', properties: {}, required: [] } }
const noted = 'Noted. If the message is written already, add nothing; else write it now, as text.'

/** One of our tools, as far as guidance offers it at this moment. */
abstract class GuidedTool implements AgentTool {
  readonly type = 'function'
  readonly strict = false
  abstract readonly name: string
  private offered: Tool | undefined

  constructor(protected readonly session: ThreadSession) {}

  get description(): string {
    return (this.offered ?? nothing).description
  }

  get parameters(): Parameters {
    return { ...(this.offered ?? nothing).inputSchema, additionalProperties: false } as Parameters
  }

  needsApproval = async (): Promise<boolean> => false

  /** The SDK asks before every step. */
  isEnabled = async (): Promise<boolean> => {
    const { guidance } = await this.session.view()
    const tools = this.session.isTakenIn ? toolsFor(guidance) : []
    this.offered = tools.find(({ name }) => name === this.name)
    this.begin()
    return this.offered !== undefined
  }

  invoke = async (_: unknown, input: string): Promise<string> => {
    // What the user has just said may not be in the log yet: nothing is decided without it.
    if (!this.session.isTakenIn) return noSuchTool.text
    return this.answer({ kind: 'call', id: 'call', name: this.name, ...inputIn(input) })
  }

  protected begin(): void {}
  protected abstract answer(call: SaidCall): Promise<string>
}

class EndTool extends GuidedTool {
  readonly name = endToolName
  private isHeard = false

  protected override begin(): void {
    this.isHeard = false
  }

  /** Of one step only the first call is heard: a handshake in one breath would be none. */
  protected async answer(call: SaidCall): Promise<string> {
    if (this.isHeard) return notHeard.text
    this.isHeard = isEndCall(call)
    const { conversations, ...place } = this.session.options
    const guidance: Guidance = (await this.session.view()).guidance
    const carried = orThrow(await carryOut(conversations, place, intentsOf([call], guidance)))
    return resultsOf([call], carried)[0]?.text ?? noSuchTool.text
  }
}

class MarkTool extends GuidedTool {
  readonly name = markToolName

  protected async answer(call: SaidCall): Promise<string> {
    return markOf(call.input) ? noted : (resultsOf([call], [])[0]?.text ?? noSuchTool.text)
  }
}

/** What the SDK tells of a call that it cannot answer. */
interface ToolFailure {
  readonly kind: string
  readonly toolName: string
}

/**
 * Every veto, for a call of the end tool that came though it was not offered; and the log remembers that it was refused. The order is
 * given for the very version that was looked at, when no end was open: it can only be refused.
 */
async function refusalOf(session: ThreadSession): Promise<string> {
  const { guidance, version } = await session.view()
  if (guidance.mayEnd || !session.isTakenIn) return noSuchTool.text
  const { conversations, ...place } = session.options
  const reason = 'The model called a tool that it was not offered.'
  const asked = { ...place, ground: 'persistent-harm', reason, expectedVersion: version } as const
  const refused = await conversations.end(asked)
  return isLeft(refused) && 'vetoes' in refused.left ? refusalText(refused.left.vetoes ?? []) : noSuchTool.text
}

/**
 * The options of a run on a session's thread: what the user says is received first, and a call of a tool that is not offered is
 * answered by the SDK, which else would break the run off; one of the end tool with every veto.
 */
export const runOptions = (session: ThreadSession) => ({
  session,
  sessionInputCallback: session.takeIn,
  toolNotFoundBehavior: 'return_error_to_model' as const,
  toolErrorFormatter: async ({ kind, toolName }: ToolFailure): Promise<string | undefined> =>
    kind === 'tool_not_found' && toolName === endToolName ? refusalOf(session) : undefined,
})

export interface AgentParts {
  instructions: () => Promise<string>
  tools: AgentTool[]
  toolUseBehavior: () => Promise<{ isFinalOutput: false; isInterrupted: undefined } | Final>
}

interface Final {
  isFinalOutput: true
  isInterrupted: undefined
  finalOutput: string
}

/**
 * The parts of an agent that answers on a session's thread. Instructions and tools follow the guidance before every step; an end is
 * decided by the machine; after one the agent is not asked again.
 * @param own your own instructions; they come first
 */
export function agentParts(session: ThreadSession, own = ''): AgentParts {
  const instructions = async () => {
    const { guidance } = await session.view()
    return own.trim() === '' ? guidance.instructions : `${own}\n\n${guidance.instructions}`
  }
  const toolUseBehavior = async () =>
    (await session.view()).ended
      ? ({ isFinalOutput: true, isInterrupted: undefined, finalOutput: '' } as const)
      : ({ isFinalOutput: false, isInterrupted: undefined } as const)
  return { instructions, tools: [new MarkTool(session), new EndTool(session)], toolUseBehavior }
}
