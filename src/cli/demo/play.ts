/** Plays stories through the real service, step by step, and tells what came of each: the rules are not known here. */
import { type Either, isLeft } from 'fp-ts/lib/Either.js'
import type { Refused } from '../../conversations/journal.js'
import type { ThreadView } from '../../conversations/thread-view.js'
import type { Turn } from '../../conversations/turn.js'
import type { Conversations } from '../../conversations.js'
import type { RecordedEvent } from '../../log/recorded-event.js'
import { orThrow } from '../../or-throw.js'
import { InputError } from '../exit.js'
import type { Step, Story } from './story.js'

/** What came of a step: the events it left in the log, and how the thread stands; `refused` if the machine said no. */
export interface Played extends Pick<Turn, 'state' | 'guidance'> {
  readonly step: Step
  readonly events: readonly RecordedEvent[]
  readonly refused?: Refused
}

/** A story and the conversation it is played in. */
export interface Staged {
  readonly story: Story
  readonly conversationId: string
}

/** The log as it grows: what is played here writes to it through the service, and reads what came of a step. */
export interface Stage {
  readonly conversations: Conversations
  /** The events appended since last asked. */
  readonly takeEvents: () => readonly RecordedEvent[]
}

/** Carries out one step. An edit makes the story's thread; all else happens on it. */
function order(
  { conversations }: Stage,
  { story, conversationId }: Staged,
  step: Step,
  messageId: string,
): Promise<Either<Refused, Turn>> {
  const on = { conversationId, threadId: story.threadId }
  switch (step.does) {
    case 'say': {
      if (step.by === 'user') return conversations.receive({ ...on, messageId, content: step.text })
      const { text, purpose, warning } = step
      return conversations.send({ ...on, messageId, content: text, purpose, ...(warning && { warning }) })
    }
    case 'edit':
      return conversations.fork({
        conversationId,
        ...step.cut,
        edit: { content: step.text, messageId },
        newThreadId: story.threadId,
      })
    case 'end':
      return conversations.end({ ...on, ground: step.ground, reason: step.reason })
    case 'requestEnd':
      return conversations.requestEnd({ ...on, reason: step.reason })
    case 'confirmEnd':
      return conversations.confirmEnd(on)
    case 'clearRisk':
      return conversations.clearRisk({ conversationId, reason: step.reason })
    case 'giveFeedback':
      return conversations.giveFeedback({ ...on, rating: 'down', comment: step.comment })
  }
}

// The rules' refusals are the show; the world's are not.
function onlyRejections(answer: Either<Refused, Turn>): Either<Refused, Turn> {
  if (isLeft(answer) && answer.left.kind === 'store') throw new InputError(answer.left.message)
  return answer
}

/** How a story's thread stands. */
export async function standing({ conversations }: Stage, { story, conversationId }: Staged): Promise<ThreadView> {
  return orThrow(await conversations.thread({ conversationId, threadId: story.threadId }))
}

/** Whether a story's thread stands where the story was to lead. */
export async function hasArrived(stage: Stage, staged: Staged): Promise<boolean> {
  const { state } = await standing(stage, staged)
  const { lifecycle, risk } = staged.story.reaches
  return state.lifecycle === lifecycle && state.risk === risk
}

/** Whose conversations the stories are. */
export const playedFor = 'demo'

async function open({ conversations }: Stage, { story, conversationId }: Staged): Promise<void> {
  const { threadId, policy } = story
  orThrow(
    onlyRejections(await conversations.open({ conversationId, threadId, owner: playedFor, ...(policy && { policy }) })),
  )
}

/**
 * Plays a story's steps one after another, in a conversation of its own or where the story before went on. Its messages
 * are named for its thread.
 * @throws InputError if the store fails.
 */
export async function* play(stage: Stage, staged: Staged): AsyncGenerator<Played> {
  const { story } = staged
  if (story.continues === undefined) await open(stage, staged)
  stage.takeEvents()
  let said = 0
  for (const step of story.steps) {
    const answer = onlyRejections(await order(stage, staged, step, `${story.threadId}-${said + 1}`))
    if (!isLeft(answer) && (step.does === 'say' || step.does === 'edit')) said += 1
    const { state, guidance } = isLeft(answer) ? await standing(stage, staged) : answer.right
    yield { step, events: stage.takeEvents(), state, guidance, ...(isLeft(answer) && { refused: answer.left }) }
  }
}
