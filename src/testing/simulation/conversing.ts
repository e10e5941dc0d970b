/**
 * One person's window on a conversation, and the assistant that answers there: turn after turn, until both have had
 * enough. Several windows on one conversation race with each other.
 */
import { isLeft, isRight } from 'fp-ts/lib/Either.js'
import type { Ground, Purpose } from '#machines/events.js'
import type { Turn } from '../../conversations/turn.js'
import type { Board, KnownMessage, KnownThread } from './board.js'
import type { Character } from './characters.js'
import { look, type OrderOf, order } from './client.js'
import { wordOf } from './simulated-assessor.js'
import type { World } from './world.js'

const threadsMax = 6
const lookRate = 0.1
const operatorRate = 0.35
const reassessRate = 0.6
const raritiesRate = 0.04
const warning = { behavior: 'insults', alternative: 'to go on without them' }
const grounds: readonly Ground[] = ['persistent-harm', 'user-request']

/** What to say at each stance; the end tools come before it. */
const purposeAt: { readonly [stance: string]: Purpose } = {
  engage: 'reply',
  redirect: 'redirection',
  warn: 'warning',
  support: 'support',
  'confirm-end': 'confirmation',
  'last-resort': 'reply',
}

/** What an answer must be about, and what an erasure erases. */
interface More {
  readonly about?: string
  readonly erases?: readonly string[]
}

export class ChatWindow {
  private thread: KnownThread

  constructor(
    private readonly world: World,
    private readonly board: Board,
    private readonly character: Character,
  ) {
    this.thread = board.threads[0] as KnownThread
  }

  /** One turn of the user, then one of whoever answers. */
  async turn(): Promise<void> {
    const { chance } = this.world
    this.thread = chance.happens(0.8) ? this.thread : chance.of(this.board.threads)
    if (this.thread.state.lifecycle === 'ended') await this.afterTheEnd()
    else await this.userActs()
    if (this.thread.state.risk === 'flagged' && chance.happens(operatorRate)) await this.clearRisk()
    if (this.thread.state.lifecycle === 'ended') return
    await this.assistantActs()
    if (chance.happens(lookRate)) await look(this.world, this.where())
    if (chance.happens(raritiesRate)) await this.rarities()
  }

  private where() {
    return { conversationId: this.board.conversationId, threadId: this.thread.threadId }
  }

  /** Orders something on this thread, and learns from the answer. */
  private async order(
    kind: string,
    ask: OrderOf,
    more: More = { about: this.thread.threadId },
  ): Promise<Turn | undefined> {
    const { conversationId } = this.board
    const answer = await order(this.world, { kind, conversationId, ...more }, ask)
    if (!answer || isLeft(answer)) return undefined
    if (kind !== 'fork') this.board.learn(answer.right)
    return answer.right
  }

  private async userActs(): Promise<void> {
    const { chance } = this.world
    const { fork, leave, resolve } = this.character
    const { closing } = this.thread.state
    if (closing === 'asked') {
      if (chance.happens(resolve)) await this.plain('confirmEnd')
      else if (chance.happens(0.5)) await this.plain('withdrawEnd')
      else await this.write()
      return
    }
    if (chance.happens(fork)) await this.fork()
    else if (closing === 'none' && chance.happens(leave)) await this.plain('requestEnd')
    else if (closing === 'confirmed' && chance.happens(0.3)) await this.end('user-request', 'user')
    else if (closing !== 'confirmed') await this.write()
  }

  private async plain(kind: 'confirmEnd' | 'withdrawEnd' | 'requestEnd'): Promise<void> {
    const where = this.where()
    await this.order(kind, (door, ids) => door[kind]({ ...where, ...ids }))
  }

  private words(): string {
    const { chance } = this.world
    const { harm, despair } = this.character
    const said = chance.happens(harm) ? 'an insult' : 'a question'
    return chance.happens(despair) ? `${said} in despair` : said
  }

  private async write(): Promise<void> {
    const { thread, world } = this
    const content = this.words()
    const messageId = world.newId('m')
    const where = this.where()
    const turn = await this.order('receive', (door, ids) => door.receive({ ...where, ...ids, messageId, content }))
    if (turn) thread.line.push({ messageId, role: 'user', content })
    if (world.faults.strikes('assessorMisorders')) await this.assessAnEarlier(thread)
    await this.lookAfter(thread)
  }

  private async assessAnEarlier({ line }: KnownThread): Promise<void> {
    const users = line.filter(({ role }) => role === 'user').slice(0, -1)
    if (users.length > 0) await this.assess(this.thread, this.world.chance.of(users))
  }

  /** As a backend does that has what was left unassessed assessed in time. */
  private async lookAfter(thread: KnownThread): Promise<void> {
    if (thread.state.assessment === 'current' || !this.world.chance.happens(reassessRate)) return
    await this.assess(thread, lastUserMessage(thread))
  }

  private async assess(thread: KnownThread, message: KnownMessage | undefined): Promise<void> {
    if (message?.role !== 'user') return
    const { messageId } = message
    const assessment = wordOf(message.content)
    const { threadId } = thread
    const { conversationId } = this.board
    this.world.witness.willSay(messageId, assessment)
    await this.order('assess', (door, ids) => door.assess({ conversationId, threadId, ...ids, messageId, assessment }))
  }

