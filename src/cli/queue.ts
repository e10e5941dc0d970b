/** `colloquy queue`: the conversations that a person should look at, and why, the latest first. */
import { type Command, Option } from 'commander'
import { type ReviewReason, reasonFields } from '../conversations/listing/review-queue.js'
import { listQueue } from './listed.js'
import { databaseWords, withDatabase } from './open-database.js'

interface Options {
  readonly reason?: ReviewReason
  readonly json?: boolean
}

const help = `
risk-flagged: someone may be at risk, and nobody has cleared it. end-declined: an end was asked for, and declined.
ended-and-disliked: an ended thread was given a thumbs-down. Each line says how to see the conversation as it was then.

The queue is kept in the database. Where it is not there yet, or is behind, it is made from the log, which writes to the file.

Exit code: 0 told; 1 the log of some conversations could not be read (told on standard error; see colloquy audit);
2 the database cannot be read.`

/** Adds the command to the program. */
export function addQueue(program: Command): void {
  program
    .command('queue')
    .description('list the conversations that a person should look at, and why')
    .argument('<db>', databaseWords)
    .addOption(new Option('--reason <reason>', 'only for this reason').choices(Object.keys(reasonFields)))
    .option('--json', 'one line of JSON a conversation')
    .addHelpText('after', help)
    .action((path: string, { reason, json = false }: Options) =>
      withDatabase(path, (store) => listQueue(store, path, reason === undefined ? {} : { reason }, json)),
    )
}
