/** Deciders with one fault each, as users make them, and the law that is meant to catch it. */
import { left, right } from 'fp-ts/lib/Either.js'
import type { LifecycleEvent, Policy } from '../../machines/events.js'
import { decide, eventOf } from '../../src/conversation/decide.js'
import { evolve } from '../../src/conversation/evolve.js'
import { fold } from '../../src/conversation/fold.js'
import { lookUp } from '../../src/conversation/id-index.js'
import { type Conversation, riskOf } from '../../src/conversation/state.js'
import { withDefaults } from '../../src/lifecycle/policy.js'
import type { ThreadReport } from '../../src/log/report.js'
import * as say from '../../src/testing/events.js'
import { type Decider, deciderSubject, type Subject } from '../../src/testing/examination/subject.js'
import { stateIn } from '../conversation/given.js'

export interface Broken {
  readonly what: string
  /** The beginning of the name of the test that must fail. */
  readonly caughtBy: string
  readonly subject: () => Subject
}

type State = Conversation | null

const passed = (state: State): State => state && { ...state, version: state.version + 1 }

/** A decider whose state passes some events by as if they meant nothing, and which then accepts what follows from that. */
function deafTo(isUnheard: (event: LifecycleEvent, state: State) => boolean): Decider {
  return {
    evolve: (state, event) => (isUnheard(event, state) ? (passed(state) as Conversation) : evolve(state, event)),
  }
}

/** A decider whose state, live and rebuilt, takes each event for another. */
const mishearing = (heard: (event: LifecycleEvent) => LifecycleEvent): Decider => ({
  evolve: (state, event) => evolve(state, heard(event)),
  fold: (events) => fold(events.map(heard)),
})

/** A decider under another policy than the one it was opened with. */
const underPolicy = (change: (policy: Policy) => Policy): Decider =>
  mishearing((event) =>
    event.type === 'conversation.opened'
      ? { ...event, data: { ...event.data, policy: change(event.data.policy) } }
      : event,
  )

const plainReply = (event: LifecycleEvent): LifecycleEvent =>
  event.type === 'message.sent' && event.data.purpose === 'redirection'
    ? { ...event, data: { ...event.data, purpose: 'reply' } }
    : event

/** A decider that accepts what the machine refuses, and lets it pass. */
function lax(isAccepted: (event: LifecycleEvent, state: State) => boolean): Decider {
  const accepted = new Set<LifecycleEvent>()
  return {
    decide(command, state) {
      const event = eventOf(command)
      if (!state || !isAccepted(event, state)) return decide(command, state)
      accepted.add(event)
      return right([event])
    },
    evolve: (state, event) => (accepted.has(event) ? (passed(state) as Conversation) : evolve(state, event)),
  }
}

const isEnded = (state: State, threadId: string) => state !== null && stateIn(state, threadId).lifecycle === 'ended'
const knows = (state: State, threadId: string) => state !== null && lookUp(state.threads, threadId) !== undefined

/** After one kind of event another is made up. */
const alsoHappens = (
  type: LifecycleEvent['type'],
  others: (event: LifecycleEvent) => readonly LifecycleEvent[],
): Decider => ({
  evolve(state, event) {
    const after = evolve(state, event)
    if (event.type !== type) return after
    return others(event).reduce((now, other) => ({ ...evolve(now, other), version: after.version }), after)
  },
})

const threadOf = ({ data }: LifecycleEvent): string => ('threadId' in data && data.threadId) || 'main'

const of = (what: string, caughtBy: string, decider: Decider): Broken => ({
  what,
  caughtBy,
  subject: () => deciderSubject(decider),
})

/** A subject of which something is reported otherwise than it is. */
const reporting = (what: string, caughtBy: string, wrap: (subject: Subject) => Partial<Subject>): Broken => ({
  what,
  caughtBy,
  subject: () => {
    const subject = deciderSubject()
    return { ...subject, ...wrap(subject) }
  },
})

let asides = 0

/** Once warned, takes the wish to end for the harm that would have to come first. */
const hastyAfterWarning: Decider = {
  decide(command, state) {
    const decided = decide(command, state)
    if (decided._tag === 'Right' || command.type !== 'endThread' || !state) return decided
    const { threadId, ground } = command.data
    if (ground !== 'persistent-harm' || !knows(state, threadId)) return decided
    const { lifecycle, risk } = stateIn(state, threadId)
    if (lifecycle !== 'warning.given' || risk === 'flagged') return decided
    const messageId = `aside-${asides++}`
    const harm = [say.received(messageId, threadId), say.assessed(messageId, 'harmful', threadId)]
    return right([...harm, say.ended('persistent-harm', threadId)])
  },
}

/** Refuses with this code what it should accept. */
const refusing = (
  code: string,
  isRefused: (command: Parameters<typeof decide>[0], state: State) => boolean,
): Decider => ({
  decide: (command, state) => (isRefused(command, state) ? left({ code }) : decide(command, state)),
})

/** Refuses rightly, and says why wrongly. */
const misnaming = (code: string, wrong: string): Decider => ({
  decide(command, state) {
    const decided = decide(command, state)
    return decided._tag === 'Left' && decided.left.code === code ? left({ code: wrong }) : decided
  },
})

/** Every thread is reported otherwise. */
const changing =
  (change: (thread: ThreadReport, place: number) => ThreadReport) =>
  ({ report }: Subject): Partial<Subject> => ({
    report: async () => {
      const told = await report()
      return { ...told, threads: told.threads.map(change) }
    },
  })