  private async fork(): Promise<void> {
    const { world, thread, board } = this
    if (thread.line.length === 0 || board.threads.length >= threadsMax) return
    const place = world.chance.below(thread.line.length)
    const { messageId, role } = thread.line[place] as KnownMessage
    const newThreadId = world.newId('t')
    const content = this.words()
    const edited = { messageId: world.newId('m'), content }
    const edit = role === 'user' ? { edit: edited } : {}
    const where = this.where()
    const ask: OrderOf = (door, ids) => door.fork({ ...where, ...ids, messageId, newThreadId, ...edit })
    const turn = await this.order('fork', ask, { about: newThreadId })
    if (!turn) return
    const line = thread.line.slice(0, place)
    if (role === 'user') line.push({ ...edited, role })
    this.thread = board.learn(turn, line)
    await this.lookAfter(this.thread)
  }

  private async afterTheEnd(): Promise<void> {
    const { chance } = this.world
    const feedback = { ...this.where(), rating: chance.of(['up', 'down'] as const) }
    if (chance.happens(0.3)) {
      await this.order('giveFeedback', (door, ids) => door.giveFeedback({ ...feedback, ...ids }))
    } else if (chance.happens(0.2)) {
      await this.write()
    } else {
      await this.fork()
      if (this.board.threads.length >= threadsMax) this.thread = chance.of(this.board.threads)
    }
  }

  private async assistantActs(): Promise<void> {
    const { guidance } = this.thread
    const { chance, faults } = this.world
    if (faults.strikes('assistantHostile')) return this.misbehave()
    if (guidance.endTool === 'end' && chance.happens(0.8)) return this.end(guidance.grounds[0] ?? 'persistent-harm')
    if (guidance.endTool === 'propose' && chance.happens(0.8)) return this.propose()
    if (guidance.stance === 'confirm-end' && this.thread.state.closing === 'asked') return this.say('reply')
    if (guidance.stance === 'closed' || guidance.mayEnd) return undefined
    return this.say(purposeAt[guidance.stance] ?? 'reply')
  }

  private async misbehave(): Promise<void> {
    const { chance } = this.world
    const turns = [
      () => this.end(chance.of(grounds)),
      () => this.end('user-request', 'user'),
      () => this.say('warning'),
      () => this.say('confirmation'),
      () => this.propose(),
    ]
    await chance.of(turns)()
  }

  private async say(purpose: Purpose): Promise<void> {
    const { thread, world } = this
    const messageId = world.newId('m')
    const said = { ...this.where(), messageId, content: purpose, purpose, ...(purpose === 'warning' && { warning }) }
    const turn = await this.order('send', (door, ids) => door.send({ ...said, ...ids }))
    if (turn) thread.line.push({ messageId, role: 'assistant', content: purpose })
  }

  private async end(ground: Ground, by: 'assistant' | 'user' = 'assistant'): Promise<void> {
    const where = this.where()
    await this.order('end', (door, ids) => door.end({ ...where, ...ids, ground, reason: 'as the log shows', by }))
  }

  private async propose(): Promise<void> {
    const where = this.where()
    await this.order('proposeEnd', (door, ids) => door.proposeEnd({ ...where, ...ids, reason: 'persistent harm' }))
  }

  private async clearRisk(): Promise<void> {
    const by = this.world.chance.happens(0.7) ? 'operator' : 'assessor'
    const { conversationId } = this.board
    const ask: OrderOf = (door, ids) => door.clearRisk({ conversationId, ...ids, reason: 'looked after', by })
    await this.order('clearRisk', ask, {})
  }

  private async rarities(): Promise<void> {
    const { chance, faults } = this.world
    const { conversationId } = this.board
    const where = this.where()
    const signal = { signal: 'distress', intensity: 0.5 }
    const message = this.thread.line.length > 0 ? chance.of(this.thread.line) : undefined
    if (chance.happens(0.3)) {
      await this.order('flagRisk', (door, ids) => door.flagRisk({ conversationId, ...ids, kind: 'crisis' }), {})
    } else if (chance.happens(0.5) || !message) {
      await this.order('noteWelfare', (door, ids) => door.noteWelfare({ ...where, ...ids, ...signal }))
    } else {
      const messageIds = [message.messageId]
      const ask: OrderOf = (door, ids) => door.erase({ conversationId, ...ids, messageIds, reason: 'asked to' })
      await this.order('erase', ask, { erases: messageIds })
    }
    if (chance.happens(0.2) && !faults.over) await this.assess(this.thread, lastUserMessage(this.thread))
  }
}

const lastUserMessage = ({ line }: KnownThread): KnownMessage | undefined =>
  line.findLast(({ role }) => role === 'user')

/** Someone opens a conversation; `null` where no answer came. */
export async function openConversation(
  world: World,
  request: { readonly conversationId: string; readonly owner: string; readonly policy: object },
): Promise<Turn | null> {
  const threadId = world.newId('t')
  const answer = await order(world, { kind: 'open', conversationId: request.conversationId }, (door, ids) =>
    door.open({ ...request, ...ids, threadId }),
  )
  if (!answer) return null
  if (isRight(answer)) return answer.right
  const { conversationId } = request
  world.findings.add('liveness', `a conversation could not be opened: ${answer.left.message}`, { conversationId })
  return null
}
