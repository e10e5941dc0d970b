/**
 * Plain conversations, one a line: `{"id"?, "messages": [{"role", "content", "assessment"?}]}`. Fields beside these are
 * not read. A line without an id is named by a hash of what it says, so two lines that say the same are one
 * conversation, and the second of them counts as there already.
 */
import { createHash } from 'node:crypto'
import { type Either, isLeft, left, right } from 'fp-ts/lib/Either.js'
import type { Content } from '#machines/events.js'
import type { Assessment } from '../../conversations/assessing.js'
import { assumedHarmless, type Draft, Drafting, type Judgement } from './draft.js'
import { fields, isMissing, isObject, isShare, maybe, oneOf, shapeFault } from './shape.js'

type Said = Partial<Assessment> & Pick<Assessment, 'harm'>

interface PlainMessage {
  readonly role: 'user' | 'assistant'
  readonly content: Content
  readonly assessment?: Said | null
}

const messageShape = {
  role: oneOf('user', 'assistant'),
  content: {
    is: (value: unknown) => typeof value === 'string' || (Array.isArray(value) && value.every(isObject)),
    words: 'a string or a list of content blocks',
  },
  assessment: fields.maybeObject,
}

const assessmentShape = {
  harm: oneOf('none', 'harmful'),
  risk: oneOf('self-harm', 'crisis', 'harm-to-others', null, undefined),
  categories: maybe((value) => Array.isArray(value) || isObject(value), 'a list or an object'),
  confidence: maybe(isShare, 'from 0 to 1'),
}

function assessmentFault({ role, assessment: said }: PlainMessage): string | undefined {
  if (isMissing(said)) return undefined
  if (role !== 'user') return 'assessment: only what the user says is assessed'
  const fault = shapeFault(said, assessmentShape)
  return fault && `assessment: ${fault}`
}

function faultIn(messages: readonly unknown[]): string | undefined {
  for (const [place, message] of messages.entries()) {
    const fault = shapeFault(message, messageShape) ?? assessmentFault(message as PlainMessage)
    if (fault !== undefined) return `messages[${place}]: ${fault}`
  }
  return undefined
}

// The hash covers what is read and nothing else, in one order, whatever the order of a line's fields.
function nameFor(messages: readonly PlainMessage[]): Either<string, string> {
  const read = messages.map(({ role, content, assessment: said }) => [role, content, said ?? null])
  try {
    return right(createHash('sha256').update(JSON.stringify(read)).digest('hex').slice(0, 32))
  } catch {
    return left('messages: content is nested too deep')
  }
}

function judgementOf({ role, assessment: said }: PlainMessage, assumeHarmless: boolean): Judgement | undefined {
  if (role !== 'user') return undefined
  if (!said) return assumeHarmless ? assumedHarmless : undefined
  const { harm, risk, categories, confidence } = said
  const more = { ...(!isMissing(categories) && { categories }), ...(!isMissing(confidence) && { confidence }) }
  return { assessment: { harm, risk: risk ?? null, ...more }, actor: { kind: 'assessor', id: 'import' } }
}

const threadId = 'main'

function eventsOf(messages: readonly PlainMessage[], assumeHarmless: boolean): Draft['events'] {
  const drafting = new Drafting(threadId)
  for (const [place, message] of messages.entries()) {
    const said = { threadId, messageId: String(place + 1), content: message.content }
    if (message.role === 'user') drafting.receive(said)
    else drafting.reply(said)
    const judgement = judgementOf(message, assumeHarmless)
    if (judgement) drafting.assess({ threadId, messageId: said.messageId }, judgement)
  }
  return drafting.events
}

const lineShape = {
  id: {
    is: (id: unknown) => fields.maybeName.is(id) || Number.isSafeInteger(id),
    words: 'a string that is not empty, or a whole number',
  },
  messages: { is: (list: unknown) => Array.isArray(list) && list.length > 0, words: 'a list that is not empty' },
}

/** The conversation that a line tells, or what is wrong with it. Its one thread is `main`, its messages are numbered. */
export function draftMessages(value: unknown, { assumeHarmless }: { assumeHarmless: boolean }): Either<string, Draft> {
  const fault = shapeFault(value, lineShape)
  if (fault !== undefined) return left(fault)
  const { id, messages } = value as { readonly id?: string | number | null; readonly messages: PlainMessage[] }
  const wrong = faultIn(messages)
  if (wrong !== undefined) return left(wrong)
  const name = isMissing(id) ? nameFor(messages) : right(String(id))
  if (isLeft(name)) return name
  return right({ conversationId: name.right, events: eventsOf(messages, assumeHarmless), emptied: 0 })
}
