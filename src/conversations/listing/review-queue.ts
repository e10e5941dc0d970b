/**
 * The review queue: conversations that a person should look at, and why. Someone may be at risk; the assistant wished to end
 * and was declined; or a thread ended, and its user gave it a thumbs-down. It must never decide anything.
 */
import { lookUp } from '../../conversation/id-index.js'
import { type Conversation, riskOf } from '../../conversation/state.js'
import type { Projection, RowFields } from '../../log/projection.js'
import type { RecordedEvent } from '../../log/recorded-event.js'
import { instantOf } from './conversation-index.js'

/**
 * - `risk-flagged`: the person may be at risk, until it is cleared.
 * - `end-declined`: an end was asked for, and declined; the last time.
 * - `ended-and-disliked`: after an end its thread was given a thumbs-down; the last time.
 */
export type ReviewReason = 'risk-flagged' | 'end-declined' | 'ended-and-disliked'

/** The fields of each reason: when it arose, in milliseconds since 1970, and at which version of the conversation. */
export const reasonFields: { readonly [R in ReviewReason]: readonly [since: string, version: string] } = {
  'risk-flagged': ['risk_at', 'risk_version'],
  'end-declined': ['declined_at', 'declined_version'],
  'ended-and-disliked': ['disliked_at', 'disliked_version'],
}

const isDislikeOfAnEnd = ({ type, data }: RecordedEvent, conversation: Conversation): boolean =>
  type === 'feedback.given' && data.rating === 'down' && lookUp(conversation.threads, data.threadId)?.ended !== null

type Place = { readonly at: number | null; readonly version: number | null }

const nowhere: Place = { at: null, version: null }

function placeIn(fields: RowFields | null, reason: ReviewReason): Place {
  const [at, version] = reasonFields[reason]
  return { at: (fields?.[at] ?? null) as number | null, version: (fields?.[version] ?? null) as number | null }
}

function placesAfter(fields: RowFields | null, event: RecordedEvent, conversation: Conversation) {
  const here: Place = { at: instantOf(event), version: event.version }
  const risk = placeIn(fields, 'risk-flagged')
  return {
    risk: riskOf(conversation) === 'clear' ? nowhere : risk.at === null ? here : risk,
    declined: event.type === 'end.declined' ? here : placeIn(fields, 'end-declined'),
    disliked: isDislikeOfAnEnd(event, conversation) ? here : placeIn(fields, 'ended-and-disliked'),
  }
}

/** Rows of conversations that nobody need look at have nothing in any field, and are in no index. `since`: the latest reason. */
export const reviewQueue: Projection = {
  name: 'review',
  schema: 1,
  fields: {
    since: 'integer',
    risk_at: 'integer',
    risk_version: 'integer',
    declined_at: 'integer',
    declined_version: 'integer',
    disliked_at: 'integer',
    disliked_version: 'integer',
  },
  indexes: [['since'], ['risk_at'], ['declined_at'], ['disliked_at']],
  evolve(fields, event, conversation): RowFields {
    const { risk, declined, disliked } = placesAfter(fields, event, conversation)
    const instants = [risk.at, declined.at, disliked.at].filter((at) => at !== null)
    return {
      since: instants.length > 0 ? Math.max(...instants) : null,
      risk_at: risk.at,
      risk_version: risk.version,
      declined_at: declined.at,
      declined_version: declined.version,
      disliked_at: disliked.at,
      disliked_version: disliked.version,
    }
  },
}
