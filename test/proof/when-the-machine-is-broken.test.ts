/**
 * Each invariant, before a machine that was broken so as to break it: it fails, and beside it only what must. One small
 * change of the chart where one will do; where none will (the chart is too well connected to lock anyone out), some
 * answers of the table are bent; where several threads are needed, the decider is.
 */
import { expect, test } from 'vitest'
import type { Policy } from '../../machines/events.js'
import { evolve } from '../../src/conversation/evolve.js'
import { fold } from '../../src/conversation/fold.js'
import { edit, type IdIndex, lookUp, put } from '../../src/conversation/id-index.js'
import { judge } from '../../src/conversation/judge.js'
import type { Conversation, Thread } from '../../src/conversation/state.js'
import { letters } from '../../src/lifecycle/alphabet.js'
import { type Automaton, automatonFor, type StateId } from '../../src/lifecycle/automaton.js'
import { defaultPolicy } from '../../src/lifecycle/policy.js'
import type { ThreadState } from '../../src/lifecycle/thread-state.js'
import { type Decider, exploreConversations } from '../../src/proof/conversations.js'
import { ChangedAutomaton } from '../../src/proof/kill.js'
import { mutants } from '../../src/proof/mutants.js'
import { verifyThread } from '../../src/proof/verify.js'

const policy: Policy = { ...defaultPolicy, redirections: 1, calmTurns: 2 }
const sound = automatonFor(policy)
const changes = new Map(mutants().map((mutant) => [mutant.change, mutant]))

const failing = (automaton: Automaton): string =>
  verifyThread(automaton)
    .properties.filter(({ holds }) => !holds)
    .map(({ id }) => id)
    .join(' ')

test('The sound machine fails nothing.', () => {
  expect(failing(sound)).toBe('')
})

const atTheLimit = 'lifecycle.engaging on message.assessed [showsHarmAtTheLimit]: led to lifecycle.warning.ignored'
const spoken = 'lifecycle.forked on message.sent [speaksWithinRules]'

test.each([
  // An end at a fork's first answer: at risk or not, and with the edited message unassessed.
  ['I1', `${spoken}: led to lifecycle.ended`, 'I1 I7'],
  // From the limit straight to an end, without a warning: harm is not answered as it should be, and the end comes too early.
  ['I2', atTheLimit, 'I2 D1 D7'],
  // An end on the user's request that was not confirmed, hence accepted too early.
  ['I3', 'mayEndAsAsked: clause endIsConfirmed dropped', 'I3 D7'],
  ['I4', 'root on message.received [isEnded]: dropped', 'I4'],
  // A warning taken for plain speech after a fork: it counts as given where none was due.
  ['I5', `${spoken}: guard dropped`, 'I5 D1 D4 D6 D7'],
  ['I6', 'closing on risk.flagged [isOpen]: led to closing.proposed', 'I6 D2'],
  // A harmless assessment of an earlier message ends the thread.
  ['I7', 'lifecycle on message.assessed [showsCalm]: led to lifecycle.ended', 'I7 D1'],
  ['I8', 'lifecycle on thread.forked [isFork]: led to lifecycle.engaging', 'I8'],
  // The user may not write, and is told that the thread has ended.
  ['I12', 'root on message.received [isEnded]: guard dropped', 'I12 D8'],
  // What the user confirms is not heard, so an end that they ask for is out of reach.
  ['I13', 'closing.asked on end.confirmed [isOpen]: dropped', 'I13 D3'],
  ['I14', 'risk.flagged on risk.cleared [mayClearRisk]: guard dropped', 'I14'],
])('%s fails where the chart reads: %s', (id, change, expected) => {
  const mutant = changes.get(change)
  expect(mutant, `there is no such place in the chart: ${change}`).toBeDefined()
  const ids = mutant && failing(new ChangedAutomaton(sound, mutant))
  expect(ids).toBe(expected)
  expect(ids?.split(' ')).toContain(id)
})

