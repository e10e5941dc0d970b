/** What can be read: conversations, threads at any version, events, and lists. */
import { isLeft, isRight } from 'fp-ts/lib/Either.js'
import { problem, problemResponse } from './problem.js'
import { jsonResponse, reply } from './replies.js'
import { type Route, route } from './route.js'
import { answers, queries } from './schemas.js'
import { shownEvent, shownView } from './shown.js'

const conversation = '/v1/conversations/{conversationId}'
const eventsByDefault = 256

export const reading: readonly Route[] = [
  route({
    method: 'get',
    path: '/v1/about',
    operationId: 'about',
    summary: 'Which model and assessor are served here, and whether they are demo ones.',
    access: 'anyone',
    answers: { status: 200, schema: answers.about },
    handle: async (_, { about }) => jsonResponse(about),
  }),
  route({
    method: 'get',
    path: '/v1/conversations',
    operationId: 'listConversations',
    summary: "The token's owner's conversations, the latest first; an operator's list is of all, or of one owner.",
    access: 'user',
    query: queries.list,
    answers: { status: 200, schema: answers.list },
    handle: async ({ who, query }, { conversations }) => {
      const { owner, ...asked } = query
      const isForeign = who.role === 'user' && owner !== undefined && owner !== who.owner
      if (isForeign) return problemResponse(problem('forbidden', "only an operator lists others' conversations"))
      const whose = who.role === 'user' ? { owner: who.owner } : owner === undefined ? {} : { owner }
      return reply(await conversations.list({ ...asked, ...whose }))
    },
  }),
  route({
    method: 'get',
    path: conversation,
    operationId: 'readConversation',
    summary: 'How a conversation stands, and its threads; now, or as it was at a version.',
    access: 'reads',
    query: queries.atVersion,
    answers: { status: 200, schema: answers.conversation },
    handle: async ({ conversationId, query }, { conversations }) =>
      reply(await conversations.conversation({ conversationId, ...query })),
  }),
  route({
    method: 'get',
    path: `${conversation}/threads/{threadId}`,
    operationId: 'readThread',
    summary: 'A thread with its messages, guidance and branches; now, or as it was at a version.',
    access: 'reads',
    query: queries.atVersion,
    answers: { status: 200, schema: answers.thread },
    handle: async ({ who, conversationId, threadId, query }, { conversations }) =>
      reply(await conversations.thread({ conversationId, threadId, ...query }), (view) => shownView(view, who.role)),
  }),
  route({
    method: 'get',
    path: `${conversation}/events`,
    operationId: 'readEvents',
    summary: 'Events of a conversation from a version on, in order; a page that is not full is the last.',
    access: 'reads',
    query: queries.events,
    answers: { status: 200, schema: answers.events },
    handle: async ({ who, conversationId, query }, { conversations }) => {
      const events = await conversations.events({ conversationId, limit: eventsByDefault, ...query })
      const shown = isLeft(events) ? [] : events.right.map((event) => shownEvent(event, who.role))
      return isRight(events) ? jsonResponse({ events: shown }) : reply(events)
    },
  }),
  route({
    method: 'get',
    path: '/v1/review',
    operationId: 'reviewQueue',
    summary: 'Conversations that a person should look at, and why; the latest first.',
    access: 'operator',
    query: queries.review,
    answers: { status: 200, schema: answers.review },
    handle: async ({ query }, { conversations }) => reply(await conversations.reviewQueue(query)),
  }),
]
