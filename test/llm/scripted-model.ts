/** A model that says what it is told to, step by step, and remembers what it was asked. For tests: it knows no rule. */
import type { Model, ModelRequest, Prompt } from '../../src/llm/model.js'
import type { Said } from '../../src/llm/said.js'

export const says = (text: string): Said => ({ kind: 'text', text })
export const calls = (name: string, input: unknown, id = `call of ${name}`): Said => ({ kind: 'call', id, name, input })

export const endsFor = (ground: unknown, reason: unknown = 'it went on', id?: string): Said =>
  calls('end_conversation', { ground, reason }, id)
export const marks = (purpose: string, more: object = {}): Said => calls('mark_message', { purpose, ...more })
export const warned = { behavior: 'insults', alternative: 'the question itself' }

/** What is done in place of a step's next piece: a rejection, or nothing ever. */
export type Step = readonly (Said | Error | 'hangs')[]

export interface ScriptedModel {
  readonly model: Model
  readonly prompts: Prompt[]
}

/** Says one step for each time it is asked; asked once more, it says nothing. */
export function scripted(...steps: readonly Step[]): ScriptedModel {
  const prompts: Prompt[] = []
  const model = async function* ({ signal: _, ...prompt }: ModelRequest) {
    const step = steps[prompts.length] ?? []
    prompts.push(prompt)
    for (const piece of step) {
      if (piece instanceof Error) throw piece
      if (piece === 'hangs') await new Promise(() => {})
      else yield piece
    }
  }
  return { model, prompts }
}

/** Every word by which a prompt instructs the model: instructions and tools, not the transcript. */
export const wordsOf = ({ instructions, tools }: Prompt): string => [instructions, JSON.stringify(tools)].join('\n')