export const brokenDeciders: readonly Broken[] = [
  of(
    'does not hear that risk is flagged',
    'I1:',
    deafTo(({ type }) => type === 'risk.flagged'),
  ),
  of('ends as soon as it has warned', 'I2:', hastyAfterWarning),
  of(
    'takes a request to end for its confirmation',
    'I3:',
    alsoHappens('end.requested', (event) => {
      const threadId = threadOf(event)
      return [say.sent(`aside-${asides++}`, 'confirmation', threadId), say.confirmed(threadId)]
    }),
  ),
  of(
    'takes messages after the end',
    'I4:',
    lax(
      (event, state) =>
        event.type === 'message.received' &&
        knows(state, event.data.threadId) &&
        isEnded(state, event.data.threadId) &&
        event.actor.kind === 'user',
    ),
  ),
  of(
    'warns whenever it likes',
    'I5:',
    lax(
      (event, state) =>
        event.type === 'message.sent' &&
        event.data.purpose === 'warning' &&
        event.actor.kind === 'assistant' &&
        knows(state, event.data.threadId) &&
        !isEnded(state, event.data.threadId),
    ),
  ),
  of(
    'clears risk by itself as soon as it is flagged',
    'I14:',
    alsoHappens('risk.flagged', () => [say.cleared()]),
  ),
  of(
    'lets anyone clear risk whom the policy could name',
    'I14:',
    underPolicy((policy) => ({ ...policy, riskClearedBy: ['operator', 'assessor'] })),
  ),
  of(
    'forgets its forks',
    'I8 (line):',
    deafTo(({ type }) => type === 'thread.forked'),
  ),
  of(
    'flags risk at every fork',
    'I9:',
    alsoHappens('thread.forked', () => [say.flagged()]),
  ),
  of('loses the last event when it rebuilds', 'I10:', { fold: (events) => fold(events.slice(0, -1)) }),
  of('refuses users while they are redirected', 'I12:', {
    decide: (command, state) =>
      command.type === 'receiveMessage' &&
      state &&
      knows(state, command.data.threadId) &&
      stateIn(state, command.data.threadId).lifecycle === 'redirecting.due'
        ? left({ code: 'risk-flagged' })
        : decide(command, state),
  }),
  of(
    'does not hear that an assessment came',
    'D1:',
    deafTo(({ type }) => type === 'message.assessed'),
  ),
  of(
    'does not hear that the user withdraws',
    'D2:',
    deafTo(({ type }) => type === 'end.withdrawn'),
  ),
  of('takes a redirection for a reply', 'D5:', mishearing(plainReply)),
  of('never lets go', 'D7:', {
    decide: (command, state) =>
      command.type === 'endThread' ? left({ code: 'assessment-pending' }) : decide(command, state),
  }),
  of('says risk where it means something else', 'D8:', misnaming('warning-not-due', 'risk-flagged')),
  of('gives another name for what is not there', 'agreement:', misnaming('unknown-message', 'unknown-thread')),
  of('throws at a retry', 'answer:', {
    decide: (command, state) => {
      if (command.type === 'forkThread' && !command.data.edit) throw new Error('no retries here')
      return decide(command, state)
    },
  }),
  of(
    'takes every message for harmless until it hears otherwise',
    'I7:',
    alsoHappens('message.received', ({ data }) =>
      'messageId' in data ? [say.assessed(String(data.messageId), 'none', threadOf({ data } as LifecycleEvent))] : [],
    ),
  ),
  of(
    'never hears a confirmation',
    'D3:',
    refusing('not-asked', ({ type }) => type === 'confirmEnd'),
  ),
  of(
    'falls silent when someone is at risk',
    'D4:',
    refusing(
      'risk-flagged',
      (command, state) => command.type === 'sendMessage' && state !== null && riskOf(state) === 'flagged',
    ),
  ),
  of(
    'forgives too soon',
    'D6:',
    underPolicy((policy) => ({ ...policy, calmTurns: 1 })),
  ),
  reporting(
    'keeps a wish to end through risk',
    'I6:',
    changing((thread) => (thread.risk === 'flagged' ? { ...thread, closing: 'asked' } : thread)),
  ),
  reporting(
    'shows an edited thread as if it were an old one',
    'I8:',
    changing((thread) => (thread.lifecycle === 'forked' ? { ...thread, lifecycle: 'engaging' } : thread)),
  ),
  reporting('counts what it refuses', 'refusal:', (subject) => {
    let refusals = 0
    return {
      offer: async (command) => {
        const code = await subject.offer(command)
        if (typeof code === 'string') refusals += 1
        return code
      },
      report: async () => {
        const told = await subject.report()
        return { ...told, threads: told.threads.map((thread) => ({ ...thread, calm: refusals })) }
      },
    }
  }),
  reporting(
    'shows a fork without what it shares',
    'I8 (line):',
    changing((thread, place) => (place > 0 ? { ...thread, messages: thread.messages.slice(1) } : thread)),
  ),
  reporting(
    'keeps risk to the first thread',
    'one risk:',
    changing((thread, place) => (place > 0 ? { ...thread, risk: 'clear' } : thread)),
  ),
]

/** A policy under which every fault shows soon, and which none of them is told to expect. */
export const soon: Policy = withDefaults({ redirections: 2, warnings: 1, calmTurns: 2 })
