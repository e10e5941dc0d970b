/**
 * `colloquy retain`: erases the content of conversations that nobody has spoken in for long. Unless told to, it only
 * reports what it would do; and it never takes the words of somebody who may be at risk, unless told to that too.
 */
import { type Command, InvalidArgumentError } from 'commander'
import { isLeft } from 'fp-ts/lib/Either.js'
import { type OldConversation, oldConversations } from '../conversations/erasing/retention.js'
import { createConversations } from '../conversations.js'
import type { EventStore } from '../log/event-store.js'
import { counted } from './counted.js'
import { answerNo, InputError } from './exit.js'
import { databaseWords, withDatabase, withDatabaseToRead } from './open-database.js'
import { paint, safeJson, visible } from './paint.js'
import { printLines } from './print.js'

interface Age {
  readonly words: string
  readonly ms: number
}

interface Options {
  readonly olderThan: Age
  readonly apply: boolean
  readonly reason?: string
  readonly atRiskToo: boolean
  readonly compact: boolean
  readonly json: boolean
}

interface Tally {
  /** RFC 3339: conversations last active before this are old. */
  readonly before: string
  readonly applied: boolean
  conversations: number
  messages: number
  /** Last activity of the oldest and the newest of them. */
  oldest: string | null
  newest: string | null
  /** Old conversations that were left alone, for the person may be at risk. */
  keptAtRisk: number
  /** Conversations that could not be read. */
  unreadable: number
}

const hourMs = 3_600_000
const unitsMs: { readonly [unit: string]: number } = { h: hourMs, d: 24 * hourMs, w: 7 * 24 * hourMs }

function parseAge(words: string): Age {
  const [, count = '0', unit = ''] = /^([0-9]{1,5})([hdw])$/.exec(words) ?? []
  const ms = Number(count) * (unitsMs[unit] ?? 0)
  if (ms === 0) throw new InvalidArgumentError('It must be hours, days or weeks, as in 36h, 90d or 52w.')
  return { words, ms }
}

function count(tally: Tally, { lastActivityAt, messageIds }: OldConversation): void {
  const isOlder = tally.oldest === null || Date.parse(lastActivityAt) < Date.parse(tally.oldest)
  const isNewer = tally.newest === null || Date.parse(lastActivityAt) > Date.parse(tally.newest)
  tally.conversations += 1
  tally.messages += messageIds.length
  if (isOlder) tally.oldest = lastActivityAt
  if (isNewer) tally.newest = lastActivityAt
}

function summaryOf(tally: Tally): readonly string[] {
  const { before, applied, conversations, messages, oldest, newest, keptAtRisk, unreadable } = tally
  const verb = applied ? 'erased' : 'to erase'
  const lines = [
    `last active before ${before}: ${counted(conversations, 'conversation')}, ${counted(messages, 'message')} ${verb}`,
  ]
  if (oldest !== null) lines.push(visible(`the oldest was last active at ${oldest}, the newest at ${newest}`))
  if (keptAtRisk > 0) lines.push(`${counted(keptAtRisk, 'conversation')} kept, for the person may be at risk`)
  if (unreadable > 0) lines.push(paint.red(`${counted(unreadable, 'conversation')} could not be read`))
  if (!applied) lines.push('nothing was changed; --apply erases')
  return lines
}

// A store that works again can be gone through again: what was erased is passed over.
const failed = (message: string): InputError => new InputError(`stopped, retain again to go on: ${visible(message)}`)

const isOneOnly = (code: string): boolean => code === 'corrupt-event' || code === 'unknown-event'

async function goThrough(store: EventStore, options: Options, tally: Tally): Promise<void> {
  // No snapshot of its own: where content is sealed, one would hold it sealed for what was said.
  const conversations = createConversations({ store, snapshotEvery: Number.MAX_SAFE_INTEGER })
  const reason = options.reason ?? `retention: nothing said for ${options.olderThan.words}`
  for await (const found of oldConversations(store, new Date(tally.before))) {
    if (isLeft(found)) {
      if (!isOneOnly(found.left.code)) throw failed(found.left.message)
      tally.unreadable += 1
      process.stderr.write(`colloquy: ${visible(found.left.message)}\n`)
    } else if (found.right.isAtRisk && !options.atRiskToo) {
      tally.keptAtRisk += 1
    } else {
      const { conversationId, messageIds } = found.right
      const order = { conversationId, messageIds, reason, by: 'system' } as const
      const erased = options.apply ? await conversations.erase(order) : undefined
      if (erased && isLeft(erased)) throw failed(erased.left.message)
      count(tally, found.right)
    }
  }
}

async function retain(store: EventStore, options: Options): Promise<void> {
  const before = new Date(Date.now() - options.olderThan.ms).toISOString()
  const found = { conversations: 0, messages: 0, oldest: null, newest: null, keptAtRisk: 0, unreadable: 0 }
  const tally: Tally = { before, applied: options.apply, ...found }
  await goThrough(store, options, tally)
  const compacted = options.apply && options.compact ? await store.compact?.() : undefined
  if (compacted && isLeft(compacted)) throw failed(compacted.left.message)
  await printLines(options.json ? [safeJson(tally)] : summaryOf(tally))
  if (tally.unreadable > 0) answerNo()
}

const help = `
A conversation is as old as the last thing that happened in it, erasures aside, counted from when the command starts. Its
messages lose their content; their places, states, assessments, and the hash chain stay. What is said meanwhile is not
touched. A conversation whose risk is flagged and not cleared is kept: who helps may need what was said. Somebody
clears the risk, or --at-risk-too is given. Without --apply nothing is written to the database.

Exit code: 0 reported, or erased; 1 a conversation could not be read (told on standard error; the others are done); 2 the
database cannot be read, or fails.`

/** Adds the command to the program. */
export function addRetain(program: Command): void {
  program
    .command('retain')
    .description('report which conversations are old, and with --apply erase their content')
    .argument('<db>', databaseWords)
    .requiredOption('--older-than <age>', 'hours, days or weeks since the last activity: 36h, 90d, 52w', parseAge)
    .option('--apply', 'erase, and do not only report', false)
    .option('--reason <text>', 'kept in the log for ever; it must not say what was erased')
    .option('--at-risk-too', 'also where the person may be at risk', false)
    .option('--compact', 'have the store rewrite its files afterwards; it may take long', false)
    .option('--json', 'one line of JSON', false)
    .addHelpText('after', help)
    .action((db: string, options: Options) => {
      const open = options.apply ? withDatabase : withDatabaseToRead
      return open(db, (store) => retain(store, options))
    })
}
