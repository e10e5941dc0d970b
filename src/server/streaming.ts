/** What is answered piece by piece: all that the model answers to, and subscriptions. */
import { type Either, isLeft, right } from 'fp-ts/lib/Either.js'
import type { Refused } from '../conversations/journal.js'
import type { Turn } from '../conversations/turn.js'
import { answerEvent, recordedAnswer } from './answer-events.js'
import { eventStream, type ServerSentEvent } from './event-stream.js'
import { problem, problemResponse } from './problem.js'
import { reply, tagOf } from './replies.js'
import { type Call, type Route, route, type Service } from './route.js'
import { answers, bodies, queries } from './schemas.js'
import { shownEvent, shownTurn } from './shown.js'

const thread = '/v1/conversations/{conversationId}/threads/{threadId}'
const stream = { status: 200, schema: answers.stream, isStream: true } as const

const tooMany = ({ streamsPerOwnerMax }: Service['limits']): Response =>
  problemResponse(problem('too-many-streams', `an owner has at most ${streamsPerOwnerMax} answers and subscriptions`))

function streamed(call: Call, { limits }: Service, source: AsyncIterable<ServerSentEvent>, version?: number): Response {
  const { heartbeatMs, stallTimeoutMs } = limits
  const headers = version === undefined ? {} : { etag: tagOf(version) }
  return eventStream(source, { heartbeatMs, stallTimeoutMs, headers, onEnd: call.onEnd })
}

/** What is to be answered: where it stands, and the id under which its answer is given once. */
interface Asked {
  readonly conversationId: string
  readonly threadId: string
  readonly version: number
  readonly commandId: string
}

/** The answer that was recorded, or is under way, or begins now. */
async function answerTo(
  asked: Asked,
  { who }: Call,
  service: Service,
  onOver: () => void,
): Promise<Either<Refused, AsyncIterable<ServerSentEvent>>> {
  const { version, ...place } = asked
  const { role } = who
  const shown = async function* (events: ReturnType<Service['answers']['answer']>) {
    for await (const event of events) yield answerEvent(event, role)
  }
  const joined = service.answers.join(place)
  if (joined) {
    onOver()
    return right(shown(joined))
  }
  const view = await service.conversations.thread(place)
  if (isLeft(view)) return view
  const recorded = recordedAnswer(view.right, version, role)
  if (!recorded) return right(shown(service.answers.answer(place, onOver)))
  onOver()
  return right(asTheyAre(recorded))
}

async function* asTheyAre(events: readonly ServerSentEvent[]): AsyncGenerator<ServerSentEvent> {
  yield* events
}

/** Carries an order out and streams what the assistant answers; a place for the answer is taken before anything is written. */
async function ordered(call: Call, service: Service, order: () => Promise<Either<Refused, Turn>>): Promise<Response> {
  const release = service.streams.take(call.who.owner)
  if (!release) return tooMany(service.limits)
  let isHandedOn = false
  try {
    const taken = await order()
    if (isLeft(taken)) return reply(taken)
    const { conversationId, threadId, version, event } = taken.right
    const asked = { conversationId, threadId, version, commandId: `${event.id}.answer` }
    const answer = await answerTo(asked, call, service, release)
    if (isLeft(answer)) return reply(answer)
    isHandedOn = true
    const first: ServerSentEvent = { event: 'taken', id: version, data: shownTurn(taken.right, call.who.role) }
    return streamed(call, service, following(first, answer.right), version)
  } finally {
    if (!isHandedOn) release()
  }
}

async function* following(first: ServerSentEvent, rest: AsyncIterable<ServerSentEvent>) {
  yield first
  yield* rest
}

/** An answer to a thread as it stands, where none was given, or the one under way broke off. */
async function answerAgain(call: Call, service: Service): Promise<Response> {
  const { conversationId, threadId, who, order } = call
  const view = await service.conversations.thread({ conversationId, threadId })
  if (isLeft(view)) return reply(view)
  const { version, messages } = view.right
  if (order.expectedVersion !== undefined && order.expectedVersion !== version) {
    return problemResponse(problem('version-conflict', `the conversation is at version ${version}`))
  }
  const last = messages.at(-1)
  if (!last) return problemResponse(problem('unknown-message', 'there is no message to answer'))
  const release = service.streams.take(who.owner)
  if (!release) return tooMany(service.limits)
  const lastUser = messages.findLast(({ role }) => role === 'user')
  const since = last.role === 'user' ? version : (lastUser?.version ?? 0)
  const asked = { conversationId, threadId, version: since, commandId: `${threadId}.${version}.answer` }
  const answer = await answerTo(asked, call, service, release)
  if (!isLeft(answer)) return streamed(call, service, answer.right, version)
  release()
  return reply(answer)
}

