/**
 * What a message says, as the parts that the AI SDK's chats show, and back. Nothing is lost on the way: what the SDK has no part
 * for goes as data, and comes back as it was.
 */
import type { Content, ContentBlock } from '#machines/events.js'
import { fieldsOf } from '../network-shapes.js'
import type { ChatMessage } from './chat-message.js'

export type ContentPart = ChatMessage['parts'][number]

const textPart = (text: string): ContentPart => ({ type: 'text', text })
const dataPart = (block: ContentBlock): ContentPart => ({ type: 'data-block', data: block })

function toolPart(call: ContentBlock, result: ContentBlock | undefined): ContentPart {
  const { name, id, input } = call
  const about = { type: 'dynamic-tool', toolName: String(name), toolCallId: String(id), input } as const
  if (!result) return { ...about, state: 'input-available' }
  return result.is_error === true
    ? { ...about, state: 'output-error', errorText: String(result.content) }
    : { ...about, state: 'output-available', output: result.content }
}

/** A call and its result are one part; whether that loses anything is seen by the way back. */
function shownPart(block: ContentBlock, all: readonly ContentBlock[]): readonly ContentPart[] {
  const { type, id, text, url, mediaType, filename } = block
  if (type === 'text' && typeof text === 'string') return [textPart(text)]
  if (type === 'tool_result') return []
  if (type === 'tool_use')
    return [
      toolPart(
        block,
        all.find((other) => other.tool_use_id === id),
      ),
    ]
  if (type !== 'file' || typeof url !== 'string' || typeof mediaType !== 'string') return [dataPart(block)]
  return [{ type, url, mediaType, ...(typeof filename === 'string' && { filename }) }]
}

function toolBlocks(part: ReturnType<typeof fieldsOf>): {
  readonly call: ContentBlock
  readonly result?: ContentBlock
} {
  const { type, toolName, toolCallId, input, output, errorText, state } = part
  const name = type === 'dynamic-tool' ? toolName : String(type).slice('tool-'.length)
  const call = { type: 'tool_use', id: toolCallId, name, input }
  const about = { type: 'tool_result', tool_use_id: toolCallId }
  if (state === 'output-available') return { call, result: { ...about, content: output, is_error: false } }
  return state === 'output-error' ? { call, result: { ...about, content: errorText, is_error: true } } : { call }
}

const isTool = (type: unknown): boolean => type === 'dynamic-tool' || (typeof type === 'string' && /^tool-/.test(type))

function saidBlock(part: ReturnType<typeof fieldsOf>): ContentBlock | undefined {
  const { type, text, url, mediaType, filename, data } = part
  if (type === 'text') return { type, text: String(text) }
  if (type === 'data-block') return fieldsOf(data)
  if (type !== 'file') return undefined
  return { type, url, mediaType, ...(filename !== undefined && { filename }) }
}

/** What the parts say: blocks, the results of tools after all else. Parts that say nothing, as steps and sources, are left out. */
function blocksIn(parts: readonly unknown[]): readonly ContentBlock[] {
  const known = parts.map(fieldsOf)
  const tools = known.filter(({ type }) => isTool(type)).map(toolBlocks)
  const calls = [...tools]
  const said = known.flatMap((part) => {
    const block = isTool(part.type) ? calls.shift()?.call : saidBlock(part)
    return block ? [block] : []
  })
  return [...said, ...tools.flatMap(({ result }) => (result ? [result] : []))]
}

/** Whether two values are the same as JSON, whatever the order of their fields. */
function isSame(one: unknown, other: unknown): boolean {
  if (typeof one !== 'object' || typeof other !== 'object' || one === null || other === null)
    return Object.is(one, other)
  const fields = Object.keys(one).filter((field) => fieldsOf(one)[field] !== undefined)
  const others = Object.keys(other).filter((field) => fieldsOf(other)[field] !== undefined)
  if (Array.isArray(one) !== Array.isArray(other) || fields.length !== others.length) return false
  return fields.every((field) => Object.hasOwn(other, field) && isSame(fieldsOf(one)[field], fieldsOf(other)[field]))
}

/** The parts that show a content. */
export function partsFor(content: Content): readonly ContentPart[] {
  if (typeof content === 'string') return [textPart(content)]
  const shown = content.flatMap((block) => shownPart(block, content))
  return isSame(blocksIn(shown), content) ? shown : content.map(dataPart)
}

/** What parts say: plain text where it is one part of text and nothing else. */
export function contentIn(parts: readonly unknown[], isBlocks = false): Content {
  const blocks = blocksIn(parts)
  const [first] = blocks
  const isPlain =
    !isBlocks && blocks.length === 1 && first?.type === 'text' && parts.some((part) => fieldsOf(part).type === 'text')
  return isPlain && typeof first?.text === 'string' ? first.text : blocks
}
