/** `colloquy demo`: a few scripted conversations through the real service, turn by turn, into a log to explore. */
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import type { Command } from 'commander'
import { isLeft } from 'fp-ts/lib/Either.js'
import { createConversations } from '../conversations.js'
import type { EventStore } from '../log/event-store.js'
import type { RecordedEvent } from '../log/recorded-event.js'
import { openSqliteStore } from '../stores/sqlite/index.js'
import { nextLines } from './demo/next-lines.js'
import { headLines, introductionLines, playedLines, policyOf } from './demo/page.js'
import { hasArrived, play, type Stage, type Staged } from './demo/play.js'
import { scriptedAssessor } from './demo/scripted-assessor.js'
import { servePlayed } from './demo/serve-played.js'
import { stories } from './demo/stories/index.js'
import { answerNo, InputError } from './exit.js'
import { printLines } from './print.js'

/** A service whose events can be taken as they come, all of them and since last asked. */
function stageOn(store: EventStore): Stage & { readonly log: readonly RecordedEvent[] } {
  const log: RecordedEvent[] = []
  let taken = 0
  const takeEvents = () => {
    const events = log.slice(taken)
    taken = log.length
    return events
  }
  const onEvent = (event: RecordedEvent) => log.push(event)
  return { conversations: createConversations({ store, assess: scriptedAssessor(stories), onEvent }), takeEvents, log }
}

/** Every story and the conversation it is played in, new ones in every run. */
function cast(run: string): readonly Staged[] {
  return stories.map((story) => ({ story, conversationId: `${story.continues ?? story.name}-${run}` }))
}

async function tell(stage: Stage, staged: Staged, number: number): Promise<void> {
  await printLines(headLines(staged, number))
  for await (const played of play(stage, staged)) {
    await printLines(playedLines(played, policyOf(staged)))
  }
  if (await hasArrived(stage, staged)) return
  await printLines([`This is not where ${staged.story.name} was to lead. Something is wrong with this build.`])
  answerNo()
}

async function playAll(store: EventStore, db: string): Promise<void> {
  const stage = stageOn(store)
  const staged = cast(crypto.randomUUID().slice(0, 6))
  await printLines(introductionLines())
  for (const [place, one] of staged.entries()) await tell(stage, one, place + 1)
  const jsonLines = `${db.replace(/\.db$/, '')}.jsonl`
  await writeFile(jsonLines, stage.log.map((event) => `${JSON.stringify(event)}\n`).join(''))
  await printLines(nextLines({ staged, log: stage.log, db, jsonLines }))
}

async function playInto(db: string, isOnce: boolean): Promise<void> {
  await mkdir(dirname(db), { recursive: true }).catch((error: Error) => {
    throw new InputError(`cannot make the folder of ${db}: ${error.message}`)
  })
  const opened = await openSqliteStore({ path: db })
  if (isLeft(opened)) throw new InputError(opened.left.message)
  try {
    await playAll(opened.right, db)
    if (!isOnce) await servePlayed(opened.right, db)
  } finally {
    await opened.right.close()
  }
}

/** What is left behind is to be looked at afterwards; what is served is looked at meanwhile. */
async function run({ db, once = false }: { readonly db?: string; readonly once?: boolean }): Promise<void> {
  if (db !== undefined || once) return playInto(db ?? keptAt, once)
  const folder = await mkdtemp(join(tmpdir(), 'colloquy-demo-'))
  try {
    await playInto(join(folder, 'demo.db'), once)
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
}

const keptAt = '.colloquy/demo.db'

const help = `
Having played, it serves the chat page and this database's inspector on this machine, and prints both addresses, until Ctrl-C.
Without --db the log is then in a temporary folder, and gone at the end; with --once it is kept in ${keptAt}.`

/** Adds the command to the program. */
export function addDemo(program: Command): void {
  program
    .command('demo')
    .description('play a few scripted conversations through the real service, and show every turn and every veto')
    .option('--db <file>', 'the SQLite log to play into; a run adds to what is there')
    .option('--once', 'leave after playing')
    .addHelpText('after', help)
    .action(run)
}
