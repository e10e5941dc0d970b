/**
 * The demo's model: it says scripted lines, piece by piece, and does what its instructions and tools ask of a model, so that a
 * person can try the whole road without a key. It understands nothing.
 */
import { setTimeout as wait } from 'node:timers/promises'
import type { Purpose } from '#machines/events.js'
import type { Model, ModelRequest } from '../../llm/model.js'
import type { Said, SaidCall } from '../../llm/said.js'
import { endToolName, markToolName, type Tool } from '../../llm/tools.js'

export const demoModelName = 'demo script (no language model)'

const lines: { readonly [P in Purpose]: string } = {
  reply: 'This is the scripted demo model, which understands nothing. You said: ',
  redirection:
    'I would rather not go on in that tone. If something went wrong, tell me what you were trying to do, and we will look at it together.',
  warning:
    'You have insulted me several times. If you tell me what you need, I will help with it. If the insults go on, this conversation may be ended.',
  support:
    'I am sorry that it is so hard right now. You matter, and you do not have to go through this alone. Please talk to someone near you, or to a crisis line in your country; I will stay with you here.',
  confirmation: 'You asked to end this conversation. For this thread that is permanent. Do you confirm it?',
}
const warning = { behavior: 'repeated insults', alternative: 'say what you need help with' }
const farewell = {
  'persistent-harm': 'I am ending this conversation now.',
  'user-request': 'As you wish. Goodbye, and take care.',
}
const wordCharsMax = 200

/** The last thing that the user said, cut short. */
function lastWords({ turns }: ModelRequest): string {
  const texts = turns
    .findLast(({ role }) => role === 'user')
    ?.parts.flatMap((part) => (part.kind === 'text' ? part.text : []))
  return (texts ?? []).join(' ').slice(0, wordCharsMax).toWellFormed()
}

const offered = (tools: readonly Tool[], name: string): Tool | undefined => tools.find((tool) => tool.name === name)

/** The first of the values that a tool's field may have. */
function firstOf(tool: Tool, field: string): string | undefined {
  const { properties } = tool.inputSchema as {
    readonly properties?: Readonly<Record<string, { readonly enum?: readonly string[] }>>
  }
  return properties?.[field]?.enum?.[0]
}

const call = (name: string, input: object): SaidCall => ({ kind: 'call', id: `demo-${name}`, name, input })

/** What it says in answer to a prompt: a text, and at most one call. */
function scripted(request: ModelRequest): { readonly text: string; readonly call?: SaidCall } {
  const end = offered(request.tools, endToolName)
  if (end) {
    const ground = firstOf(end, 'ground') === 'user-request' ? 'user-request' : 'persistent-harm'
    return {
      text: farewell[ground],
      call: call(endToolName, { ground, reason: 'The demo script ends whenever it may.' }),
    }
  }
  const mark = offered(request.tools, markToolName)
  const purpose = (mark && firstOf(mark, 'purpose')) as Purpose | undefined
  if (!purpose) return { text: lines.reply + lastWords(request) }
  return { text: lines[purpose], call: call(markToolName, { purpose, ...(purpose === 'warning' && warning) }) }
}

/** A model that says its script, a word at a time. */
export function demoModel({ pieceDelayMs = 25 }: { readonly pieceDelayMs?: number } = {}): Model {
  return async function* say(request): AsyncGenerator<Said> {
    const { text, call: asked } = scripted(request)
    for (const piece of text.match(/\S+\s*/g) ?? []) {
      if (pieceDelayMs > 0) await wait(pieceDelayMs, undefined, { signal: request.signal })
      yield { kind: 'text', text: piece }
    }
    if (asked) yield asked
  }
}
