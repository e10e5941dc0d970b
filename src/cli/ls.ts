/**
 * `colloquy ls`: the conversations of a database. All of them are read from the log, one at a time, in order of id; those of
 * an owner, or in a state, are found by the index, the latest first.
 */
import { type Command, Option } from 'commander'
import { type Either, isLeft, right } from 'fp-ts/lib/Either.js'
import type { Ground } from '#machines/events.js'
import { type Conversation, riskOf, threadsOf } from '../conversation/state.js'
import { byGravity } from '../conversations/listing/conversation-index.js'
import { automatonFor } from '../lifecycle/automaton.js'
import type { Lifecycle, Risk } from '../lifecycle/thread-state.js'
import type { StoreError } from '../log/errors.js'
import type { EventStore } from '../log/event-store.js'
import { rebuild } from '../log/rebuild.js'
import { titleLine } from './conversation-lines.js'
import { answerNo, InputError } from './exit.js'
import { listFiltered } from './listed.js'
import { databaseWords, withDatabase, withDatabaseToRead } from './open-database.js'
import { paint, safeJson, visible } from './paint.js'
import { printLines } from './print.js'
import { stateWords } from './state-words.js'

interface Row {
  readonly conversationId: string
  readonly built: Either<StoreError, Conversation>
}

const conversationsPerPage = 256

async function* rowsOf(store: EventStore): AsyncGenerator<Row> {
  let afterId: string | undefined
  for (;;) {
    const page = await store.list({ limit: conversationsPerPage, ...(afterId !== undefined && { afterId }) })
    if (isLeft(page)) throw new InputError(`cannot read the database: ${visible(page.left.message)}`)
    for (const { conversationId } of page.right) {
      const stream = await rebuild(store, { conversationId })
      const built = isLeft(stream) ? stream : right(stream.right.conversation as Conversation)
      yield { conversationId, built }
    }
    afterId = page.right.at(-1)?.conversationId
    if (afterId === undefined) return
  }
}

function jsonOf(conversationId: string, conversation: Conversation): string {
  const automaton = automatonFor(conversation.policy)
  const { owner, version } = conversation
  const threads = threadsOf(conversation).map(({ threadId, state, depth }) => ({
    threadId,
    lifecycle: automaton.describe(state).lifecycle,
    messages: depth,
  }))
  return safeJson({
    conversationId,
    ...(owner !== undefined && { owner }),
    version,
    risk: riskOf(conversation),
    threads,
  })
}

const branchesShownMax = 8

function textOf(conversationId: string, conversation: Conversation): readonly string[] {
  const automaton = automatonFor(conversation.policy)
  const threads = threadsOf(conversation)
  const shown = threads.slice(0, branchesShownMax).map(({ threadId, state, depth }) => {
    const size = paint.dim(`${depth} message${depth === 1 ? '' : 's'}`)
    return `  ${visible(threadId)}  ${stateWords(automaton.describe(state))}  ${size}`
  })
  const more = threads.length - shown.length
  return [titleLine(conversationId, conversation), ...shown, ...(more > 0 ? [paint.dim(`  and ${more} more`)] : [])]
}

async function list(store: EventStore, isJson: boolean): Promise<void> {
  let count = 0
  for await (const { conversationId, built } of rowsOf(store)) {
    count += 1
    if (isLeft(built)) {
      process.stderr.write(`colloquy: ${visible(built.left.message)}\n`)
      answerNo()
    } else {
      await printLines(isJson ? [jsonOf(conversationId, built.right)] : textOf(conversationId, built.right))
    }
  }
  if (!isJson && count === 0) await printLines(['no conversations'])
}

const help = `
With --owner, --state, --risk or --ground the index finds them, the latest first. It is kept in the database: where it is not
there yet, or is behind, it is made from the log, which writes to the file. Without them nothing is written.

Exit code: 0 all were listed; 1 the log of some could not be replayed (told on standard error; see colloquy audit);
2 the database cannot be read.`

interface Options {
  readonly json?: boolean
  readonly owner?: string
  readonly state?: Lifecycle
  readonly risk?: Risk
  readonly ground?: Ground
}

async function run(path: string, { json = false, ground, ...filter }: Options): Promise<void> {
  const request = { ...filter, ...(ground !== undefined && { endedGround: ground }) }
  const isFiltered = Object.keys(request).length > 0
  // The index is brought up to date before it is asked.
  if (isFiltered) await withDatabase(path, (store) => listFiltered(store, request, json))
  else await withDatabaseToRead(path, (store) => list(store, json))
}

/** Adds the command to the program. */
export function addLs(program: Command): void {
  program
    .command('ls')
    .description('list the conversations of a database')
    .argument('<db>', databaseWords)
    .option('--owner <owner>', 'only those of this owner')
    .addOption(new Option('--state <state>', 'only those that stand so').choices([...byGravity, 'ended']))
    .addOption(new Option('--risk <risk>', 'only those').choices(['clear', 'flagged']))
    .addOption(new Option('--ground <ground>', 'only those ended on it').choices(['persistent-harm', 'user-request']))
    .option('--json', 'one line of JSON a conversation')
    .addHelpText('after', help)
    .action(run)
}
