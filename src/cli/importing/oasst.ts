/**
 * Open Assistant's message trees, one a line, as conversations. The tree is walked without recursion, so neither a deep
 * nor a wide one overflows the stack.
 *
 * How it maps. A first child goes on with its parent's thread; every further sibling makes a thread of its own, forked
 * at a sibling before it: an edit where both are the prompter's, a retry where both are the assistant's. So there are
 * as many threads as leaves. A thread is named for the first message of its own, and ids are the source's.
 *
 * What is odd is kept where it can be: a tree that the assistant begins, and two messages in a row by one side, stand as
 * they are. Siblings of both roles: an assistant's comes first, since a prompter's can be told as a retry with another
 * message, and not the other way round. A message that was deleted, or has no text, keeps its place with empty content
 * (and its labels), and is counted. An id that occurs twice leaves no telling which message is meant: the tree is refused.
 */
import { type Either, isLeft, left, right } from 'fp-ts/lib/Either.js'
import { type Draft, Drafting } from './draft.js'
import { type HarmLabels, judgeByLabels } from './labels.js'
import { type OasstMessage, readMessage, readTree } from './oasst-message.js'

/** A message and where it goes: `beside` is a sibling before it, whose thread it is cut from. */
interface Placed {
  readonly message: OasstMessage
  readonly threadId: string
  readonly beside?: { readonly message: OasstMessage; readonly threadId: string }
}

/** Where each of a message's replies goes, the first of them on the message's own thread. */
function placeReplies(replies: readonly OasstMessage[], threadId: string): readonly Placed[] {
  const begin = replies.find(({ role }) => role === 'assistant') ?? replies[0]
  if (!begin) return []
  const first: Placed = { message: begin, threadId }
  const firsts = new Map([[begin.role, first]])
  const further: Placed[] = []
  for (const message of replies) {
    if (message === begin) continue
    const placed = { message, threadId: message.messageId, beside: firsts.get(message.role) ?? first }
    further.push(placed)
    if (!firsts.has(message.role)) firsts.set(message.role, placed)
  }
  return [first, ...further]
}

function tell(drafting: Drafting, { message, threadId, beside }: Placed): void {
  const { messageId, content, role } = message
  const isEdit = role === 'prompter' && beside?.message.role === 'prompter'
  const from = beside && { threadId: beside.threadId, messageId: beside.message.messageId }
  if (from) drafting.fork({ threadId, from, ...(isEdit && { edit: { messageId, content } }) })
  if (role === 'assistant') drafting.reply({ threadId, messageId, content })
  else if (!isEdit) drafting.receive({ threadId, messageId, content })
}

function readReplies({ replies, messageId }: OasstMessage): Either<string, readonly OasstMessage[]> {
  const read: OasstMessage[] = []
  for (const reply of replies) {
    const message = readMessage(reply)
    if (isLeft(message)) return left(`a reply to ${JSON.stringify(messageId)}: ${message.left}`)
    read.push(message.right)
  }
  return right(read)
}

/** A walk through one tree, parents before replies, one branch to its end before the next. */
class Walk {
  emptied = 0
  private readonly seen = new Set<string>()
  private readonly pending: Placed[]
  private readonly drafting: Drafting

  constructor(
    root: OasstMessage,
    private readonly harm: HarmLabels,
  ) {
    this.drafting = new Drafting(root.messageId)
    this.pending = [{ message: root, threadId: root.messageId }]
  }

  /** Every message told; else what is wrong with the tree. */
  run(): Either<string, Drafting['events']> {
    for (let placed = this.pending.pop(); placed; placed = this.pending.pop()) {
      const fault = this.visit(placed)
      if (fault !== undefined) return left(fault)
    }
    return right(this.drafting.events)
  }

  private visit(placed: Placed): string | undefined {
    const { message, threadId } = placed
    const { messageId } = message
    if (this.seen.has(messageId)) return `the message id ${JSON.stringify(messageId)} occurs twice`
    this.seen.add(messageId)
    if (message.isEmptied) this.emptied += 1
    this.drafting.at(message.createdAt)
    tell(this.drafting, placed)
    const judgement = message.role === 'prompter' ? judgeByLabels(message.labels, this.harm) : undefined
    if (judgement) this.drafting.assess({ threadId, messageId }, judgement)
    const replies = readReplies(message)
    if (isLeft(replies)) return replies.left
    for (const reply of placeReplies(replies.right, threadId).toReversed()) this.pending.push(reply)
    return undefined
  }
}

/** The conversation that a tree tells, or what is wrong with it. */
export function draftTree(value: unknown, harm: HarmLabels): Either<string, Draft> {
  const tree = readTree(value)
  if (isLeft(tree)) return tree
  const walk = new Walk(tree.right.root, harm)
  const events = walk.run()
  if (isLeft(events)) return events
  return right({ conversationId: tree.right.treeId, events: events.right, emptied: walk.emptied })
}
