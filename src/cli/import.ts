/** `colloquy import`: real conversations from other people's files into a log. */
import { type Command, Option } from 'commander'
import { counted } from './counted.js'
import { type DatabaseName, databaseNamed } from './database-name.js'
import { answerNo, InputError } from './exit.js'
import { type Convert, importLines, type Tally } from './importing/import-lines.js'
import { collectLabel } from './importing/label-option.js'
import { draftMessages } from './importing/messages.js'
import { draftTree } from './importing/oasst.js'
import { Progress } from './importing/progress.js'
import { readingSource, sourceBytes } from './importing/source-file.js'
import { databaseWords, withNewDatabase } from './open-database.js'
import { visible } from './paint.js'

interface Options {
  readonly format: 'oasst' | 'messages'
  readonly db: string
  readonly harmLabel: ReadonlyMap<string, number>
  readonly assumeHarmless: boolean
}

function converterFor({ format, harmLabel, assumeHarmless }: Options): Convert {
  if (format === 'oasst') return (value) => draftTree(value, { harmfulFrom: harmLabel, assumeHarmless })
  if (harmLabel.size > 0) throw new InputError('--harm-label is for --format oasst; messages carry assessments')
  return (value) => draftMessages(value, { assumeHarmless })
}

function summaryOf(tally: Tally, name: DatabaseName): string {
  const conversations = counted(tally.added, 'conversation')
  const holding = `${counted(tally.threads, 'thread')}, ${counted(tally.messages, 'message')}`
  const db = name.kind === 'file' ? name.path : name.shown
  const lines = [`${db}: ${conversations} added, ${holding}, ${counted(tally.events, 'event')} appended`]
  if (tally.continued > 0) lines.push(`${counted(tally.continued, 'conversation')} carried on from a broken import`)
  if (tally.known > 0) lines.push(`${counted(tally.known, 'conversation')} there already`)
  if (tally.emptied > 0)
    lines.push(`${counted(tally.emptied, 'message')} deleted or without text in the source, kept in place and empty`)
  if (tally.refused > 0) lines.push(`${counted(tally.refused, 'line')} not imported`)
  return `${lines.join('\n  ')}\n`
}

async function run(file: string, options: Options): Promise<void> {
  const convert = converterFor(options)
  const sizeBytes = await sourceBytes(file)
  const progress = new Progress(process.stderr)
  let readBytes = 0
  await withNewDatabase(options.db, async (store) => {
    const tally = await importLines({
      chunks: readingSource(file, (bytes) => {
        readBytes += bytes
      }),
      convert,
      store,
      importedAt: new Date().toISOString(),
      onFault: (number, why) => {
        progress.clear()
        process.stderr.write(`${visible(`${file}:${number}: ${why}`)}\n`)
      },
      onLine: ({ added, known }) => progress.show(readBytes / sizeBytes, `${counted(added + known, 'conversation')}`),
    }).finally(() => progress.clear())
    process.stdout.write(summaryOf(tally, databaseNamed(options.db)))
    if (tally.refused > 0) answerNo()
  })
}

const notes = `
Exit code 1 if a line was not imported: standard error says which and why, and the rest is imported. An import that
broke off goes on when it is run again.

oasst: each path from the root to a leaf becomes a thread, each branching a fork: an edit among the prompter's
messages, a retry among the assistant's. Thread and message ids are the source's. A message that was deleted or has no
text keeps its place, empty. A tree in which an id occurs twice is not imported.

messages: role is user or assistant; content is text or a list of content blocks; assessment is {"harm": "none" or
"harmful", "risk"?, "categories"?, "confidence"?}. Other fields are not read. A line without an id is named by a hash
of what it says, so of two lines that say the same the second is there already.`

/** Adds the command to the program. */
export function addImport(program: Command): void {
  program
    .command('import')
    .description('Import real conversations into a log. Importing a file again adds nothing.')
    .argument('<file>', 'JSON Lines: a conversation, or a tree of messages, on each')
    .addOption(
      new Option('--format <format>', 'oasst: Open Assistant message trees; messages: {"id"?, "messages": […]}')
        .choices(['oasst', 'messages'])
        .makeOptionMandatory(),
    )
    .requiredOption('--db <db>', `what to import into, made if it is not there; ${databaseWords}`)
    .addOption(
      new Option('--harm-label <name:value>', 'oasst: at or over this value (0 to 1) the label means harm; repeatable')
        .argParser(collectLabel)
        .default(new Map<string, number>(), 'none'),
    )
    .option('--assume-harmless', "assess a user's message as harmless where the source does not judge it", false)
    .addHelpText('after', notes)
    .action(run)
}