/** The table with some answers bent: where `bend` names a state, the step leads there instead. */
function bent(
  bend: (before: ThreadState, letter: string, after: ThreadState) => Partial<ThreadState> | null,
): Automaton {
  const step = (state: StateId, letter: number): StateId => {
    const answer = sound.step(state, letter)
    if (answer < 0) return answer
    const after = sound.describe(answer)
    const change = bend(sound.describe(state), letters[letter]?.name ?? '', after)
    return change ? sound.find({ ...after, ...change }) : answer
  }
  return {
    policy,
    step,
    get size() {
      return sound.size
    },
    describe: (state) => sound.describe(state),
    find: (state) => sound.find(state),
    vetoes: (state, ground) => sound.vetoes(state, ground),
  }
}

test('I11 fails where a fork is never left for engaging again.', () => {
  const stuck = bent(({ lifecycle }, _, after) =>
    lifecycle === 'forked' && after.lifecycle !== 'ended' ? { lifecycle: 'forked' } : null,
  )
  // Nobody is answered there either, neither harm nor calm, and what fails is not counted.
  expect(failing(stuck)).toBe('I11 D1 D4 D6')
})

test('I13 fails where one harm less is enough.', () => {
  const hasty = bent((before, letter, after) =>
    letter === 'message.sent(warning)' && after.lifecycle === 'warning.given'
      ? { lifecycle: 'warning.ignored', ignored: before.ignored + 1 }
      : null,
  )
  expect(failing(hasty)).toBe('I2 I13 D5 D6 D7')
})

/** The conversation with another thread than the rules made. */
function withThread(conversation: Conversation, threadId: string, change: Partial<Thread>): Conversation {
  const { settled, recent } = conversation.threads
  const threads: IdIndex<Thread> = { settled, recent: new Map(recent) }
  put(threads, threadId, { ...edit(threads, threadId), ...change })
  return { ...conversation, threads }
}

function failingOf(decider: Partial<Decider>): string {
  return exploreConversations(policy, { threads: 2, events: 3 }, { judge, evolve, fold, ...decider })
    .filter(({ holds }) => !holds)
    .map(({ id, counterexample }) => `${id} after ${counterexample?.log.length} events`)
    .join(', ')
}

/** A decider that takes forks, or risk, otherwise; live and in bulk alike, so that replay agrees. */
function otherwise(
  change: (after: Conversation, event: Parameters<typeof evolve>[1]) => Conversation,
): Partial<Decider> {
  const evolveOtherwise: typeof evolve = (state, event) => change(evolve(state, event), event)
  return {
    evolve: evolveOtherwise,
    fold: (events) => [...events].reduce<Conversation | null>(evolveOtherwise, null),
  }
}

/** What a thread is whose last message is this one. */
function headAt({ messages }: Conversation, messageId: string): Pick<Thread, 'headId' | 'depth'> {
  return { headId: messageId, depth: lookUp(messages, messageId)?.depth ?? 0 }
}

test('I8 fails where a fork keeps the message that was to be replaced.', () => {
  const clinging = otherwise((after, event) =>
    event.type === 'thread.forked' && !event.data.edit
      ? withThread(after, event.data.threadId, headAt(after, event.data.from.messageId))
      : after,
  )
  expect(failingOf(clinging)).toBe('I8 after 3 events')
})

test('I9 fails where a fork moves the head of the thread it was made from.', () => {
  const rewinding = otherwise((after, event) =>
    event.type === 'thread.forked' ? withThread(after, event.data.from.threadId, { headId: null }) : after,
  )
  expect(failingOf(rewinding)).toBe('I9 after 3 events')
})

test('I10 fails where the bulk runner forgets an event.', () => {
  const forgetful: Decider['fold'] = (events) => fold([...events].slice(0, 3))
  expect(failingOf({ fold: forgetful })).toBe('I10 after 4 events')
})

test('D9 fails where risk reaches one thread alone.', () => {
  const partial = otherwise((after, event) =>
    event.type === 'risk.flagged' && after.threadCount > 1 ? withThread(after, 'thread-1', { state: 0 }) : after,
  )
  expect(failingOf(partial)).toBe('D9 after 4 events')
})