const codeIn = (thrown: unknown): string =>
  typeof thrown === 'object' && thrown !== null && 'code' in thrown ? String(thrown.code) : 'internal'

async function* feedOf(call: Call, service: Service, fromVersion: number, signal: AbortSignal) {
  const { conversationId, who } = call
  try {
    for await (const event of service.conversations.subscribe({ conversationId, fromVersion, signal })) {
      yield { event: event.type, id: event.version, data: shownEvent(event, who.role) }
    }
  } catch (thrown) {
    yield { event: 'failed', data: { code: codeIn(thrown), detail: 'the subscription failed' } }
  }
}

async function subscribe(call: Call<unknown, { fromVersion?: number }>, service: Service): Promise<Response> {
  const release = service.streams.take(call.who.owner)
  if (!release) return tooMany(service.limits)
  const gone = new AbortController()
  const onEnd = () => {
    gone.abort()
    release()
    call.onEnd()
  }
  const from = call.lastVersion === undefined ? (call.query.fromVersion ?? 1) : call.lastVersion + 1
  const signal = AbortSignal.any([gone.signal, service.closing])
  return streamed({ ...call, onEnd }, service, feedOf(call, service, from, signal))
}

export const streaming: readonly Route[] = [
  route({
    method: 'post',
    path: `${thread}/messages`,
    operationId: 'receiveMessage',
    summary: "Takes the user's message, has it assessed, and streams the assistant's answer, and then the guidance.",
    access: 'acts',
    body: bodies.message,
    answers: stream,
    handle: (call, service) => {
      const { conversationId, threadId, order, body } = call
      return ordered(call, service, () =>
        service.conversations.receive({ conversationId, threadId, ...order, ...body }),
      )
    },
  }),
  route({
    method: 'post',
    path: `${thread}/answer`,
    operationId: 'answerAgain',
    summary: 'Asks for the answer that a thread still lacks, or streams the one that it has.',
    access: 'acts',
    body: bodies.nothing,
    answers: stream,
    handle: answerAgain,
  }),
  route({
    method: 'post',
    path: `${thread}/fork`,
    operationId: 'forkThread',
    summary: "Says one of the user's messages anew on a new thread, and streams the answer to it.",
    access: 'acts',
    body: bodies.fork,
    answers: stream,
    handle: (call, service) => {
      const { conversationId, threadId, order, body } = call
      const { messageId, content } = body
      return ordered(call, service, () =>
        service.conversations.fork({ conversationId, threadId, ...order, messageId, edit: { content } }),
      )
    },
  }),
  route({
    method: 'post',
    path: `${thread}/retry`,
    operationId: 'retryAnswer',
    summary: "Has one of the assistant's messages given anew, on a new thread, and streams it.",
    access: 'acts',
    body: bodies.retry,
    answers: stream,
    handle: (call, service) => {
      const { conversationId, threadId, order, body } = call
      return ordered(call, service, () => service.conversations.fork({ conversationId, threadId, ...order, ...body }))
    },
  }),
  route({
    method: 'post',
    path: `${thread}/end/request`,
    operationId: 'requestEnd',
    summary: 'The user asks to end, and the assistant asks them to confirm.',
    access: 'acts',
    body: bodies.requestEnd,
    answers: stream,
    handle: (call, service) => {
      const { conversationId, threadId, order, body } = call
      return ordered(call, service, () =>
        service.conversations.requestEnd({ conversationId, threadId, ...order, ...body }),
      )
    },
  }),
  route({
    method: 'get',
    path: '/v1/conversations/{conversationId}/stream',
    operationId: 'subscribe',
    summary: "A conversation's events from a version on, as they come; each has its version as its id.",
    access: 'reads',
    query: queries.from,
    answers: stream,
    handle: subscribe,
  }),
]
