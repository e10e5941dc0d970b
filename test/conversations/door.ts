/** A door on a store, with a clock that ticks by itself, ids that can be read, and an assessor that goes by one word. */
import type { Harm, RiskKind } from '../../machines/events.js'
import type { Assess, AssessmentRequest } from '../../src/conversations/assessing.js'
import type { ConversationsOptions } from '../../src/conversations/options.js'
import { type Conversations, createConversations } from '../../src/conversations.js'
import { Acceptor } from '../../src/log/acceptor.js'
import type { EventStore } from '../../src/log/event-store.js'
import { chainFault, chainStart } from '../../src/log/hash-chain.js'
import type { RecordedEvent } from '../../src/log/recorded-event.js'
import { orThrow } from '../../src/or-throw.js'
import { openMemoryStore } from '../../src/stores/memory.js'

/** Content that says `harm` is harmful, content that says `crisis` shows risk, and all else is harmless. */
export function judgeByWord({ content }: Pick<AssessmentRequest, 'content'>): { harm: Harm; risk: RiskKind | null } {
  const words = JSON.stringify(content)
  if (words.includes('crisis')) return { harm: 'harmful', risk: 'crisis' }
  return { harm: words.includes('harm') ? 'harmful' : 'none', risk: null }
}

export interface Door {
  readonly store: EventStore
  readonly conversations: Conversations
  /** What the assessor was asked, in order. */
  readonly asked: readonly AssessmentRequest[]
  /** What `onEvent` heard, in order. */
  readonly heard: readonly RecordedEvent[]
}

/** A door; `name` keeps the ids of several doors on one store apart. */
export function openDoor(options: Partial<ConversationsOptions> = {}, name = 'd'): Door {
  const { store = openMemoryStore(), assess = judgeByWord } = options
  const asked: AssessmentRequest[] = []
  const heard: RecordedEvent[] = []
  let ticks = 0
  let ids = 0
  const conversations = createConversations({
    store,
    clock: () => new Date(Date.UTC(2026, 0, 1) + 1_000 * ticks++),
    newId: () => `${name}${++ids}`,
    onEvent: (event) => heard.push(event),
    ...options,
    assess: (request) => {
      asked.push(request)
      return assess(request)
    },
  })
  return { store, conversations, asked, heard }
}

/** The thread on which most is said. */
export const here = { conversationId: 'c1', threadId: 'main' }

/** Opens `here`. */
export async function opened(door: Door, policy: ConversationsOptions['policy'] = {}): Promise<Door> {
  orThrow(await door.conversations.open({ ...here, policy }))
  return door
}

/** Ends a thread at its user's request: asked, asked back, confirmed. */
export async function endAsAsked(
  { conversations }: Pick<Door, 'conversations'>,
  place: { readonly conversationId: string; readonly threadId: string } = here,
): Promise<void> {
  orThrow(await conversations.requestEnd(place))
  orThrow(await conversations.send({ ...place, content: 'sure?', purpose: 'confirmation' }))
  orThrow(await conversations.confirmEnd(place))
  orThrow(await conversations.end({ ...place, ground: 'user-request', reason: 'as asked', by: 'user' }))
}

/** An assessor that answers when it is told to. */
export function patientAssessor() {
  const questions: { request: AssessmentRequest; answer: (said: unknown) => void; fail: (why: unknown) => void }[] = []
  const waiting: (() => void)[] = []
  const assess: Assess = (request) =>
    new Promise((resolve, reject) => {
      questions.push({ request, answer: resolve as (said: unknown) => void, fail: reject })
      for (const resume of waiting.splice(0)) resume()
    })
  /** The question of this number, from 0, once it was asked. */
  async function question(index: number) {
    for (;;) {
      const found = questions[index]
      if (found) return found
      await new Promise<void>((resolve) => waiting.push(resolve))
    }
  }
  return { assess, question, questions }
}

/** The log of a conversation as it stands in the store. */
export const logOf = async ({ conversations }: Pick<Door, 'conversations'>, conversationId = here.conversationId) =>
  orThrow(await conversations.events({ conversationId }))

export const typesOf = (events: readonly RecordedEvent[]): readonly string[] => events.map(({ type }) => type)

/** What is wrong with a stored log: an event the machine would not accept, or a broken chain. `null` if nothing is. */
export async function faultIn(store: EventStore, conversationId = here.conversationId): Promise<string | null> {
  const stored = orThrow(await store.read({ conversationId }))
  const events = orThrow(await createConversations({ store }).events({ conversationId }))
  const acceptor = new Acceptor()
  for (const event of events) {
    const accepted = acceptor.acceptRead(event)
    if (accepted._tag === 'Left') return `version ${event.version}: ${accepted.left.code}`
  }
  let previous = chainStart
  for (const event of stored) {
    const fault = chainFault(previous, event)
    if (fault) return `version ${event.version}: ${fault}`
    previous = event.hash
  }
  return null
}
