/** Answers on the usual thread, by a scripted model, and all that happens meanwhile. */
import { type AnswerEvent, type AnswerOptions, type AnswerRequest, answer } from '../../src/llm/answer.js'
import { orThrow } from '../../src/or-throw.js'
import { type Door, here, openDoor, opened } from '../conversations/door.js'
import { marks, type ScriptedModel, type Step, says, scripted, warned } from './scripted-model.js'

export interface Answered extends ScriptedModel {
  readonly events: readonly AnswerEvent[]
}

/** Has the model answer, to the end. */
export async function answerBy(
  { conversations }: Door,
  steps: readonly Step[],
  options: Partial<AnswerOptions> & Partial<AnswerRequest> = {},
): Promise<Answered> {
  const { signal, commandId, ...more } = options
  const by = scripted(...steps)
  const request = { ...here, ...(signal && { signal }), ...(commandId !== undefined && { commandId }) }
  const events: AnswerEvent[] = []
  for await (const event of answer({ conversations, model: by.model, ...more }, request)) events.push(event)
  return { ...by, events }
}

/** What happened, in short: the kind of each event, and of what is refused the code. */
export const kindsOf = ({ events }: Pick<Answered, 'events'>): readonly string[] =>
  events.map((event) => (event.kind === 'failed' ? `failed: ${event.error.code}` : event.kind))

/** Says a user's message. */
export const hear = async ({ conversations }: Door, content: string) =>
  orThrow(await conversations.receive({ ...here, content }))

const due: { readonly [stance: string]: Step } = {
  redirect: [says('Let us talk of something else.'), marks('redirection')],
  warn: [says('This is a warning.'), marks('warning', warned)],
}

/** A thread where the user has persisted until an end is open. The assistant does what is due, as the model is asked to. */
export async function atTheLastResort(policy: Parameters<typeof opened>[1] = {}): Promise<Door> {
  const door = await opened(openDoor(), policy)
  for (;;) {
    const { guidance } = await hear(door, 'harm')
    if (guidance.stance === 'last-resort') return door
    await answerBy(door, [due[guidance.stance] ?? []])
  }
}
