/** Concrete log events of each letter, as unlike one another as the letter allows. */
import type { ActorKind, RiskKind } from '../../machines/events.js'
import type { ThreadEvent } from '../../machines/guards.js'
import type { ThreadLifeEvent } from '../../src/lifecycle/alphabet.js'
import * as say from '../conversation/events.js'

/** A log event as the chart is asked about it. */
export type AskedEvent = ThreadLifeEvent & { readonly latest: boolean }

type Assessment = Extract<ThreadEvent, { type: 'message.assessed' }>
const riskKinds: readonly RiskKind[] = ['self-harm', 'crisis', 'harm-to-others']
const actorKinds: readonly ActorKind[] = ['user', 'assistant', 'assessor', 'operator', 'system']

function assessments({ data }: Assessment): readonly ThreadLifeEvent[] {
  if (data.risk === null) return [say.assessed('u1', data.harm), withDetail(say.assessed('u9', data.harm))]
  const atRisk = riskKinds.map((kind) => say.assessed('u1', kind))
  return [...atRisk, ...atRisk.map((event) => ({ ...event, data: { ...event.data, harm: 'harmful' as const } }))]
}

const withDetail = (event: ReturnType<typeof say.assessed>): ThreadLifeEvent => ({
  ...event,
  actor: { kind: 'assessor', id: 'another' },
  data: { ...event.data, categories: { insult: 0.9 }, confidence: 0.1 },
})

const named = (kind: ActorKind, event: ThreadLifeEvent): ThreadLifeEvent => ({
  ...event,
  actor: { kind, id: 'by-name' },
})

function plainEvents(type: ThreadEvent['type']): readonly ThreadLifeEvent[] {
  switch (type) {
    case 'message.received':
      return [say.received('u1'), say.received('u2', 'other')]
    case 'assessment.failed':
      return [say.unassessed('u1'), say.unassessed('u2', 'other')]
    case 'risk.flagged':
      return riskKinds.flatMap((kind) => [say.flagged(kind), named('assessor', say.flagged(kind, 'main'))])
    case 'end.requested':
      return [say.requested(), say.requested('other')]
    case 'end.confirmed':
      return [say.confirmed(), say.confirmed('other')]
    case 'end.withdrawn':
      return [say.withdrawn(), say.withdrawn('other')]
    case 'end.proposed':
      return [say.proposed(), say.proposed('other')]
    case 'end.declined':
      return [say.declined([]), say.declined(['risk-flagged'], 'other')]
    case 'feedback.given':
      return [say.feedback(), say.feedback('a1', 'other')]
    case 'welfare.noted':
      return [say.welfare(), named('assessor', say.welfare('other'))]
    default:
      return [say.erased(), say.erased('u1', 'a1')]
  }
}

function logEvents(event: ThreadEvent): readonly ThreadLifeEvent[] {
  switch (event.type) {
    case 'message.assessed':
      return assessments(event)
    case 'message.sent':
      return [say.sent('a1', event.data.purpose), named('assistant', say.sent('a2', event.data.purpose, 'other'))]
    case 'risk.cleared':
      return [say.cleared(event.actor.kind), named(event.actor.kind, say.cleared())]
    case 'thread.ended':
      return actorKinds.map((kind) => say.ended(event.data.ground, 'main', kind))
    case 'thread.forked': {
      const edit = event.data.edit ? 'u2' : undefined
      return [say.forked('a', { messageId: 'm1' }, edit), say.forked('b', { messageId: 'm2', threadId: 'a' }, edit)]
    }
    default:
      return plainEvents(event.type)
  }
}

/** Events of this letter, whole as they stand in a log, with what `latest` the letter says, or with either. */
export function eventsOfLetter(event: ThreadEvent): readonly AskedEvent[] {
  const latest = event.type === 'message.assessed' ? [event.latest] : [true, false]
  return logEvents(event).flatMap((logged) => latest.map((isLatest) => ({ ...logged, latest: isLatest })))
}
