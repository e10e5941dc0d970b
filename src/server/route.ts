/** What a route is: a path, who may take it, what it takes and answers. Checking and documenting read the same table. */
import type { Static, TSchema } from 'typebox'
import type { Conversations } from '../conversations.js'
import type { Answers } from './answers.js'
import type { Limits, Places } from './limits.js'
import type { Principal } from './tokens.js'

/** What every handler works with. */
export interface Service {
  readonly conversations: Conversations
  readonly answers: Answers
  readonly streams: Places
  readonly limits: Limits
  readonly about: object
  /** Aborted when the server closes. */
  readonly closing: AbortSignal
}

/** What an order carries besides its body, from headers. */
export interface OrderIds {
  readonly commandId?: string
  readonly expectedVersion?: number
  readonly actorId?: string
}

/** A request that has been let in: who asks, about what, and what they say, all checked. */
export interface Call<Body = unknown, Query = unknown> {
  readonly who: Principal
  /** Empty where the path names none; as the next. */
  readonly conversationId: string
  readonly threadId: string
  readonly body: Body
  readonly query: Query
  readonly order: OrderIds
  /** The last version that a subscriber has seen, by `Last-Event-ID`. */
  readonly lastVersion: number | undefined
  /** To be called when the response has been sent whole, where it is a stream. */
  readonly onEnd: () => void
}

/**
 * Who may: `anyone`, without a token; a `user`, with any; an `operator`. On one conversation: its owner or an operator
 * (`reads`), its owner (`acts`), an operator (`operates`).
 */
export type Access = 'anyone' | 'user' | 'operator' | 'reads' | 'acts' | 'operates'

export interface Route {
  readonly method: 'get' | 'post'
  /** As OpenAPI writes it. */
  readonly path: string
  readonly operationId: string
  readonly summary: string
  readonly access: Access
  readonly body?: TSchema
  readonly query?: TSchema
  readonly answers: { readonly status: 200 | 201; readonly schema: TSchema; readonly isStream?: true }
  readonly handle: (call: Call, service: Service) => Promise<Response>
}

type Typed<B extends TSchema, Q extends TSchema> = Omit<Route, 'body' | 'query' | 'handle'> & {
  readonly body?: B
  readonly query?: Q
  readonly handle: (call: Call<Static<B>, Static<Q>>, service: Service) => Promise<Response>
}

/** A route whose handler gets what its schemas say. */
export const route = <B extends TSchema, Q extends TSchema>(typed: Typed<B, Q>): Route => typed as unknown as Route
