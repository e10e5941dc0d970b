/**
 * SPEC §5, one law a test, over guided stories under many policies: what must hold of every log that the library
 * accepts, whatever was tried. The laws read the log itself wherever they can (see `line.ts`).
 */
import fc from 'fast-check'
import { expect, test } from 'vitest'
import type { ActorKind, LifecycleEvent } from '../../machines/events.js'
import { fold } from '../../src/conversation/fold.js'
import { entriesOf, lookUp } from '../../src/conversation/id-index.js'
import { judge } from '../../src/conversation/judge.js'
import type { Conversation } from '../../src/conversation/state.js'
import { threadsOf, transcriptOf } from '../../src/conversation/state.js'
import { momentsOf, type Story } from '../../src/testing/stories/story.js'
import { Census } from './census.js'
import * as say from './events.js'
import { lineIn, stateIn, threadIn } from './given.js'
import { comeInOrder, isFlaggedAfter, lineOf, type Sign, signsSince } from './line.js'
import { pictureOf } from './picture.js'
import { stories } from './stories.js'

/** One law: it must hold of every story, and the stories must have come to what it speaks of. */
const law = (sentence: string, needs: readonly string[], holds: (story: Story) => void) =>
  test(sentence, () => {
    const census = new Census()
    const property = fc.property(stories, (story) => {
      census.count(story)
      expect(story.fault).toBeUndefined()
      holds(story)
    })
    fc.assert(property, { numRuns: 400 })
    census.expectWidth(needs)
  })

const bothEnds = ['ended on persistent-harm', 'ended on user-request']

/** Each end of a thread, and the log before it. */
const endsOf = (story: Story) =>
  momentsOf(story, 'thread.ended').map(({ event, at }) => ({ ...event.data, before: story.log.slice(0, at) }))

/** Each fork, with the conversation before and after it. */
const forksOf = (story: Story) =>
  momentsOf(story, 'thread.forked').flatMap(({ event: { data }, at }) => {
    const [before, after] = [story.states[at - 1], story.states[at]]
    return before && after ? [{ ...data, before, after, log: story.log.slice(0, at) }] : []
  })

const openThreadsOf = (state: Conversation) =>
  threadsOf(state).filter(({ threadId }) => stateIn(state, threadId).lifecycle !== 'ended')

const failed = (redirections: number): readonly Sign[] =>
  Array.from({ length: redirections }, () => ['redirection', 'harm'] as const).flat()

law('I1: No thread enters ended while risk is flagged.', [...bothEnds, 'refused risk-flagged'], (story) => {
  for (const { before } of endsOf(story)) expect(isFlaggedAfter(before)).toBe(false)
})

law(
  'I2: Before an end on persistent harm the line shows R failed redirections, then a warning, then harm, and no calm since.',
  ['ended on persistent-harm', 'a fork of a thread in warning.ignored'],
  (story) => {
    for (const { before, threadId, ground } of endsOf(story)) {
      if (ground !== 'persistent-harm') continue
      const signs = signsSince(lineOf(before, threadId), ['risk', 'risk-over'])
      expect(comeInOrder(signs, [...failed(story.policy.redirections), 'warning', 'harm']), signs.join(' ')).toBe(true)
      expect(signs.slice(signs.lastIndexOf('warning'))).not.toContain('calm')
    }
  },
)

law(
  "I3: Before an end on the user's request come the request, the question and the confirmation, none withdrawn since.",
  ['ended on user-request', 'closing confirmed'],
  (story) => {
    for (const { before, threadId, ground } of endsOf(story)) {
      if (ground !== 'user-request') continue
      const signs = signsSince(lineOf(before, threadId), ['end.withdrawn', 'risk', 'edit'])
      expect(comeInOrder(signs, ['end.requested', 'confirmation', 'end.confirmed']), signs.join(' ')).toBe(true)
    }
  },
)

function absorbed(threadId: string): readonly LifecycleEvent[] {
  const speaking = [say.received('late', threadId), say.sent('late', 'reply', threadId)]
  const assessing = [say.assessed('u1', 'none', threadId), say.unassessed('u1', threadId)]
  const closing = [say.requested, say.confirmed, say.withdrawn, say.proposed].map((make) => make(threadId))
  return [...speaking, ...assessing, ...closing, say.ended('user-request', threadId)]
}

law('I4: After the end of a thread no message, assessment or closing event is accepted on it.', bothEnds, (story) => {
  for (const { event, at } of momentsOf(story, 'thread.ended')) {
    const { threadId } = event.data
    for (const state of story.states.slice(at)) {
      expect(stateIn(state, threadId).lifecycle).toBe('ended')
      expect(absorbed(threadId).map((late) => judge(state, late)?.code)).toEqual(Array(9).fill('ended'))
    }
  }
})

