/** `colloquy audit`: holds a database against its own promises, and says what was checked and what is wrong. */
import type { Command } from 'commander'
import type { AuditTotals, Finding } from '../log/audit/audit-finding.js'
import { Audit } from '../log/audit.js'
import type { EventStore } from '../log/event-store.js'
import { counted } from './counted.js'
import { answerNo } from './exit.js'
import { tellingFailure } from './failed-store.js'
import { databaseWords, withDatabaseToRead } from './open-database.js'
import { paint, quoted, visible } from './paint.js'
import { printLines } from './print.js'

function lineOf({ conversationId, version, code, message }: Finding): string {
  const where = `conversation ${quoted(conversationId)}, version ${version}`
  return `${paint.red(code)}  ${where}: ${visible(message)}`
}

function summaryOf(totals: AuditTotals, found: number): readonly string[] {
  const { conversations, events, links, contents, erased, replayed, otherMachines, snapshots, unusedSnapshots } = totals
  const others = otherMachines === 0 ? '' : `, ${otherMachines} of them recorded by another machine`
  const unused = unusedSnapshots === 0 ? '' : `, ${unusedSnapshots} of another machine and not in use`
  return [
    `checked     ${counted(conversations, 'conversation')}, ${counted(events, 'event')}`,
    `hash chain  ${counted(links, 'event follows', 'events follow')} from the one before`,
    `content     ${counted(contents, 'content is', 'contents are')} as written, ${erased} erased as the log says`,
    `replay      ${counted(replayed, 'log')} judged anew and accepted, every invariant kept${others}`,
    `snapshots   ${counted(snapshots, 'equals its', 'equal their')} replay${unused}`,
    found === 0 ? paint.green('no divergence') : paint.red(counted(found, 'divergence')),
  ]
}

async function findingsOf(audit: Audit): Promise<number> {
  let found = 0
  await tellingFailure('cannot read the database', async () => {
    for await (const finding of audit.findings()) {
      found += 1
      await printLines([lineOf(finding)])
    }
  })
  return found
}

async function auditStore(store: EventStore): Promise<void> {
  const audit = new Audit(store)
  const found = await findingsOf(audit)
  await printLines(summaryOf(audit.totals, found))
  if (found > 0) answerNo()
}

const help = `
Checked are the hash chain, that every log replays, keeps the invariants of \`colloquy verify\` at every step and would
be decided alike by today's machine, that every snapshot equals its replay, and that no content is missing but what the
log says was erased. Each divergence is named by conversation and version. Not to be seen: a conversation
that was removed whole, and the last events of one.

Exit code: 0 no divergence; 1 a divergence; 2 the database cannot be read.`

/** Adds the command to the program. */
export function addAudit(program: Command): void {
  program
    .command('audit')
    .description('check a database: hash chain, replay, snapshots, content')
    .argument('<db>', databaseWords)
    .addHelpText('after', help)
    .action((path: string) => withDatabaseToRead(path, auditStore))
}
