/**
 * `assessed` JSON Lines: a message a line, without its text, in the order in which they were said. A conversation's
 * lines stand together. Doubt leaves a conversation out whole: one with a message that cannot be taken, or beside a line
 * that does not tell whose it is, is not walked, for it would be walked as if that had never been said.
 */
import { type Either, isLeft, left, right } from 'fp-ts/lib/Either.js'
import { fields, isMissing, isObject, isShare, maybe, oneOf, shapeFault } from '../importing/shape.js'
import { type Judging, judge, type Said } from './judging.js'
import type { PastConversation, PastMessage } from './past.js'

/** More messages than any person writes; it bounds what one conversation may take of the memory. */
export const messagesMax = 100_000

interface AssessedLine extends Said {
  readonly conversationId: string
  readonly messageId: string
  /** Missing: it follows the line before; null: it follows nothing. */
  readonly parentId?: string | null
  readonly role: 'user' | 'assistant'
}

const isScores = (value: unknown): boolean =>
  isObject(value) && Object.values(value).every((score) => isMissing(score) || isShare(score))

const lineShape = {
  conversationId: fields.name,
  messageId: fields.name,
  parentId: fields.maybeName,
  role: oneOf('user', 'assistant'),
  harm: oneOf('none', 'harmful', null, undefined),
  risk: oneOf('self-harm', 'crisis', 'harm-to-others', null, undefined),
  scores: maybe(isScores, 'an object of values from 0 to 1'),
}

/** A message as its line says it; or what is wrong, and whose the line is, if that can be read. */
type Read = Either<{ readonly why: string; readonly conversationId: string | null }, AssessedLine>

function readLine(value: unknown): Read {
  const wrong = shapeFault(value, lineShape)
  const line = value as AssessedLine
  const isJudged = !wrong && line.role === 'assistant' && !(isMissing(line.harm ?? line.risk) && isMissing(line.scores))
  const why = wrong ?? (isJudged ? 'only what the user says is assessed' : undefined)
  if (why === undefined) return right(line)
  const whose = isObject(value) ? value.conversationId : null
  return left({ why, conversationId: fields.name.is(whose) ? (whose as string) : null })
}

/** Where lines go that were read. */
export interface Heard {
  /** A conversation that was read whole. */
  readonly onConversation: (conversation: PastConversation) => void
  /** A line that was not taken, and why. */
  readonly onFault: (lineNumber: number, why: string) => void
  /** A conversation left out, since some of it could not be read. */
  readonly onLeftOut: () => void
  /** Whether no conversation of this id came before; from now on one has. */
  readonly isNew: (conversationId: string) => boolean
}

/** The conversation of which lines are being read. */
class Open {
  readonly messages: PastMessage[] = []
  isWhole = true
  private readonly places = new Map<string, number>()

  constructor(readonly conversationId: string) {}

  /** Adds a message; else why it cannot be. */
  add({ messageId, parentId, role, ...said }: AssessedLine, judging: Judging): string | undefined {
    if (this.messages.length >= messagesMax) return `over ${messagesMax.toLocaleString('en')} messages`
    if (this.places.has(messageId)) return `the message id ${JSON.stringify(messageId)} occurs twice`
    const parent = this.placeOf(parentId)
    if (parent === undefined) return `parentId ${JSON.stringify(parentId)} is no message before it`
    this.places.set(messageId, this.messages.length)
    const judged = role === 'user' ? judge(said, judging) : { kind: 'assistant' as const, score: Number.NaN }
    this.messages.push({ messageId, parent, ...judged })
    return undefined
  }

  /** What was read of it is not needed any more. */
  spoil(): void {
    this.isWhole = false
    this.messages.length = 0
    this.places.clear()
  }

  private placeOf(parentId: string | null | undefined): number | undefined {
    if (parentId === undefined) return this.messages.length - 1
    return parentId === null ? -1 : this.places.get(parentId)
  }
}

export class AssessedLines {
  private open: Open | null = null
  private spoilsNext = false

  constructor(
    private readonly judging: Judging,
    private readonly heard: Heard,
  ) {}

  /** @param value what stands on the line, or why it cannot be read. */
  take(value: Either<string, unknown>, lineNumber: number): void {
    const read: Read = isLeft(value) ? left({ why: value.left, conversationId: null }) : readLine(value.right)
    const conversationId = isLeft(read) ? read.left.conversationId : read.right.conversationId
    if (conversationId !== null) this.turnTo(conversationId, lineNumber)
    const why = isLeft(read) ? read.left.why : this.open?.isWhole ? this.open.add(read.right, this.judging) : undefined
    if (why === undefined) return
    this.heard.onFault(lineNumber, why)
    this.open?.spoil()
    // Nobody can tell whether it was the last of one conversation or the first of the next.
    if (conversationId === null) this.spoilsNext = true
  }

  /** No more lines come. */
  end(): void {
    const { open } = this
    this.open = null
    if (open?.isWhole) this.heard.onConversation(open)
    else if (open) this.heard.onLeftOut()
  }

  private turnTo(conversationId: string, lineNumber: number): void {
    const spoilsNext = this.spoilsNext
    this.spoilsNext = false
    if (this.open?.conversationId === conversationId) return
    this.end()
    this.open = new Open(conversationId)
    const isNew = this.heard.isNew(conversationId)
    if (!isNew) {
      this.heard.onFault(
        lineNumber,
        `conversation ${JSON.stringify(conversationId)} was there before; its lines must stand together`,
      )
    }
    if (spoilsNext || !isNew) this.open.spoil()
  }
}
