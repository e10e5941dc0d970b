/**
 * `colloquy replay`: runs a foreign log, trusting nothing, and tells where every conversation stands.
 *
 * Memory: one conversation's state without its words, one line, and the index of `log-index.ts` (16 bytes for each run
 * of lines), whatever the log's length. Conversations may be interleaved in any way, so the log is read through once to see whose each line
 * is, and then one conversation at a time, in order of first appearance.
 */
import type { Command } from 'commander'
import { isLeft } from 'fp-ts/lib/Either.js'
import { type Conversation, riskOf, threadsOf } from '../conversation/state.js'
import { type ForeignReplay, replayForeign } from '../log/foreign-replay.js'
import { reportThread } from '../log/report.js'
import { conversationLines } from './conversation-lines.js'
import { answerNo } from './exit.js'
import { parseLine } from './json-lines.js'
import { LogFile } from './log-file.js'
import { LogIndex } from './log-index.js'
import { paint, safeJson, visible } from './paint.js'
import { printAll } from './print.js'

type Named = { readonly conversationId: string }

interface Replayed extends ForeignReplay {
  readonly conversationId: string
}

function isNamed(value: unknown): value is Named {
  if (typeof value !== 'object' || value === null) return false
  const { conversationId } = value as { conversationId?: unknown }
  return typeof conversationId === 'string' && conversationId !== ''
}

/** The first reading. Tells lines that are no conversation's on standard error, and answers whether there was none. */
async function indexLines(log: LogFile, index: LogIndex): Promise<boolean> {
  let isClean = true
  for await (const line of log.lines()) {
    const parsed = parseLine(line)
    if (!isLeft(parsed) && isNamed(parsed.right)) {
      index.add(parsed.right.conversationId, log.keep(line))
    } else {
      isClean = false
      process.stderr.write(`colloquy: line ${line.number}: ${isLeft(parsed) ? parsed.left : 'names no conversation'}\n`)
    }
  }
  return isClean
}

/** The values on a conversation's lines, in order. */
function* valuesOf(log: LogFile, index: LogIndex, conversation: number): Generator<Named> {
  for (const run of index.runsOf(conversation)) {
    for (const line of log.linesOf(run)) {
      const parsed = parseLine(line)
      if (isLeft(parsed) || !isNamed(parsed.right)) throw log.changed()
      yield parsed.right
    }
  }
}

/** The second reading, of one conversation. */
function replayConversation(log: LogFile, index: LogIndex, conversation: number): Replayed {
  let conversationId = ''
  function* values(): Generator<Named> {
    for (const value of valuesOf(log, index, conversation)) {
      conversationId = value.conversationId
      yield value
    }
  }
  return { ...replayForeign(values), conversationId }
}

/** One line of JSON, thread by thread: a thousand branches of a long line do not stand in memory at once. */
function* jsonOf({ conversationId, state, rejected }: Replayed): Generator<string> {
  const threads = state ? threadsOf(state) : []
  const risk = state ? riskOf(state) : 'clear'
  const head = safeJson({ conversationId, version: state?.version ?? 0, risk, rejected })
  yield `${head.slice(0, -1)},"threads":[`
  for (const [place, thread] of threads.entries()) {
    yield `${place === 0 ? '' : ','}${safeJson(reportThread(state as Conversation, thread))}`
  }
  yield ']}\n'
}

function* textOf({ conversationId, state, rejected, why = '' }: Replayed): Generator<string> {
  for (const line of conversationLines(conversationId, state)) yield `${line}\n`
  if (rejected) {
    const stopped = `stopped at version ${rejected.version}: ${rejected.code}`
    yield `${paint.red(stopped)} ${paint.dim(`(${visible(why)})`)}\n`
  }
  yield '\n'
}

const counted = (count: number, noun: string): string => `${count} ${noun}${count === 1 ? '' : 's'}`

/** The second reading of all; `tally` counts the conversations that stopped. */
function* outputOf(
  log: LogFile,
  index: LogIndex,
  { isJson, tally }: { readonly isJson: boolean; readonly tally: { stopped: number } },
): Generator<string> {
  for (let conversation = 0; conversation < index.conversationCount; conversation++) {
    const replayed = replayConversation(log, index, conversation)
    if (replayed.rejected) tally.stopped += 1
    yield* isJson ? jsonOf(replayed) : textOf(replayed)
  }
  if (!isJson) yield `${counted(index.conversationCount, 'conversation')} replayed, ${tally.stopped} stopped\n`
}

async function replay(path: string, { json = false }: { readonly json?: boolean }): Promise<void> {
  const log = new LogFile(path)
  try {
    const index = new LogIndex()
    const isClean = await indexLines(log, index)
    const tally = { stopped: 0 }
    await printAll(outputOf(log, index, { isJson: json, tally }))
    if (!isClean || tally.stopped > 0) answerNo()
  } finally {
    log.close()
  }
}

const help = `
One event a line, of any number of conversations, in any mixture. A conversation stops at its first event that is not
accepted, and shows the state before it; the others go on. The version of such an event is the one it claims, or the one
expected there if that is no whole number. Lines that are not JSON, that name no conversation, or that are over 8 MiB
are told by number on standard error, and passed over; so is an empty line. Content may be null where a later event of
the log, accepted too, erases it.

Exit code: 0 every event was accepted; 1 some event or line was not; 2 the log cannot be read.`

/** Adds the command to the program. */
export function addReplay(program: Command): void {
  program
    .command('replay')
    .description('run an event log, and tell where every conversation stands')
    .argument('<file>', 'a log, one JSON event a line; - reads standard input')
    .option('--json', 'one line of JSON a conversation')
    .addHelpText('after', help)
    .action(replay)
}
