/** `colloquy restore`: fills a store from an export, and tells what it did not take. It changes nothing that is there. */
import type { Command } from 'commander'
import { right } from 'fp-ts/lib/Either.js'
import type { EventStore } from '../log/event-store.js'
import { type NumberedLine, Restore } from '../log/moving/restore.js'
import type { RestoreFinding, RestoreTotals } from '../log/moving/restore-finding.js'
import { counted } from './counted.js'
import { answerNo, InputError } from './exit.js'
import { tellingFailure } from './failed-store.js'
import { parseLine } from './json-lines.js'
import { LogFile } from './log-file.js'
import { databaseWords, withNewDatabase } from './open-database.js'
import { paint, quoted, visible } from './paint.js'
import { printLines } from './print.js'

async function* linesOf(file: LogFile): AsyncGenerator<NumberedLine> {
  for await (const line of file.lines()) {
    const value = parseLine(line)
    yield { number: line.number, value: value._tag === 'Right' ? right(value.right) : value }
  }
}

function lineOf({ line, code, conversationId, version, message }: RestoreFinding): string {
  const about = conversationId === undefined ? '' : `conversation ${quoted(conversationId)}`
  const at = version === undefined ? '' : `, version ${version}`
  const where = [`line ${line}`, `${about}${at}`].filter((words) => words !== '').join(', ')
  return `${paint.red(code)}  ${where}: ${visible(message)}`
}

function summaryOf({ added, continued, known, refused, events }: RestoreTotals, found: number): readonly string[] {
  const lines = [`${counted(added, 'conversation')} restored, ${counted(events, 'event')} appended`]
  if (continued > 0) lines.push(`${counted(continued, 'conversation')} carried on from a restore that broke off`)
  if (known > 0) lines.push(`${counted(known, 'conversation')} there already`)
  if (refused > 0) lines.push(paint.red(`${counted(refused, 'conversation')} not restored`))
  if (found === 0) lines.push(paint.green("every chain ends in the store as the export's end says"))
  return lines
}

async function restoreFrom(file: LogFile, store: EventStore): Promise<void> {
  const restore = new Restore(store)
  let found = 0
  await tellingFailure('stopped, restore again to go on', async () => {
    for await (const finding of restore.findings(linesOf(file))) {
      if (finding.code === 'not-an-export') throw new InputError(`cannot restore ${file.name}: ${finding.message}`)
      found += 1
      await printLines([lineOf(finding)])
    }
  })
  await printLines(summaryOf(restore.totals, found))
  if (found > 0) answerNo()
}

async function run(path: string, { db }: { readonly db: string }): Promise<void> {
  const file = new LogFile(path)
  try {
    await withNewDatabase(db, (store) => restoreFrom(file, store))
  } finally {
    file.close()
  }
}

const help = `
Before anything of a conversation is written, its hash chain, its content and its replay are checked; of a bad one nothing
is written, and the others are. Afterwards it is read back. Restoring again goes on where it broke off and changes nothing
that is there; what was erased, in the export or in the store, stays erased. Other conversations in the store are let be.

Exit code: 0 all of it is in the store; 1 a conversation was not restored, or the file is damaged or cut off (told line by
line); 2 the file cannot be read or is no export, or the store fails.`

/** Adds the command to the program. */
export function addRestore(program: Command): void {
  program
    .command('restore')
    .description('fill a database from an export, checked before and after')
    .argument('<file>', 'what colloquy export wrote; - for standard input')
    .requiredOption('--db <db>', `what to restore into, made if it is not there; ${databaseWords}`)
    .addHelpText('after', help)
    .action(run)
}
