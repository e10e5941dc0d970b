/**
 * Takes a subject through a story beside the library's own decider, and writes down every law that is broken on the way.
 * It stops where the subject throws, for nothing after that can be told.
 */
import type { LifecycleEvent } from '#machines/events.js'
import type { Conversation } from '../../conversation/state.js'
import { stateKey } from '../../lifecycle/thread-state.js'
import type { ConversationReport, ThreadReport } from '../../log/report.js'
import { reportConversation } from '../../log/report.js'
import { laws } from '../../proof/laws.js'
import { commandFor } from '../ordering.js'
import { type Attempt, Story } from '../stories/story.js'
import { eventWords, stateWords } from '../words.js'
import type { Coverage } from './coverage.js'
import type { Subject } from './subject.js'
import { threadIn, Witness, type Witnessed } from './witness.js'

/** A law of the suite: the invariants and duties of a thread, and what must hold of whole conversations. */
export interface SuiteLaw {
  readonly id: string
  readonly law: string
}

const ofConversations: readonly SuiteLaw[] = [
  { id: 'I8 (line)', law: "A fork holds exactly the messages before the cut, and the conversation's risk of now." },
  { id: 'I9', law: 'A fork leaves every other thread as it was.' },
  { id: 'I10', law: 'Rebuilt from what is stored, the conversation stands as it stood live.' },
  { id: 'one risk', law: 'Every thread of a conversation agrees on the risk.' },
  { id: 'refusal', law: 'What is refused changes nothing.' },
  { id: 'agreement', law: 'Commands are accepted and refused, and threads stand, as the machine says.' },
  { id: 'answer', law: 'Every command is answered; nothing is thrown.' },
]

/** All that the suite holds a subject to. */
export const suiteLaws: readonly SuiteLaw[] = [...laws.map(({ id, law }) => ({ id, law })), ...ofConversations]

/** The laws that a story broke: by id, the first place, in words. */
export type Breaches = ReadonlyMap<string, string>

interface Heard {
  readonly event: LifecycleEvent
  readonly code: string | null
  readonly before: ConversationReport
  readonly after: ConversationReport
}

interface Expected {
  readonly code: string | null
  readonly state: Conversation | null
}

const textOf = (thrown: unknown): string => (thrown instanceof Error ? thrown.message : String(thrown))

const sameList = (a: readonly string[], b: readonly string[]): boolean =>
  a.length === b.length && a.every((one, place) => one === b[place])

// Deep equality would take most of a suite's time.
const sameThread = (a: ThreadReport | undefined, b: ThreadReport): boolean =>
  a !== undefined &&
  a.threadId === b.threadId &&
  stateKey(a) === stateKey(b) &&
  sameList(a.messages, b.messages) &&
  sameList(a.vetoes['persistent-harm'], b.vetoes['persistent-harm']) &&
  sameList(a.vetoes['user-request'], b.vetoes['user-request'])

const sameThreads = (a: ConversationReport, b: ConversationReport): boolean =>
  a === b ||
  (a.risk === b.risk &&
    a.threads.length === b.threads.length &&
    a.threads.every((thread, place) => sameThread(b.threads[place], thread)))

class Examination {
  readonly breaches = new Map<string, string>()
  private readonly witness: Witness
  /** What the story itself met, or, once something was left out, what the rest of it would have met. */
  private reference: Story | undefined
  private readonly heard: LifecycleEvent[] = []
  private before: ConversationReport = reportConversation('conversation-1', null)

  constructor(
    private readonly story: Story,
    private readonly subject: Subject,
    private readonly coverage: Coverage | undefined,
  ) {
    this.witness = new Witness(story.policy)
  }

  async run(): Promise<void> {
    for (const attempt of this.story.attempts) {
      try {
        await this.offer(attempt)
      } catch (thrown) {
        this.breach('answer', `${eventWords(attempt.event)}: ${textOf(thrown)}`)
        return
      }
    }
    try {
      await this.rebuild()
    } catch (thrown) {
      this.breach('I10', `it cannot be rebuilt: ${textOf(thrown)}`)
    }
  }

