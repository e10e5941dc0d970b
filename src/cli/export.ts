/** `colloquy export`: a whole database as lines that `colloquy restore` fills another from. It changes nothing. */
import { type FileHandle, open, unlink } from 'node:fs/promises'
import type { Command } from 'commander'
import type { Finding } from '../log/audit/audit-finding.js'
import type { EventStore } from '../log/event-store.js'
import { Export } from '../log/moving/export.js'
import { counted } from './counted.js'
import { answerNo } from './exit.js'
import { tellingFailure } from './failed-store.js'
import { databaseWords, withDatabaseToRead } from './open-database.js'
import { quoted, visible } from './paint.js'
import { print } from './print.js'
import { writing } from './writing.js'

type Write = (text: string) => Promise<void>

const batchLength = 65_536

/** Writes lines together, at the pace of whoever takes them. */
async function writeLines(lines: AsyncIterable<string>, write: Write): Promise<void> {
  let batch = ''
  for await (const line of lines) {
    batch += `${line}\n`
    if (batch.length < batchLength) continue
    await write(batch)
    batch = ''
  }
  await write(batch)
}

async function exportTo(store: EventStore, write: Write): Promise<void> {
  const exporting = new Export(store, ({ conversationId, version, code, message }: Finding) => {
    const where = `conversation ${quoted(conversationId)}, version ${version}`
    process.stderr.write(`colloquy: ${code}  ${where}: ${visible(message)}\n`)
    answerNo()
  })
  await tellingFailure('cannot read the database', () => writeLines(exporting.lines(), write))
  const { conversations, events } = exporting.totals
  process.stderr.write(`exported ${counted(conversations, 'conversation')}, ${counted(events, 'event')}\n`)
}

// What it holds is nobody else's to read.
const openNew = (path: string): Promise<FileHandle> => writing(path, () => open(path, 'wx', 0o600))

/** A file that holds all of it, synced to the disk; or no file. */
async function exportToFile(store: EventStore, path: string): Promise<void> {
  const file = await openNew(path)
  try {
    await exportTo(store, (text) => writing(path, () => file.appendFile(text)))
    await writing(path, () => file.sync())
  } catch (error) {
    await unlink(path)
    throw error
  } finally {
    await file.close()
  }
}

const help = `
Each event is written exactly as it is stored: the text that was hashed, its hash, and its content, or none where it was
erased. Sealed content stays sealed, and no key is asked for. Snapshots, views and registers are not exported: the first
two are made again from the log, the last belong to one database.

Exit code: 0 exported; 1 exported, and an event does not follow from the one before (told on standard error; see colloquy
audit); 2 the database cannot be read, or the file not written: then there is none.`

/** Adds the command to the program. */
export function addExport(program: Command): void {
  program
    .command('export')
    .description('write a whole database as JSON Lines, to be restored into another store')
    .argument('<db>', databaseWords)
    .option('--out <file>', 'a new file to write to; standard output unless told')
    .addHelpText('after', help)
    .action((db: string, { out }: { readonly out?: string }) =>
      withDatabaseToRead(db, (store) => (out === undefined ? exportTo(store, print) : exportToFile(store, out))),
    )
}
