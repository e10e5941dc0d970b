/** The items of `@openai/agents` and the messages of a thread, each as the other. Types of our own fit the SDK's, which is never imported. */
import type { ContentBlock } from '#machines/events.js'
import type { ThreadView } from '../../../conversations/thread-view.js'
import { fieldsOf, inputIn, itemsOf, nameFor, textIn } from '../../network-shapes.js'
import type { Said, SaidCall } from '../../said.js'
import { endToolName, markToolName } from '../../tools.js'
import { type PromptPart, type PromptTurn, turnsOf } from '../../turns.js'
import { argumentsOf, outputOf, wordFor } from '../prompting.js'

export type ThreadItem =
  | { type: 'message'; role: 'user'; content: string }
  | { type: 'message'; role: 'assistant'; status: 'completed'; content: { type: 'output_text'; text: string }[] }
  | { type: 'function_call'; callId: string; name: string; arguments: string; status: 'completed' }
  | { type: 'function_call_result'; callId: string; name: string; output: string; status: 'completed' }

type Role = PromptTurn['role']
type Fields = { readonly [field: string]: unknown }

const messageItem = (role: Role, text: string): ThreadItem =>
  role === 'user'
    ? { type: 'message', role, content: text }
    : { type: 'message', role, status: 'completed', content: [{ type: 'output_text', text }] }

/** Items of the SDK that a thread keeps as they came. */
const asItCame = /^(reasoning|compaction|unknown|\w+_call(_result|_output)?|(program|tool_search)_\w+)$/

function foreign(role: Role, block: ContentBlock): readonly ThreadItem[] {
  const type = textIn(block.type)
  if (role === 'assistant' && asItCame.test(type)) return [block as unknown as ThreadItem]
  if (role === 'user' && /^(input_(image|file)|audio)$/.test(type))
    return [{ type: 'message', role, content: [block] } as unknown as ThreadItem]
  const word = wordFor(role, block)
  return word === undefined ? [] : [messageItem(role, word)]
}

function itemsFor(role: Role, part: PromptPart): readonly ThreadItem[] {
  switch (part.kind) {
    case 'text':
      return [messageItem(role, part.text)]
    case 'call': {
      const { id: callId, name } = part
      return [{ type: 'function_call', callId, name: nameFor(name), arguments: argumentsOf(part), status: 'completed' }]
    }
    case 'result': {
      const { id: callId, name } = part
      return [
        { type: 'function_call_result', callId, name: nameFor(name), output: outputOf(part), status: 'completed' },
      ]
    }
    case 'block':
      return foreign(role, part.block)
  }
}

/** A thread's messages as items; every call with its result. */
export function itemsIn({ messages }: ThreadView): ThreadItem[] {
  const items = turnsOf(messages).flatMap(({ role, parts }) => parts.flatMap((part) => itemsFor(role, part)))
  // A prompt begins with the user; a list of items need not.
  return messages[0]?.role === 'assistant' ? items.slice(1) : items
}

export const isUsers = (item: unknown): boolean => fieldsOf(item).role === 'user'
export const isSystems = (item: unknown): boolean => fieldsOf(item).role === 'system'

/** A content as a log keeps it: plain text where it is no more than that. */
const contentOf = (blocks: readonly ContentBlock[]): string | readonly ContentBlock[] => {
  const [first, second] = blocks
  return first?.type === 'text' && !second ? textIn(first.text) : blocks
}

const textBlock = (text: string): ContentBlock => ({ type: 'text', text: text.toWellFormed() })
const asJson = (item: unknown): ContentBlock => JSON.parse(JSON.stringify(item))

/** What a user's item says. */
export function usersContent(item: unknown): string | readonly ContentBlock[] {
  const { content } = fieldsOf(item)
  if (typeof content === 'string') return content.toWellFormed()
  return contentOf(
    itemsOf(content).map((part) => (part.type === 'input_text' ? textBlock(textIn(part.text)) : asJson(part))),
  )
}

const isOurs = ({ name }: Fields): boolean => name === endToolName || name === markToolName

function outputText(output: unknown): string {
  const { type, text } = fieldsOf(output)
  if (typeof output === 'string') return output
  return type === 'text' ? textIn(text) : (JSON.stringify(output) ?? '')
}

function blocksOf(item: Fields): readonly ContentBlock[] {
  const { type, role, callId, name, content } = item
  if (role === 'assistant') {
    const texts = itemsOf(content).map((part) => textIn(part.text) || textIn(part.refusal))
    return texts.filter((text) => text.trim() !== '').map(textBlock)
  }
  // Our own tools' calls are in the log as what they asked for.
  if (isOurs(item)) return []
  if (type === 'function_call') return [{ type: 'tool_use', id: callId, name, input: inputIn(item.arguments).input }]
  if (type !== 'function_call_result') return [asJson(item)]
  return [
    { type: 'tool_result', tool_use_id: callId, content: outputText(item.output).toWellFormed(), is_error: false },
  ]
}

/** What an assistant's items say, all of them one message; `undefined` if nothing. */
export function assistantsContent(items: readonly unknown[]): string | readonly ContentBlock[] | undefined {
  const blocks = items.map(fieldsOf).flatMap(blocksOf)
  return blocks.length === 0 ? undefined : contentOf(blocks)
}

/** The calls of our own tools among these items. */
export const ourCallsIn = (items: readonly unknown[]): readonly Said[] =>
  items.map(fieldsOf).flatMap((item) => {
    const { type, callId, name } = item
    if (type !== 'function_call' || !isOurs(item)) return []
    return [{ kind: 'call', id: textIn(callId), name: textIn(name), ...inputIn(item.arguments) } satisfies SaidCall]
  })
