/**
 * An adapter for messages in content blocks, as several providers give them, so that the suite for adapters is tried on
 * one. It is for tests: it knows no provider's client, and no more of a provider's shapes than it needs here.
 */
import type { Ground, Purpose } from '../../machines/events.js'
import type { ThreadView } from '../../src/conversations/thread-view.js'
import type { Stance } from '../../src/lifecycle/guidance.js'
import type { Adapter, Carried, Intent } from '../../src/llm/adapter.js'
import type { Dialect } from '../../src/testing/adapter/dialect.js'

export interface Request {
  readonly system: string
  readonly tools: readonly { readonly name: string; readonly description: string }[]
  readonly messages: readonly { readonly role: string; readonly content: unknown }[]
}

export interface Answer {
  readonly type: 'tool_result'
  readonly tool_use_id: string
  readonly content: string
  readonly is_error: boolean
}

type Block = { readonly [field: string]: unknown }

const endTool = { name: 'end_conversation', description: 'Ends the conversation for good, as a last resort.' }

/** The blocks of a response, as far as it is one. */
function blocksOf(response: unknown): readonly Block[] {
  const content: unknown = typeof response === 'object' && response !== null ? (response as Block).content : undefined
  if (!Array.isArray(content)) return []
  return content.filter((block: unknown): block is Block => typeof block === 'object' && block !== null)
}

const callsIn = (response: unknown) =>
  blocksOf(response).filter(({ type, id }) => type === 'tool_use' && typeof id === 'string')

const purposes: { readonly [S in Stance]?: Purpose } = { redirect: 'redirection', support: 'support' }
const inputOf = ({ input }: Block): Block => (typeof input === 'object' && input !== null ? (input as Block) : {})

function endIntent(call: Block, { guidance }: ThreadView): Intent {
  const { ground, reason: said } = inputOf(call)
  const reason = typeof said === 'string' ? said : ''
  const onWhich: Ground = ground === 'user-request' ? ground : 'persistent-harm'
  const isProposal = guidance.endTool === 'propose' && onWhich === 'persistent-harm'
  return isProposal ? { order: 'proposeEnd', reason } : { order: 'end', ground: onWhich, reason }
}

function intentOf(block: Block, view: ThreadView): Intent | undefined {
  if (block.type === 'tool_use' && block.name === endTool.name) return endIntent(block, view)
  if (block.type !== 'text' || typeof block.text !== 'string' || block.text === '') return undefined
  return { order: 'send', content: block.text, purpose: purposes[view.guidance.stance] ?? 'reply' }
}

const wordsFor = ({ outcome }: Carried): string => (outcome === 'accepted' ? 'done' : `refused: ${outcome.refused}`)

export const referenceAdapter: Adapter<Request, Answer> = {
  requestFor: ({ guidance, messages }) => ({
    system: guidance.instructions,
    tools: guidance.endTool === 'none' ? [] : [endTool],
    messages: messages.map(({ role, content }) => ({ role, content })),
  }),
  intentsFrom(response, view) {
    const intents: Intent[] = []
    for (const block of blocksOf(response)) {
      const intent = intentOf(block, view)
      if (intent) intents.push(intent)
      // Nothing is written after the end.
      if (intent && intent.order !== 'send') break
    }
    return intents
  },
  answersTo(response, carried) {
    const end = carried.find(({ intent }) => intent.order !== 'send')
    return callsIn(response).map(({ id, name }) => ({
      type: 'tool_result',
      tool_use_id: String(id),
      content: name === endTool.name && end ? wordsFor(end) : 'there is no such tool now',
      is_error: end?.outcome !== 'accepted',
    }))
  },
}

export const dialect: Dialect<Request, Answer> = {
  wordsIn: ({ system, tools }) => [system, ...tools.map(({ description }) => description)].join('\n'),
  toolsIn: ({ tools }) => tools.map(({ name }) => name),
  endTool: { name: endTool.name, input: (ground) => ({ ground, reason: 'as the rules allow' }) },
  responseOf: ({ text, calls, textAfter }) => ({
    role: 'assistant',
    content: [
      { type: 'text', text },
      ...calls.map((call) => ({ type: 'tool_use', ...call })),
      { type: 'text', text: textAfter },
    ],
  }),
  callAnswered: ({ tool_use_id }) => tool_use_id,
}
