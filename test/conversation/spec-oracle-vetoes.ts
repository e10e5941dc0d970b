/** The oracle's page on "Vetoes" (SPEC §4): all that stands in the way of an end, in SPEC's order. */
import type { Ground, Policy, Veto } from '../../machines/events.js'

/** The four regions and the three counters. */
export interface Standing {
  lifecycle: string
  risk: 'clear' | 'flagged'
  assessment: 'current' | 'pending'
  closing: 'none' | 'requested' | 'asked' | 'confirmed' | 'proposed'
  failures: number
  ignored: number
  calm: number
}

function harmVeto({ failures, lifecycle }: Standing, { redirections }: Policy): Veto | undefined {
  if (failures < redirections) return 'redirections-remaining'
  if (['warning.due', 'engaging', 'forked'].includes(lifecycle)) return 'warning-not-given'
  return lifecycle === 'warning.given' ? 'warning-not-ignored' : undefined
}

function requestVeto({ closing }: Standing): Veto | undefined {
  if (closing === 'none' || closing === 'proposed') return 'not-requested'
  if (closing === 'requested') return 'not-asked'
  return closing === 'asked' ? 'not-confirmed' : undefined
}

export function vetoesAgainst(ground: Ground, now: Standing, policy: Policy): readonly Veto[] {
  if (now.lifecycle === 'ended') return ['already-ended']
  const found: Veto[] = []
  if (now.risk === 'flagged') found.push('risk-flagged')
  if (now.assessment === 'pending') found.push('assessment-pending')
  const own = ground === 'persistent-harm' ? harmVeto(now, policy) : requestVeto(now)
  if (own) found.push(own)
  const isUnproposed = ground === 'persistent-harm' && policy.handshake && now.closing !== 'proposed'
  return isUnproposed && found.length === 0 ? ['not-proposed'] : found
}
