/**
 * What of the inside is shown to whom. A user sees their own words, how their conversation stands, and nothing that was
 * noted about them: assessors' scores, operators' notes, and what the model is told are for operators.
 */
import type { Turn } from '../conversations/turn.js'
import type { Guidance } from '../lifecycle/guidance.js'
import type { RecordedEvent } from '../log/recorded-event.js'
import type { Role } from './tokens.js'

/** Fields of an event's data that are not for users. */
const forOperators: { readonly [type: string]: readonly string[] } = {
  'message.assessed': ['categories', 'confidence'],
  'assessment.failed': ['error'],
  'risk.flagged': ['note'],
  'risk.cleared': ['reason'],
  'welfare.noted': ['signal', 'intensity', 'note'],
}

export function shownGuidance(guidance: Guidance, role: Role): Partial<Guidance> {
  const { instructions: _, ...shown } = guidance
  return role === 'operator' ? guidance : shown
}

/** A turn without its event, which the log has. */
export function shownTurn({ event: _, guidance, ...turn }: Turn, role: Role) {
  return { ...turn, guidance: shownGuidance(guidance, role) }
}

/** Anything that has guidance in it. */
export function shownView<V extends { readonly guidance: Guidance }>(view: V, role: Role) {
  return { ...view, guidance: shownGuidance(view.guidance, role) }
}

/** An event as this role sees it. What is not whole has no hash that would fit. */
export function shownEvent(event: RecordedEvent, role: Role): object {
  if (role === 'operator') return event
  const { hash: _, actor, data, ...envelope } = event
  const hidden = forOperators[event.type] ?? []
  const shown = Object.fromEntries(Object.entries(data).filter(([field]) => !hidden.includes(field)))
  return { ...envelope, actor: { kind: actor.kind }, data: shown }
}
