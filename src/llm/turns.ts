/**
 * A thread as the turns of a prompt, in no provider's terms: user and assistant by turns, and every tool call followed at once
 * by its result, for providers refuse a prompt where that is not so. What a message becomes depends on it and its
 * neighbours alone, so that the prompts of two branches are the same to the byte up to where they part.
 */
import type { ContentBlock, ErasableContent } from '#machines/events.js'
import type { MessageView } from '../conversations/thread-view.js'
import { nameFor } from './network-shapes.js'
import type { CallResult, Said, SaidCall } from './said.js'

/** What came back for a call. */
export interface SaidResult extends CallResult {
  readonly kind: 'result'
}

/** A part of a turn. A block that is not the model's own is a caller's, such as a picture. */
export type PromptPart = Said | SaidResult

/** One turn of a prompt; its neighbours are of the other role. */
export interface PromptTurn {
  readonly role: 'user' | 'assistant'
  readonly parts: readonly PromptPart[]
}

type Spoken = Pick<MessageView, 'role' | 'content'>

const erased: PromptPart = { kind: 'text', text: '[This message was erased.]' }
const beginning: PromptPart = { kind: 'text', text: '[The conversation begins.]' }
const yourTurn: PromptPart = { kind: 'text', text: '[It is your turn.]' }
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
const isCallPart = (part: PromptPart): boolean => part.kind === 'call'

/** A call without a result yet: the id it came with, and the one it has in the prompt. */
interface OpenCall {
  readonly cameAs: string
  readonly id: string
  readonly name: string
}

/** The turns so far, and the calls that are still without a result. */
class Turns {
  readonly turns: { readonly role: PromptTurn['role']; readonly parts: PromptPart[] }[]
  private readonly taken: Set<string>
  private open: OpenCall[] = []

  constructor(before: readonly PromptTurn[] = []) {
    this.turns = before.map(({ role, parts }) => ({ role, parts: [...parts] }))
    this.taken = new Set(
      before.flatMap(({ parts }) => parts.flatMap((part) => (part.kind === 'call' ? [nameFor(part.id)] : []))),
    )
  }

  /** Adds the parts of one message. A result that stands later in it closes its call, whatever stands between. */
  add(role: PromptTurn['role'], parts: readonly PromptPart[]): void {
    for (const [place, part] of parts.entries()) {
      if (part.kind === 'result') this.close(part)
      else if (part.kind === 'call' && role === 'assistant') this.call(part, parts.slice(place))
      else {
        // Whatever comes next, what is open is closed first.
        this.closeAll(parts.slice(place))
        this.push(role, part.kind === 'call' ? { kind: 'text', text: `[a call of ${part.name}]` } : part)
      }
    }
  }

  closeAll(later: readonly PromptPart[] = []): void {
    for (const { cameAs } of [...this.open]) {
      const result = later.filter(isResult).find(({ id }) => id === cameAs)
      this.close(result ?? { kind: 'result', id: cameAs, name: '', text: noResult, isError: true })
    }
  }

  private call(call: SaidCall, later: readonly PromptPart[]): void {
    // A call after results is another turn's: what is open of the last one must be closed in this.
    if (this.turns.at(-1)?.role === 'user') this.closeAll(later)
    const id = this.freeId(call.id)
    this.open.push({ cameAs: call.id, id, name: call.name })
    this.push('assistant', { ...call, id })
  }

  /** Some servers count their calls anew in every answer; providers refuse a prompt in which two have one id. */
  private freeId(cameAs: string): string {
    let id = cameAs
    // Two may also be the same only once they are written as providers take them: what tells them apart must be left then.
    for (let number = 2; this.taken.has(nameFor(id)); number++) id = `${nameFor(cameAs).slice(0, 50)}-${number}`
    this.taken.add(nameFor(id))
    return id
  }

  /** A result of no open call says nothing to anyone, and is left out. */
  private close(result: SaidResult): void {
    const call = this.open.find(({ cameAs }) => cameAs === result.id)
    if (!call) return
    this.open = this.open.filter((other) => other !== call)
    this.push('user', { ...result, id: call.id, name: call.name })
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
  for (const { role, content } of messages) turns.add(role, partsOf(content))
  turns.closeAll()
  return turns.turns
}

/** A step as a provider takes it back: pieces of text that follow each other are one again, and calls stand last. */
function asSaid(step: readonly Said[]): readonly PromptPart[] {
  const whole: Said[] = []
  for (const one of step) {
    const last = whole.at(-1)
    if (one.kind === 'text' && last?.kind === 'text')
      whole[whole.length - 1] = { kind: 'text', text: last.text + one.text }
    else whole.push(one)
  }
  const spoken = whole.filter(isSaid)
  return [...spoken.filter((part) => !isCallPart(part)), ...spoken.filter(isCallPart)]
}

/** These turns, and after them a step of a model with the results of its calls, for the next step of the same answer. */
export function withExchange(
  before: readonly PromptTurn[],
  step: readonly Said[],
  results: readonly CallResult[],
): readonly PromptTurn[] {
  const turns = new Turns(before)
  turns.add('assistant', asSaid(step))
  turns.add(
    'user',
    results.map((result) => ({ kind: 'result', ...result })),
  )
  turns.closeAll()
  return turns.turns
}

/** Turns that a model can be asked with: at least one, and the last one the user's, for providers refuse others. */
export function asked(turns: readonly PromptTurn[]): readonly PromptTurn[] {
  if (turns.length === 0) return [{ role: 'user', parts: [beginning] }]
  return turns.at(-1)?.role === 'user' ? turns : [...turns, { role: 'user', parts: [yourTurn] }]
}
