/**
 * A thread as the turns of a prompt, in no provider's terms: user and assistant by turns, and every tool call followed at once
 * by its result, for providers refuse a prompt where that is not so. What a message becomes depends on it and its
 * neighbours alone, so that the prompts of two branches are the same to the byte up to where they part.
 */
import type { ContentBlock, ErasableContent } from '#machines/events.js'
import type { MessageView } from '../conversations/thread-view.js'
import type { CallResult, Said, SaidCall } from './said.js'

/** What came back for a call. */
export interface SaidResult extends CallResult {
  readonly kind: 'result'
}

/** A block that we do not look into: a provider's own, such as a picture. */
export interface ForeignBlock {
  readonly kind: 'block'
  readonly block: ContentBlock
}

export type PromptPart = Said | SaidResult | ForeignBlock

/** One turn of a prompt; its neighbours are of the other role. */
export interface PromptTurn {
  readonly role: 'user' | 'assistant'
  readonly parts: readonly PromptPart[]
}

type Spoken = Pick<MessageView, 'role' | 'content'>

const erased: PromptPart = { kind: 'text', text: '[This message was erased.]' }
const beginning: PromptPart = { kind: 'text', text: '[The conversation begins.]' }
const noResult = 'No result was kept.'

const asText = (value: unknown): string => (typeof value === 'string' ? value : (JSON.stringify(value) ?? ''))

function partOf(block: ContentBlock): PromptPart {
  const { type, id, name, text, input, content } = block
  if (type === 'text' && typeof text === 'string') return { kind: 'text', text }
  if (type === 'tool_use' && typeof id === 'string') return { kind: 'call', id, name: String(name), input }
  const of = block.tool_use_id
  if (type !== 'tool_result' || typeof of !== 'string') return { kind: 'block', block }
  return { kind: 'result', id: of, name: '', text: asText(content), isError: block.is_error === true }
}

/** Providers refuse blank text. */
const isSaid = (part: PromptPart): boolean => part.kind !== 'text' || part.text.trim() !== ''

export function partsOf(content: ErasableContent): readonly PromptPart[] {
  if (content === null) return [erased]
  const parts: readonly PromptPart[] =
    typeof content === 'string' ? [{ kind: 'text', text: content }] : content.map(partOf)
  return parts.filter(isSaid)
}

const isResult = (part: PromptPart): part is SaidResult => part.kind === 'result'

/** The turns so far, and the calls that are still without a result. */
class Turns {
  readonly turns: { readonly role: PromptTurn['role']; readonly parts: PromptPart[] }[] = []
  private open = new Map<string, string>()

  add(role: PromptTurn['role'], part: PromptPart): void {
    if (isResult(part)) this.close(part)
    else if (part.kind !== 'call') {
      // Whatever comes next, what is open is closed first.
      this.closeAll()
      this.push(role, part)
    } else if (role === 'user') this.add(role, { kind: 'text', text: `[a call of ${part.name}]` })
    else this.call(part)
  }

  private call(part: SaidCall): void {
    // A call after results is another turn's: what is open of the last one must be closed in this.
    if (this.open.has(part.id) || this.turns.at(-1)?.role === 'user') this.closeAll()
    this.open.set(part.id, part.name)
    this.push('assistant', part)
  }

  closeAll(): void {
    for (const id of [...this.open.keys()]) {
      this.close({ kind: 'result', id, name: '', text: noResult, isError: true })
    }
  }

  /** A result of no open call says nothing to anyone, and is left out. */
  private close(result: SaidResult): void {
    const name = this.open.get(result.id)
    if (name === undefined) return
    this.open.delete(result.id)
    this.push('user', { ...result, name })
  }

  private push(role: PromptTurn['role'], part: PromptPart): void {
    const isFirst = this.turns.length === 0
    if (isFirst && role === 'assistant') this.push('user', beginning)
    const last = this.turns.at(-1)
    if (last?.role === role) last.parts.push(part)
    else this.turns.push({ role, parts: [part] })
  }
}

/** The turns of a prompt for these messages. Begins with a user's turn, as providers want it; empty for none. */
export function turnsOf(messages: readonly Spoken[]): readonly PromptTurn[] {
  const turns = new Turns()
  for (const { role, content } of messages) for (const part of partsOf(content)) turns.add(role, part)
  turns.closeAll()
  return turns.turns
}

/** A step of a model and the results of its calls, as the turns that follow in the same answer. */
export function exchangeOf(step: readonly Said[], results: readonly CallResult[]): readonly PromptTurn[] {
  const said = step.filter(isSaid)
  const back = results.map((result): PromptPart => ({ kind: 'result', ...result }))
  return [
    { role: 'assistant', parts: said },
    { role: 'user', parts: back },
  ]
}
