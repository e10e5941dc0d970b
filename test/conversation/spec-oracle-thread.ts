/** The oracle's page on one thread: what a condition refuses, and what becomes of it (SPEC §4, event by event). */
import type { Ground, LifecycleEvent, Policy } from '../../machines/events.js'
import { type Standing, vetoesAgainst } from './spec-oracle-vetoes.js'

/** How a line stands, and how many of its messages the assessor has spoken for. */
export interface Condition extends Standing {
  spokenFor: number
}

export const fresh: Condition = {
  lifecycle: 'engaging',
  risk: 'clear',
  assessment: 'current',
  closing: 'none',
  failures: 0,
  ignored: 0,
  calm: 0,
  spokenFor: 0,
}

/** What the sections on single events say; `undefined` where they accept. */
export function ruleRefusal(event: LifecycleEvent, now: Condition, policy: Policy): string | undefined {
  const { closing } = now
  switch (event.type) {
    case 'message.sent':
      if (event.data.purpose === 'warning') {
        if (now.risk === 'flagged') return 'risk-flagged'
        return now.lifecycle === 'warning.due' ? undefined : 'warning-not-due'
      }
      if (event.data.purpose !== 'confirmation') return undefined
      return closing === 'requested' || closing === 'asked' ? undefined : 'confirmation-not-due'
    case 'risk.cleared':
      if (!policy.riskClearedBy.some((kind) => kind === event.actor.kind)) return 'not-permitted'
      return now.risk === 'flagged' ? undefined : 'risk-not-flagged'
    case 'end.requested':
      if (!policy.userMayEnd) return 'not-permitted'
      return now.risk === 'flagged' ? 'risk-flagged' : undefined
    case 'end.confirmed':
      return closing === 'asked' ? undefined : 'not-asked'
    case 'end.withdrawn':
      return closing === 'requested' || closing === 'asked' || closing === 'confirmed' ? undefined : 'not-requested'
    case 'end.proposed':
      if (!policy.handshake) return 'not-permitted'
      if (mayEndForHarmUnproposed(now)) return undefined
      return vetoesAgainst('persistent-harm', now, policy)[0]
    case 'thread.ended':
      return mayEnd(event.data.ground, now, policy) ? undefined : vetoesAgainst(event.data.ground, now, policy)[0]
    default:
      return undefined
  }
}

export function flag(now: Condition): void {
  now.risk = 'flagged'
  if (now.lifecycle === 'ended') return
  Object.assign(now, { lifecycle: 'engaging', failures: 0, ignored: 0, calm: 0, closing: 'none' })
}

export function speak(now: Condition, purpose: string): void {
  if (now.lifecycle === 'forked') now.lifecycle = 'engaging'
  if (purpose === 'redirection' && now.lifecycle === 'redirecting.due') now.lifecycle = 'redirecting.tried'
  if (purpose === 'warning') now.lifecycle = 'warning.given'
  if (purpose === 'confirmation') now.closing = 'asked'
}

export function assess(now: Condition, harm: 'none' | 'harmful', policy: Policy): void {
  if (harm === 'harmful') {
    assessHarm(now, policy)
    return
  }
  now.lifecycle = 'engaging'
  now.ignored = 0
  if (now.failures === 0) return
  now.calm += 1
  if (now.calm === policy.calmTurns) Object.assign(now, { failures: 0, calm: 0 })
}

function assessHarm(now: Condition, { redirections, warnings }: Policy): void {
  now.calm = 0
  switch (now.lifecycle) {
    case 'engaging':
    case 'forked':
      now.lifecycle = now.failures === redirections ? 'warning.due' : 'redirecting.due'
      return
    case 'redirecting.tried':
      now.failures += 1
      now.lifecycle = now.failures === redirections ? 'warning.due' : 'redirecting.due'
      return
    case 'warning.given':
      now.ignored += 1
      now.lifecycle = now.ignored === warnings ? 'warning.ignored' : 'warning.due'
  }
}

const mayEndForHarmUnproposed = ({ risk, assessment, lifecycle }: Condition) =>
  risk === 'clear' && assessment === 'current' && lifecycle === 'warning.ignored'

function mayEnd(ground: Ground, now: Condition, { handshake }: Policy): boolean {
  if (ground === 'persistent-harm') return mayEndForHarmUnproposed(now) && (!handshake || now.closing === 'proposed')
  return now.risk === 'clear' && now.assessment === 'current' && now.closing === 'confirmed'
}
