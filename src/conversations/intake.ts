/** Taking in a user's message: first it is kept, whatever comes of it; then it is assessed. */
import { type Either, isLeft, left, right } from 'fp-ts/lib/Either.js'
import type { Command } from '../conversation/commands.js'
import { lookUp } from '../conversation/id-index.js'
import { type Conversation, type Thread, transcriptOf } from '../conversation/state.js'
import { parseEvent } from '../log/codec.js'
import type { StoreError } from '../log/errors.js'
import { currentSchema, type RecordedEvent } from '../log/recorded-event.js'
import type { SetTimer } from '../log/timer.js'
import { type Assess, type AssessmentRequest, assessWithin } from './assessing.js'
import type { Ids, Journal, Outcome, Refused } from './journal.js'
import type { Telemetry } from './telemetry.js'

type Question = Omit<AssessmentRequest, 'signal'>

/** The user's message that an event brings, if it brings one: received, or edited at a fork. */
function broughtBy({
  type,
  data,
}: RecordedEvent): { readonly threadId: string; readonly messageId: string } | undefined {
  if (type === 'message.received') return data
  return type === 'thread.forked' && data.edit ? { threadId: data.threadId, messageId: data.edit.messageId } : undefined
}

/** Whether an assessment's command would make a well-formed event. */
function isWellFormed({ data }: Command): boolean {
  const envelope = {
    id: '-',
    conversationId: '-',
    version: 1,
    schema: currentSchema,
    recordedAt: '2000-01-01T00:00:00Z',
  }
  return !isLeft(parseEvent({ ...envelope, type: 'message.assessed', actor: { kind: 'assessor' }, data }))
}

export class Intake {
  constructor(
    private readonly journal: Journal,
    private readonly assess: Assess | undefined,
    private readonly limit: {
      readonly timeoutMs: number
      readonly setTimer: SetTimer
      readonly telemetry: Telemetry
    },
  ) {}

  /**
   * Carries out a command that brings a message, then has the message assessed.
   * @returns the outcome of the assessment; of the command itself where no assessor is named, or nothing was left to say.
   */
  async take(conversationId: string, command: Command, ids: Ids): Promise<Either<Refused, Outcome>> {
    const taken = await this.journal.execute(conversationId, command, ids)
    const brought = isLeft(taken) ? undefined : broughtBy(taken.right.event)
    if (isLeft(taken) || !brought || !this.assess) return taken
    const { commandId, correlationId } = ids
    const assessed = await this.haveAssessed(
      this.assess,
      { conversationId, ...brought },
      {
        causationId: taken.right.event.id,
        ...(commandId !== undefined && { commandId: `${commandId}.assessment` }),
        ...(correlationId !== undefined && { correlationId }),
      },
    )
    // Someone else spoke for the message meanwhile, or ended the thread: then there is nothing left to record.
    return isLeft(assessed) && ['already-assessed', 'ended'].includes(assessed.left.code) ? taken : assessed
  }

  private async haveAssessed(
    assess: Assess,
    where: Pick<Question, 'conversationId' | 'threadId' | 'messageId'>,
    ids: Ids,
  ): Promise<Either<Refused, Outcome>> {
    const { conversationId } = where
    if (ids.commandId !== undefined) {
      const earlier = await this.journal.earlier(conversationId, ids.commandId)
      if (isLeft(earlier)) return earlier
      if (earlier.right) return right(earlier.right)
    }
    const question = await this.question(where)
    if (isLeft(question)) return question
    const bounds = { ...this.limit, isValid: isWellFormed }
    const command = await this.told(conversationId, () => assessWithin(assess, question.right, bounds))
    const assessed = await this.journal.execute(conversationId, command, ids)
    const isTaken = isLeft(assessed) && assessed.left.code === 'command-id-reused' && ids.commandId !== undefined
    if (!isTaken) return assessed
    // Sent twice at once, the message was assessed twice, with different results: the first one recorded holds.
    const recorded = await this.journal.earlier(conversationId, ids.commandId)
    if (isLeft(recorded)) return recorded
    return recorded.right ? right(recorded.right) : assessed
  }

  private async told(conversationId: string, ask: () => Promise<Command>): Promise<Command> {
    const said = await this.limit.telemetry.during('assess', { conversationId }, async () => {
      const command = await ask()
      return command.type === 'failAssessment' ? left({ code: 'assessment-failed', command }) : right(command)
    })
    return isLeft(said) ? said.left.command : said.right
  }

  private async question(
    where: Pick<Question, 'conversationId' | 'threadId' | 'messageId'>,
  ): Promise<Either<StoreError, Question>> {
    const loaded = await this.journal.load(where.conversationId)
    if (isLeft(loaded)) return loaded
    const conversation = loaded.right.conversation as Conversation
    const line = transcriptOf(conversation, lookUp(conversation.threads, where.threadId) as Thread)
    const transcript = line.slice(0, line.findIndex(({ messageId }) => messageId === where.messageId) + 1)
    return right({ ...where, content: transcript.at(-1)?.content ?? '', transcript })
  }
}
