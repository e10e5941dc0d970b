/** From a request to a route's handler: who asks, whether they may, and what they say. Nothing is written before all is checked. */
import { type Either, isLeft, left, right } from 'fp-ts/lib/Either.js'
import type { HonoRequest } from 'hono'
import type { Rate } from './limits.js'
import { causeOf, type Problem, problem, problemOf, problemResponse } from './problem.js'
import { Intake, lastVersionOf, orderOf } from './request.js'
import type { Call, Route, Service } from './route.js'
import type { Principal, Tokens } from './tokens.js'
import { mayRead, owns } from './whose.js'

export interface Gate {
  readonly tokens: Tokens
  readonly rate: Rate
  /** Hears of what the client is not told. */
  readonly onError: (error: unknown) => void
}

const nobody: Principal = { owner: '', role: 'user' }
const forbidden = (detail: string) => left(problem('forbidden', detail))

/** Whom the token stands for, if they may ask at all just now. */
function admitted({ access }: Route, request: HonoRequest, { tokens, rate }: Gate): Either<Problem, Principal> {
  if (access === 'anyone') return right(nobody)
  const who = tokens.whoIs(request.header('authorization'))
  if (!who) return left(problem('unauthenticated', 'a bearer token is needed, and must be one that is known'))
  const retryAfterSeconds = rate.take(JSON.stringify([who.owner, who.role]))
  if (retryAfterSeconds > 0) return left(problem('too-many-requests', 'too many requests', { retryAfterSeconds }))
  const isOperators = access === 'operator' || access === 'operates'
  return isOperators && who.role !== 'operator' ? forbidden('this is for operators') : right(who)
}

/** Whether this conversation is there for whoever asks, and theirs where they act. */
async function reached({ access }: Route, call: Call, service: Service): Promise<Either<Problem, true>> {
  if (access === 'anyone' || access === 'user' || access === 'operator') return right(true)
  const seen = await mayRead(service.conversations, call.who, call.conversationId)
  if (isLeft(seen)) return left(problemOf(seen.left))
  const isTheirs = access !== 'acts' || owns(call.who, seen.right)
  return isTheirs ? right(true) : forbidden('this is for the owner of the conversation')
}

/** All that a request says, or the first thing that is wrong with it. */
async function heard(route: Route, intake: Intake, request: HonoRequest, gate: Gate): Promise<Either<Problem, Call>> {
  const who = admitted(route, request, gate)
  if (isLeft(who)) return who
  const query = intake.queryOf(request)
  if (isLeft(query)) return query
  const order = orderOf(request, who.right)
  if (isLeft(order)) return order
  const lastVersion = lastVersionOf(request)
  if (isLeft(lastVersion)) return lastVersion
  const body = await intake.bodyOf(request)
  if (isLeft(body)) return body
  return right({
    who: who.right,
    conversationId: request.param('conversationId') ?? '',
    threadId: request.param('threadId') ?? '',
    body: body.right,
    query: query.right,
    order: order.right,
    lastVersion: lastVersion.right,
    onEnd: () => {},
  })
}

/** The handler of a route as the server calls it; `onEnd` is called when a stream that it answers with is over. */
export function dispatchOf(route: Route, service: Service, gate: Gate) {
  const intake = new Intake(route, service.limits.bodyBytesMax)
  const answered = async (request: HonoRequest, onEnd: () => void): Promise<Response> => {
    if (service.closing.aborted) return problemResponse(problem('closed', 'the server is closing'))
    const said = await heard(route, intake, request, gate)
    if (isLeft(said)) return problemResponse(said.left)
    const call = { ...said.right, onEnd }
    const there = await reached(route, call, service)
    return isLeft(there) ? problemResponse(there.left) : route.handle(call, service)
  }
  return async (request: HonoRequest, onEnd: () => void): Promise<Response> => {
    const response = await answered(request, onEnd)
    const cause = causeOf(response)
    if (cause) gate.onError(cause)
    return response
  }
}
