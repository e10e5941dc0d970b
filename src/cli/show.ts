/** `colloquy show`: one conversation, now or at any version: its branches, its transcript, and what stands in the way of an end. */
import { type Command, InvalidArgumentError } from 'commander'
import { isLeft } from 'fp-ts/lib/Either.js'
import type { Policy } from '#machines/events.js'
import { entriesOf, lookUp } from '../conversation/id-index.js'
import { type Conversation, type Message, riskOf, type Thread, threadsOf, transcriptOf } from '../conversation/state.js'
import { automatonFor } from '../lifecycle/automaton.js'
import type { EventStore } from '../log/event-store.js'
import { reportThread } from '../log/report.js'
import { conversationLines } from './conversation-lines.js'
import { InputError } from './exit.js'
import { type History, happeningsOnLine, historyOf } from './history.js'
import { databaseWords, withDatabaseToRead } from './open-database.js'
import { paint, quoted, safeJson, visible } from './paint.js'
import { printAll, printLines } from './print.js'
import { transcriptLines } from './transcript.js'
import { whyEnded } from './why-ended.js'

interface Options {
  readonly thread?: string
  readonly at?: number
  readonly json?: boolean
}

interface Asked {
  readonly conversationId: string
  readonly history: History
  readonly conversation: Conversation
  /** The one asked for; `undefined` for all. */
  readonly thread: Thread | undefined
}

async function look(store: EventStore, conversationId: string, { thread, at }: Options): Promise<Asked> {
  const name = `conversation ${quoted(conversationId)}`
  const history = await historyOf(store, { conversationId, ...(at !== undefined && { toVersion: at }) })
  if (isLeft(history)) throw new InputError(`cannot show ${name}: ${visible(history.left)}`)
  const { conversation } = history.right
  if (!conversation) throw new InputError(`there is no ${name} in this database`)
  if (at !== undefined && conversation.version < at) {
    throw new InputError(`${name} has no version ${at} yet: its last is ${conversation.version}`)
  }
  const found = thread === undefined ? undefined : lookUp(conversation.threads, thread)
  if (thread !== undefined && !found) throw new InputError(`${name} has no thread ${quoted(thread)}`)
  return { conversationId, history: history.right, conversation, thread: found }
}

function policyWords({ redirections, warnings, calmTurns, handshake, userMayEnd, riskClearedBy }: Policy): string {
  return [
    `${redirections} redirection${redirections === 1 ? '' : 's'}`,
    `${warnings} warning${warnings === 1 ? '' : 's'}`,
    `calm after ${calmTurns}`,
    ...(handshake ? ['ends are proposed first'] : []),
    userMayEnd ? 'the user may end' : 'the user may not end',
    `risk cleared by ${riskClearedBy.join(' or ')}`,
  ].join(', ')
}

function* threadLines({ history, conversation, thread: only }: Asked, thread: Thread): Generator<string> {
  const line = happeningsOnLine(history, thread.threadId)
  const shown = only ? line : (history.happenings.get(thread.threadId) ?? [])
  yield ''
  yield paint.bold(paint.underline(visible(thread.threadId)))
  yield* transcriptLines(shown, conversation.policy)
  if (thread.ended) yield* ['', ...whyEnded(thread, line, conversation.policy)]
}

function* textOf(asked: Asked): Generator<string> {
  const { conversationId, conversation, thread } = asked
  yield* conversationLines(conversationId, conversation)
  yield paint.dim(`policy: ${policyWords(conversation.policy)}`)
  for (const one of thread ? [thread] : threadsOf(conversation)) yield* threadLines(asked, one)
}

function messageJson(conversation: Conversation, message: Message): string {
  const { messageId, threadId, parentId, role, purpose, warning, content, version, before } = message
  return safeJson({
    messageId,
    threadId,
    parentId,
    role,
    ...(purpose && { purpose }),
    ...(warning && { warning }),
    content,
    version,
    before: automatonFor(conversation.policy).describe(before),
  })
}

function* joined<A>(items: readonly A[], written: (item: A) => string): Generator<string> {
  for (const [place, item] of items.entries()) yield `${place === 0 ? '' : ','}${written(item)}`
}

/** As `replay --json` has it, and on top whose it is, its policy, where threads came from, and every message once. */
function* jsonOf({ conversationId, conversation, thread }: Asked): Generator<string> {
  const { owner, version, policy } = conversation
  const risk = riskOf(conversation)
  const head = { conversationId, ...(owner !== undefined && { owner }), version, risk, policy }
  const threads = thread ? [thread] : threadsOf(conversation)
  const messages = thread
    ? transcriptOf(conversation, thread)
    : [...entriesOf(conversation.messages).values()].sort((a, b) => a.version - b.version)
  const reportOf = (one: Thread) => safeJson({ ...reportThread(conversation, one), from: one.from, ended: one.ended })
  yield `${safeJson(head).slice(0, -1)},"threads":[`
  yield* joined(threads, reportOf)
  yield '],"messages":['
  yield* joined(messages, (message) => messageJson(conversation, message))
  yield ']}\n'
}

function parseVersion(text: string): number {
  const version = /^[0-9]{1,15}$/.test(text) ? Number(text) : 0
  if (version < 1) throw new InvalidArgumentError('It must be a whole number from 1.')
  return version
}

async function show(path: string, conversationId: string, options: Options): Promise<void> {
  await withDatabaseToRead(path, async (store) => {
    const asked = await look(store, conversationId, options)
    await (options.json ? printAll(jsonOf(asked)) : printLines(textOf(asked)))
  })
}

const help = `
Each thread is shown from where it was cut; --thread shows the whole line of one. In the margin stands the state after
each event, where it changes. --at shows the conversation as it was after that many events.

Exit code: 0 shown; 2 there is no such database, conversation, thread or version, or its log does not replay.`

/** Adds the command to the program. */
export function addShow(program: Command): void {
  program
    .command('show')
    .description('show a conversation: branches, transcript, states, and why it ended or may not')
    .argument('<db>', databaseWords)
    .argument('<conversation>', "the conversation's id")
    .option('--thread <id>', 'only this thread, with all that it inherits')
    .option('--at <version>', 'as it was at this version', parseVersion)
    .option('--json', 'one line of JSON')
    .addHelpText('after', help)
    .action(show)
}
