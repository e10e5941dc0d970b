/** What can be ordered and is answered at once: opening, confirming or withdrawing an end, feedback, and risk. */
import { isLeft } from 'fp-ts/lib/Either.js'
import { jsonResponse, reply, turnReply } from './replies.js'
import { type Call, type Route, route, type Service } from './route.js'
import { answers, bodies } from './schemas.js'
import { shownTurn } from './shown.js'
import { mayRead } from './whose.js'

const conversation = '/v1/conversations/{conversationId}'
const thread = `${conversation}/threads/{threadId}`
const turn = { status: 200, schema: answers.turn } as const

async function open(
  { who, body, order }: Call<{ continuedFrom?: string }>,
  { conversations }: Service,
): Promise<Response> {
  const { continuedFrom } = body
  if (continuedFrom !== undefined) {
    const before = await mayRead(conversations, who, continuedFrom)
    if (isLeft(before)) return reply(before)
  }
  const opened = await conversations.open({ ...order, ...body, owner: who.owner })
  if (isLeft(opened)) return reply(opened)
  const { conversationId, version } = opened.right
  const response = jsonResponse(shownTurn(opened.right, who.role), { status: 201, version })
  response.headers.set('location', `/v1/conversations/${encodeURIComponent(conversationId)}`)
  return response
}

/** The user's word ends the thread: a model that forgets to call for it does not keep them. */
async function confirm(call: Call, { conversations }: Service): Promise<Response> {
  const { conversationId, threadId, order } = call
  const confirmed = await conversations.confirmEnd({ conversationId, threadId, ...order })
  if (isLeft(confirmed)) return reply(confirmed)
  const { expectedVersion: _, commandId, ...more } = order
  return turnReply(
    await conversations.end({
      conversationId,
      threadId,
      ground: 'user-request',
      reason: 'The user asked to end, and confirmed it.',
      by: 'user',
      ...(commandId !== undefined && { commandId: `${commandId}.end` }),
      ...more,
    }),
    call,
  )
}

export const ordering: readonly Route[] = [
  route({
    method: 'post',
    path: '/v1/conversations',
    operationId: 'openConversation',
    summary: "Opens a conversation of the token's owner, with its first thread.",
    access: 'user',
    body: bodies.open,
    answers: { status: 201, schema: answers.turn },
    handle: open,
  }),
  route({
    method: 'post',
    path: `${thread}/end/confirm`,
    operationId: 'confirmEnd',
    summary: 'The user confirms the end they asked for, and the thread ends, unless something stands in the way.',
    access: 'acts',
    body: bodies.nothing,
    answers: turn,
    handle: confirm,
  }),
  route({
    method: 'post',
    path: `${thread}/end/withdraw`,
    operationId: 'withdrawEnd',
    summary: 'The user takes back their wish to end.',
    access: 'acts',
    body: bodies.nothing,
    answers: turn,
    handle: async (call, { conversations }) => {
      const { conversationId, threadId, order } = call
      return turnReply(await conversations.withdrawEnd({ conversationId, threadId, ...order }), call)
    },
  }),
  route({
    method: 'post',
    path: `${thread}/feedback`,
    operationId: 'giveFeedback',
    summary: 'Feedback on a message or a thread, after an end as before.',
    access: 'acts',
    body: bodies.feedback,
    answers: turn,
    handle: async (call, { conversations }) => {
      const { conversationId, threadId, order, body } = call
      return turnReply(await conversations.giveFeedback({ conversationId, threadId, ...order, ...body }), call)
    },
  }),
  route({
    method: 'post',
    path: `${conversation}/risk/flag`,
    operationId: 'flagRisk',
    summary: 'An operator flags that the person may be at risk: nothing ends, on any thread, until it is cleared.',
    access: 'operates',
    body: bodies.flagRisk,
    answers: turn,
    handle: async (call, { conversations }) => {
      const { conversationId, order, body } = call
      return turnReply(await conversations.flagRisk({ conversationId, ...order, ...body }), call)
    },
  }),
  route({
    method: 'post',
    path: `${conversation}/risk/clear`,
    operationId: 'clearRisk',
    summary: "An operator clears the risk, if the conversation's policy lets them.",
    access: 'operates',
    body: bodies.clearRisk,
    answers: turn,
    handle: async (call, { conversations }) => {
      const { conversationId, order, body } = call
      return turnReply(await conversations.clearRisk({ conversationId, ...order, ...body }), call)
    },
  }),
]
