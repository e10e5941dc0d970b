/**
 * `colloquy replay`: runs a foreign log, trusting nothing, and tells where every conversation stands.
 *
 * Memory: one conversation's state, one line, and the index of `log-index.ts` (16 bytes for each run of lines), whatever
 * the log's length. Conversations may be interleaved in any way, so the log is read through once to see whose each line
 * is, and then one conversation at a time, in order of first appearance.
 */
import type { Command } from 'commander'
import { isLeft } from 'fp-ts/lib/Either.js'
import { type Conversation, riskOf, threadsOf } from '../conversation/state.js'
import { Acceptor } from '../log/acceptor.js'
import { type ConversationReport, reportConversation, reportThread } from '../log/report.js'
import { conversationLines } from './conversation-lines.js'
import { answerNo } from './exit.js'
import { parseLine } from './json-lines.js'
import { LogFile } from './log-file.js'
import { LogIndex } from './log-index.js'
import { paint, safeJson, visible } from './paint.js'
import { print, printLine } from './print.js'

type Named = { readonly conversationId: string; readonly version?: unknown }

interface Replayed {
  readonly conversationId: string
  readonly state: Conversation | null
  readonly rejected: ConversationReport['rejected']
  /** Why the event was rejected, in one line. */
  readonly why?: string
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

/** The version that a rejected event claims; the one expected there if what it claims is no whole number. */
const versionOf = ({ version }: Named, state: Conversation | null): number =>
  Number.isInteger(version) ? (version as number) : (state?.version ?? 0) + 1

/** The second reading: a conversation's events up to the first that is not accepted. */
function replayConversation(log: LogFile, index: LogIndex, conversation: number): Replayed {
  const acceptor = new Acceptor()
  let conversationId = ''
  for (const value of valuesOf(log, index, conversation)) {
    conversationId = value.conversationId
    const accepted = acceptor.accept(value)
    if (!isLeft(accepted)) continue
    const { code, message } = accepted.left
    const rejected = { version: versionOf(value, acceptor.state), code }
    return { conversationId, state: acceptor.state, rejected, why: message }
  }
  return { conversationId, state: acceptor.state, rejected: null }
}

/** One line of JSON, written thread by thread: a thousand branches of a long line do not stand in memory at once. */
async function printJson({ conversationId, state, rejected }: Replayed): Promise<void> {
  if (!state) return printLine(safeJson(reportConversation(conversationId, state, rejected)))
  const head = safeJson({ conversationId, version: state.version, risk: riskOf(state), rejected })
  await print(`${head.slice(0, -1)},"threads":[`)
  for (const [place, thread] of threadsOf(state).entries()) {
    await print(`${place === 0 ? '' : ','}${safeJson(reportThread(state, thread))}`)
  }
  await printLine(']}')
}

async function printText({ conversationId, state, rejected, why = '' }: Replayed): Promise<void> {
  for (const line of conversationLines(conversationId, state)) await printLine(line)
  if (rejected) {
    const stopped = `stopped at version ${rejected.version}: ${rejected.code}`
    await printLine(`${paint.red(stopped)} ${paint.dim(`(${visible(why)})`)}`)
  }
  await printLine()
}

const counted = (count: number, noun: string): string => `${count} ${noun}${count === 1 ? '' : 's'}`

async function printAll(log: LogFile, index: LogIndex, isJson: boolean): Promise<boolean> {
  let stopped = 0
  for (let conversation = 0; conversation < index.conversationCount; conversation++) {
    const replayed = replayConversation(log, index, conversation)
    if (replayed.rejected) stopped += 1
    await (isJson ? printJson(replayed) : printText(replayed))
  }
  const sum = `${counted(index.conversationCount, 'conversation')} replayed, ${stopped} stopped`
  if (!isJson) await printLine(sum)
  return stopped === 0
}

async function replay(path: string, { json = false }: { readonly json?: boolean }): Promise<void> {
  const log = new LogFile(path)
  try {
    const index = new LogIndex()
    const isClean = await indexLines(log, index)
    const isAccepted = await printAll(log, index, json)
    if (!isClean || !isAccepted) answerNo()
  } finally {
    log.close()
  }
}

const help = `
One event a line, of any number of conversations, in any mixture. A conversation stops at its first event that is not
accepted, and shows the state before it; the others go on. The version of such an event is the one it claims, or the one
expected there if that is no whole number. Lines that are not JSON, that name no conversation, or that are over 8 MiB
are told by number on standard error, and passed over; so is an empty line.

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
