/**
 * The same back-test by other means: a real log, event by event through the acceptor, with guidance asked of the
 * conversation's own thread at each turn. Slow, and nothing of it is shared with the walk but guidance.
 */
import { isLeft } from 'fp-ts/lib/Either.js'
import type { Harm, LifecycleEvent, Policy, Purpose, Veto } from '../../../machines/events.js'
import type { PastConversation } from '../../../src/cli/backtest/past.js'
import type { Outcome } from '../../../src/cli/backtest/walk.js'
import { evolve } from '../../../src/conversation/evolve.js'
import { lookUp } from '../../../src/conversation/id-index.js'
import type { Conversation } from '../../../src/conversation/state.js'
import { automatonFor } from '../../../src/lifecycle/automaton.js'
import { type Guidance, guidanceFor } from '../../../src/lifecycle/guidance.js'
import { Acceptor } from '../../../src/log/acceptor.js'

const purposeOf: { readonly [stance: string]: Purpose } = {
  redirect: 'redirection',
  warn: 'warning',
  support: 'support',
}
const warning = { behavior: 'insults', alternative: 'ask' }

const assistant = { kind: 'assistant' } as const
const user = { kind: 'user' } as const

/** A log as it is told, and where each message went. */
class Telling {
  readonly events: LifecycleEvent[] = []
  readonly purposes: Purpose[] = []
  readonly vetoed = new Map<Veto, number>()
  end: Outcome['end'] = null
  unsaid = 0
  private readonly acceptor = new Acceptor()
  private conversation: Conversation | null = null
  private readonly threads: string[] = []
  private readonly isSaid: boolean[] = []
  private readonly endedAt = new Set<number>()

  constructor(
    private readonly messages: PastConversation['messages'],
    private readonly policy: Policy,
  ) {
    this.tell({ type: 'conversation.opened', actor: { kind: 'system' }, data: { threadId: 'root', policy } })
    for (const place of messages.keys()) this.visit(place)
  }

  private tell(event: LifecycleEvent): void {
    this.events.push(event)
    const version = this.events.length
    const envelope = { id: `e${version}`, conversationId: 'c', version, schema: 1 as const }
    const accepted = this.acceptor.accept({ ...event, ...envelope, recordedAt: '2026-01-01T00:00:00.000Z' })
    if (isLeft(accepted)) throw new Error(`the log does not accept ${event.type}: ${accepted.left.code}`)
    this.conversation = evolve(this.conversation, event)
  }

  private parentOf(place: number): number {
    return this.messages[place]?.parent ?? -1
  }

  private isUsers(place: number): boolean {
    return place >= 0 && this.messages[place]?.kind !== 'assistant'
  }

  private usersUpTo(place: number): number {
    return place < 0 ? 0 : this.usersUpTo(this.parentOf(place)) + Number(this.isUsers(place))
  }

  private visit(place: number): void {
    const parent = this.parentOf(place)
    this.isSaid[place] = parent < 0 || (this.isSaid[parent] === true && !this.endedAt.has(parent))
    if (this.isSaid[place]) this.say(place)
    if (!this.isSaid[place]) this.unsaid += 1
  }

  private say(place: number): void {
    const { messageId = '' } = this.messages[place] ?? {}
    const { threadId, isEdit } = this.threadFor(place, messageId)
    this.threads[place] = threadId
    if (!this.isUsers(place)) {
      this.isSaid[place] = this.send(threadId, messageId, this.parentOf(place))
      return
    }
    if (!isEdit) this.tell({ type: 'message.received', actor: user, data: { threadId, messageId, content: '' } })
    this.assess(place, { threadId, messageId })
    if (!this.messages.some(({ parent }) => parent === place)) this.send(threadId, `leaf${place}`, place)
  }

  /** The thread on which a message is said, forked if another was said in its place. */
  private threadFor(place: number, messageId: string): { readonly threadId: string; readonly isEdit: boolean } {
    const parent = this.parentOf(place)
    const siblings = [...this.messages.keys()].filter(
      (at) => at < place && this.parentOf(at) === parent && this.isSaid[at],
    )
    const cut = siblings.find((at) => this.isUsers(at) === this.isUsers(place)) ?? siblings[0]
    if (cut === undefined) return { threadId: parent < 0 ? 'root' : (this.threads[parent] ?? ''), isEdit: false }
    const isEdit = this.isUsers(place) && this.isUsers(cut)
    const from = { threadId: this.threads[cut] ?? '', messageId: this.messages[cut]?.messageId ?? '' }
    const threadId = `t${place}`
    const data = { threadId, from, ...(isEdit && { edit: { messageId, content: '' } }) }
    this.tell({ type: 'thread.forked', actor: user, data })
    return { threadId, isEdit }
  }

  private assess(place: number, where: { readonly threadId: string; readonly messageId: string }): void {
    const { kind } = this.messages[place] ?? {}
    if (kind === 'unassessed') return
    const said =
      kind === 'risk' ? ({ harm: 'none', risk: 'crisis' } as const) : ({ harm: kind as Harm, risk: null } as const)
    this.tell({ type: 'message.assessed', actor: { kind: 'assessor' }, data: { ...where, ...said } })
  }

  private guidanceOn(threadId: string): Guidance {
    const thread = this.conversation && lookUp(this.conversation.threads, threadId)
    if (!thread) throw new Error(`no thread ${threadId}`)
    return guidanceFor(automatonFor(this.policy), thread.state)
  }

  /** The assistant's turn on a thread, after a message: whether it sends one, or ends. */
  private send(threadId: string, messageId: string, after: number): boolean {
    const { stance, endTool, vetoes } = this.guidanceOn(threadId)
    if (stance === 'last-resort') {
      this.close(threadId, endTool, after)
      return false
    }
    const [veto] = vetoes['persistent-harm']
    const wouldTry = this.isUsers(after) && this.messages[after]?.kind !== 'none'
    if (wouldTry && veto) this.vetoed.set(veto, (this.vetoed.get(veto) ?? 0) + 1)
    const purpose = purposeOf[stance] ?? 'reply'
    this.purposes.push(purpose)
    const data = { threadId, messageId, content: '', purpose, ...(purpose === 'warning' && { warning }) }
    this.tell({ type: 'message.sent', actor: assistant, data })
    return true
  }

  private close(threadId: string, endTool: Guidance['endTool'], after: number): void {
    const reason = 'harm'
    if (endTool === 'propose') this.tell({ type: 'end.proposed', actor: assistant, data: { threadId, reason } })
    const ground = 'persistent-harm' as const
    this.tell({ type: 'thread.ended', actor: assistant, data: { threadId, ground, reason } })
    this.endedAt.add(after)
    const userMessages = this.usersUpTo(after)
    if (this.end === null || userMessages < this.end.userMessages) this.end = { userMessages, message: after }
  }
}

/** What would have come of a conversation. Throws if the log that says so is not accepted. */
export function outcomeByLog({ messages }: PastConversation, policy: Policy): Outcome {
  const { purposes, end, unsaid, vetoed } = new Telling(messages, policy)
  return {
    redirected: purposes.includes('redirection'),
    warned: purposes.includes('warning'),
    supported: purposes.includes('support'),
    end,
    unsaid,
    vetoed,
  }
}