law(
  'I5: No warning is accepted while risk is flagged, or before R redirections have failed.',
  ['a thread in warning.given', 'risk cleared', 'refused warning-not-due'],
  (story) => {
    for (const { event, at } of momentsOf(story, 'message.sent')) {
      if (event.data.purpose !== 'warning') continue
      const before = story.log.slice(0, at)
      const signs = signsSince(lineOf(before, event.data.threadId), ['risk', 'risk-over'])
      expect(isFlaggedAfter(before)).toBe(false)
      expect(comeInOrder(signs, failed(story.policy.redirections)), signs.join(' ')).toBe(true)
    }
  },
)

law(
  'I6: While risk is flagged, every open thread is engaging or forked, and nothing is closing.',
  ['a fork while risk is flagged', 'risk flagged beside an ended thread'],
  (story) => {
    for (const [at, state] of story.states.entries()) {
      const isFlagged = isFlaggedAfter(story.log.slice(0, at + 1))
      for (const { threadId } of openThreadsOf(state)) {
        const { lifecycle, risk, closing } = stateIn(state, threadId)
        expect(risk).toBe(isFlagged ? 'flagged' : 'clear')
        if (isFlagged) expect([lifecycle === 'forked' ? 'engaging' : lifecycle, closing]).toEqual(['engaging', 'none'])
      }
    }
  },
)

law(
  'I7: No thread enters ended with an unassessed user message.',
  [...bothEnds, 'refused assessment-pending'],
  (story) => {
    for (const { before, threadId } of endsOf(story)) {
      const line = lineOf(before, threadId)
      const lastSaid = line.findLast(({ sign }) => sign === 'user-message' || sign === 'edit')?.adds
      const assessed = line.map(({ assesses }) => assesses)
      if (lastSaid !== undefined) expect(assessed).toContain(lastSaid)
    }
  },
)

law(
  'I8: A fork is never born ended, holds exactly the messages before the cut, and is flagged if the conversation is.',
  ['a fork of a thread in ended', 'a fork of a fork', 'a fork while risk is flagged', 'a fork at the first message'],
  (story) => {
    for (const { threadId, from, edit, before, after, log } of forksOf(story)) {
      const parent = lineIn(before, from.threadId)
      const shared = parent.slice(0, parent.indexOf(from.messageId))
      expect(lineIn(after, threadId)).toEqual(edit ? [...shared, edit.messageId] : shared)
      expect(stateIn(after, threadId).lifecycle).not.toBe('ended')
      expect(stateIn(after, threadId).risk).toBe(isFlaggedAfter(log) ? 'flagged' : 'clear')
    }
  },
)

law(
  'I9: A fork leaves every other thread and every message as it was.',
  ['a fork of a thread in ended', 'a fork of a fork', 'a fork while risk is flagged'],
  (story) => {
    for (const { before, after } of forksOf(story)) {
      for (const thread of threadsOf(before)) {
        expect(lookUp(after.threads, thread.threadId)).toBe(thread)
        expect(transcriptOf(after, thread)).toEqual(transcriptOf(before, thread))
      }
      for (const [id, message] of entriesOf(before.messages)) expect(lookUp(after.messages, id)).toBe(message)
    }
  },
)

law('I10: Replaying the log from the start gives the state that was live, at every version.', bothEnds, (story) => {
  for (const [at, live] of story.states.entries()) {
    expect(pictureOf(fold(story.log.slice(0, at + 1)))).toEqual(pictureOf(live))
  }
})

law('I10: Replaying the rest of the log from any version gives the last state, and spoils none.', bothEnds, (story) => {
  const last = pictureOf(story.state)
  for (const [at, live] of story.states.entries()) {
    const before = pictureOf(live)
    expect(pictureOf(fold(story.log.slice(at + 1), live))).toEqual(last)
    expect(pictureOf(live)).toEqual(before)
  }
})

law('I12: In every state that is not ended the user may send a message.', ['closing confirmed'], (story) => {
  for (const state of story.states) {
    for (const { threadId } of openThreadsOf(state))
      expect(judge(state, say.received('late', threadId))).toBeUndefined()
  }
})

const kinds: readonly ActorKind[] = ['user', 'assistant', 'assessor', 'operator', 'system']

law('I14: Risk is cleared only by whom the policy names.', ['risk cleared', 'refused not-permitted'], (story) => {
  const named: readonly string[] = story.policy.riskClearedBy
  for (const { event } of momentsOf(story, 'risk.cleared')) expect(named).toContain(event.actor.kind)
  for (const [at, state] of story.states.entries()) {
    const whenNamed = isFlaggedAfter(story.log.slice(0, at + 1)) ? undefined : 'risk-not-flagged'
    const expected = kinds.map((kind) => (named.includes(kind) ? whenNamed : 'not-permitted'))
    expect(kinds.map((kind) => judge(state, say.cleared(kind))?.code)).toEqual(expected)
  }
})

law(
  'The line that these laws read off the log is the line that the state holds.',
  ['a fork of a fork'],
  ({ log, state }) => {
    for (const { threadId } of state ? threadsOf(state) : []) {
      const read = lineOf(log, threadId).flatMap(({ adds }) => adds ?? [])
      expect(read).toEqual(state && lineIn(state, threadId))
      expect(state && threadIn(state, threadId).depth).toBe(read.length)
    }
  },
)