  private async offer({ event, code: told }: Attempt): Promise<void> {
    const code = await this.subject.offer(commandFor(event))
    if (code === undefined) {
      if (told === undefined) this.reference ??= Story.of(this.story.policy, this.heard)
      return
    }
    const heard = { event, code, before: this.before, after: await this.subject.report() }
    this.before = heard.after
    for (const witnessed of this.witness.hear(event, code, heard)) this.hold(witnessed, event)
    this.checkConversation(heard)
    this.agree(heard, this.expected(event, told))
  }

  /** What the library's own decider answers, and how the conversation then stands. */
  private expected(event: LifecycleEvent, told: Attempt['code']): Expected {
    if (told === undefined) this.heard.push(event)
    if (!this.reference) return { code: told ?? null, state: this.story.states[this.heard.length - 1] ?? null }
    this.reference.offer(event)
    return { code: this.reference.attempts.at(-1)?.code ?? null, state: this.reference.state }
  }

  private hold({ threadId, letter, step }: Witnessed, event: LifecycleEvent): void {
    const { policy } = this.story
    this.coverage?.meet(policy, step.before, letter)
    if (step.accepted) this.coverage?.meet(policy, step.after)
    for (const { id, holds } of laws) {
      if (this.breaches.has(id) || holds(step)) continue
      const answer = step.code === null ? 'accepted' : `refused: ${step.code}`
      const states = `${stateWords(step.before, policy)} → ${stateWords(step.after, policy)}`
      this.breach(id, `${eventWords(event)} (${answer}); ${threadId}: ${states}`)
    }
  }

  private checkConversation(heard: Heard): void {
    const { event, code, before, after } = heard
    const words = eventWords(event)
    if (code !== null && !sameThreads(before, after)) this.breach('refusal', `${words}: refused (${code})`)
    if (after.threads.some(({ risk }) => risk !== after.risk)) this.breach('one risk', words)
    if (code !== null || event.type !== 'thread.forked') return
    const born = threadIn(after, event.data.threadId)
    const { from, edit } = event.data
    const parent = threadIn(before, from.threadId)?.messages ?? []
    const kept = parent.slice(0, parent.indexOf(from.messageId))
    const line = edit ? [...kept, edit.messageId] : kept
    const isBornWell = born && born.lifecycle !== 'ended' && born.risk === before.risk
    if (!isBornWell || !sameList(born.messages, line)) this.breach('I8 (line)', words)
    const others = before.threads.every((thread) => sameThread(threadIn(after, thread.threadId), thread))
    if (!others) this.breach('I9', words)
  }

  private agree({ event, code, after }: Heard, expected: Expected): void {
    if (expected.code !== code) {
      const words = `expected ${expected.code ?? 'accepted'}, got ${code ?? 'accepted'}`
      this.breach('agreement', `${eventWords(event)}: ${words}`)
    }
    if (this.breaches.has('agreement') || code !== null) return
    if (!sameThreads(reportConversation('conversation-1', expected.state), after)) {
      this.breach('agreement', `${eventWords(event)}: then the threads stand otherwise`)
    }
  }

  private async rebuild(): Promise<void> {
    const rebuilt = await this.subject.rebuilt()
    const other = this.before.threads.find((thread) => !sameThread(threadIn(rebuilt, thread.threadId), thread))
    if (other) this.breach('I10', `${other.threadId} was live: ${stateWords(other, this.story.policy)}`)
    else if (!sameThreads(rebuilt, this.before)) this.breach('I10', 'the rebuilt conversation has other threads')
  }

  private breach(id: string, where: string): void {
    if (!this.breaches.has(id)) this.breaches.set(id, where)
  }
}

/**
 * Takes the subject through the story.
 * @param coverage counts the steps that were taken.
 * @returns every law that was broken, with the first place, in words.
 */
export async function examine(story: Story, subject: Subject, coverage?: Coverage): Promise<Breaches> {
  const examination = new Examination(story, subject, coverage)
  await examination.run()
  return examination.breaches
}
