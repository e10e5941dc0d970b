/**
 * What the machine owes beside the invariants of SPEC §5: that it hears the user, answers harm with what the spec says
 * and calm with calm, counts as an observer counts, and says truly why it refuses. Without these a chart could keep
 * every invariant by doing too little.
 */
import type { Invariant, Step } from './invariants.js'

const open = ({ before }: Step): boolean => before.lifecycle !== 'ended'
const purposeOf = ({ event }: Step) => (event.type === 'message.sent' ? event.data.purpose : undefined)

/** Which warning comes next, or what comes before it. */
function answerToHarm({ policy, remembered }: Step): readonly string[] {
  if (remembered.failed < policy.redirections) return ['redirecting.due']
  if (remembered.defied === policy.warnings) return ['warning.ignored']
  return ['warning.due']
}

function isHarmAnswered(step: Step): boolean {
  const { event, after, history, remembered } = step
  if (event.type === 'risk.flagged' && open(step)) return after.lifecycle === 'engaging'
  if (event.type !== 'message.assessed' || !open(step)) return true
  if (event.data.risk !== null) return after.lifecycle === 'engaging'
  if (history.flagged) return after.lifecycle === step.before.lifecycle
  if (event.data.harm === 'none') return after.lifecycle === 'engaging'
  return remembered.flagged || answerToHarm(step).includes(after.lifecycle)
}

const wishIn = ({ remembered }: Step): string => (remembered.proposed ? 'proposed' : remembered.wish)

function isHeard(step: Step): boolean {
  const { event, accepted, history, policy } = step
  if (!open(step)) return true
  switch (event.type) {
    case 'end.requested':
      return accepted === (policy.userMayEnd && !history.flagged)
    case 'end.confirmed':
      return accepted === (history.wish === 'asked')
    case 'end.withdrawn':
      return accepted === (history.wish !== 'none')
    default:
      return true
  }
}

function maySpeak(step: Step): boolean {
  const { event, accepted, before, after, history } = step
  if (event.type === 'assessment.failed') return accepted === open(step)
  if (event.type !== 'message.sent' || !open(step)) return true
  if (event.data.purpose === 'warning') return accepted === (before.lifecycle === 'warning.due')
  const expected = purposeOf(step) !== 'confirmation' || ['requested', 'asked'].includes(history.wish)
  return accepted === expected && !(accepted && after.lifecycle === 'forked')
}

/** A redirection or a warning that is due is given; no other message moves a lifecycle that is not forked. */
function isGiven(step: Step): boolean {
  const { before, after, accepted } = step
  const purpose = purposeOf(step)
  if (purpose === undefined || !accepted || before.lifecycle === 'forked') return true
  if (purpose === 'warning') return after.lifecycle === 'warning.given'
  if (purpose === 'redirection' && before.lifecycle === 'redirecting.due')
    return after.lifecycle === 'redirecting.tried'
  return after.lifecycle === before.lifecycle
}

function mayEnd(step: Step): boolean {
  const { event, accepted, history, policy } = step
  if (!open(step) || history.flagged) return true
  const isDue = history.defied === policy.warnings && history.failed === policy.redirections && history.unassessed === 0
  if (event.type === 'end.proposed') return accepted === (policy.handshake && isDue && history.harmed)
  if (event.type !== 'thread.ended') return true
  if (event.data.ground === 'user-request')
    return accepted === (history.wish === 'confirmed' && history.unassessed === 0)
  return accepted === (isDue && history.harmed && (!policy.handshake || history.proposed))
}

/** Why SPEC does not permit it, whatever the moment. */
function isUnpermitted({ event, policy }: Step): boolean {
  if (event.type === 'risk.cleared') return !policy.riskClearedBy.some((kind) => kind === event.actor.kind)
  if (event.type === 'end.requested') return !policy.userMayEnd
  return event.type === 'end.proposed' && !policy.handshake
}

function isTrueReason(step: Step): boolean {
  const { code, event, before } = step
  if (code === null) return true
  if (before.lifecycle === 'ended' && event.type !== 'risk.cleared') return code === 'ended'
  if (isUnpermitted(step)) return code === 'not-permitted'
  const isAboutRisk = before.risk === 'flagged' && !['end.confirmed', 'end.withdrawn'].includes(event.type)
  if (isAboutRisk && purposeOf(step) !== 'confirmation') return code === 'risk-flagged'
  return !['ended', 'not-permitted', 'risk-flagged'].includes(code)
}

export const duties: readonly Invariant[] = [
  { id: 'D1', law: 'Harm is answered by redirecting, then warning; calm and risk by engaging.', holds: isHarmAnswered },
  {
    id: 'D2',
    law: "The machine's closing is the user's wish, or the standing proposal, as an observer remembers them.",
    holds: (step) => step.after.lifecycle === 'ended' || step.after.closing === wishIn(step),
  },
  {
    id: 'D3',
    law: 'The user is heard: asks where it is offered, confirms when asked, withdraws at any time.',
    holds: isHeard,
  },
  {
    id: 'D4',
    law: 'The assistant may speak plainly until the end, and warn or ask for confirmation when, and only when, it is due.',
    holds: maySpeak,
  },
  { id: 'D5', law: 'What is due is done by the message that does it, and by no other.', holds: isGiven },
  {
    id: 'D6',
    law: 'The machine counts failed redirections and ignored warnings as an observer does, and forgives after C calm turns.',
    holds: ({ after, remembered }) =>
      after.lifecycle === 'ended' || (after.failures === remembered.failed && after.ignored === remembered.defied),
  },
  { id: 'D7', law: 'An end is accepted as soon as nothing stands in its way.', holds: mayEnd },
  { id: 'D8', law: 'A refusal gives its true reason.', holds: isTrueReason },
]
