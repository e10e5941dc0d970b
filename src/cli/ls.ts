/** `colloquy ls`: the conversations of a database, one at a time, in order of id. */
import type { Command } from 'commander'
import { type Either, isLeft, right } from 'fp-ts/lib/Either.js'
import { type Conversation, riskOf, threadsOf } from '../conversation/state.js'
import { automatonFor } from '../lifecycle/automaton.js'
import type { StoreError } from '../log/errors.js'
import type { EventStore } from '../log/event-store.js'
import { rebuild } from '../log/rebuild.js'
import { titleLine } from './conversation-lines.js'
import { answerNo, InputError } from './exit.js'
import { databaseWords, withDatabase } from './open-database.js'
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
Exit code: 0 all were listed; 1 the log of some could not be replayed (told on standard error; see colloquy audit);
2 the database cannot be read.`

/** Adds the command to the program. */
export function addLs(program: Command): void {
  program
    .command('ls')
    .description('list the conversations of a database')
    .argument('<db>', databaseWords)
    .option('--json', 'one line of JSON a conversation')
    .addHelpText('after', help)
    .action((path: string, { json = false }: { readonly json?: boolean }) =>
      withDatabase(path, (store) => list(store, json)),
    )
}
