/**
 * Takes what was erased out of the server's files: old versions of rows out of the tables, by writing these anew, and old
 * records out of the write-ahead log, by leaving all of its segments behind. It must never say that nothing is left where it
 * cannot know; it changes no setting of the server.
 */
import { setTimeout } from 'node:timers/promises'
import type { Connection, Question } from './connection.js'
import { quoted } from './session.js'

/** How long one table, or one checkpoint, may take. */
const stepMaxMs = 3_600_000
/** Segments are 16 MiB by default, and 1 GiB of them is kept. */
const segmentsMax = 4_096
/** How long others may take to let go of the log, as a standby does once it has it: attempts, and the pause between. */
const checkpointsMax = 50
const checkpointDelayMs = 100

/** Why the files are not clean; the message says what to do. */
export class NotClean extends Error {}

const segments = "SELECT substr(name, 9) AS segment FROM pg_ls_waldir() WHERE name ~ '^[0-9A-F]{24}$'"

const prerequisites = `
SELECT current_setting('wal_recycle') = 'on' AS "recyclesLog",
       has_function_privilege('pg_switch_wal()', 'EXECUTE')
         AND has_function_privilege('pg_ls_waldir()', 'EXECUTE')
         AND pg_has_role('pg_checkpoint', 'USAGE') AS "isAllowed"`

// In a segment that was recycled what was written before goes on to lie behind what is written now.
async function demandPrerequisites(connection: Connection): Promise<void> {
  const [row] = await connection.ask<{ recyclesLog: boolean; isAllowed: boolean }>({ text: prerequisites })
  if (!row?.isAllowed) {
    throw new NotClean('the role needs pg_checkpoint, pg_monitor, and EXECUTE on pg_switch_wal(): see the guide')
  }
  if (row.recyclesLog)
    throw new NotClean('the server keeps old segments of its log to use again: set wal_recycle = off')
}

class Compaction {
  private detail = ''

  constructor(
    private readonly connection: Connection,
    private readonly schema: string,
  ) {}

  private readonly hear = ({ detail }: { readonly detail?: string | undefined }) => {
    this.detail = detail ?? ''
  }

  async rewriteTables(): Promise<void> {
    const tables = await this.ask<{ readonly name: string }>({
      text: "SELECT relname AS name FROM pg_class WHERE relkind = 'r' AND relnamespace = to_regnamespace($1)",
      values: [quoted(this.schema)],
    })
    this.connection.client.on('notice', this.hear)
    try {
      for (const { name } of tables) await this.rewrite(name)
    } finally {
      this.connection.client.off('notice', this.hear)
    }
  }

  /** Leaves every segment of the log that is there now behind, and waits until all are removed. */
  async leaveLogBehind(): Promise<void> {
    const [{ last } = { last: '' }] = await this.ask<{ readonly last: string }>({
      text: `SELECT max(segment) AS last FROM (${segments}) AS present`,
    })
    for (let switched = 0; (await this.segmentNow()) <= last; switched++) {
      if (switched === segmentsMax) throw new NotClean(`the log has more than ${segmentsMax} segments`)
      await this.ask({ text: 'SELECT pg_switch_wal()' })
    }
    for (let attempt = 1; ; attempt++) {
      await this.ask({ text: 'CHECKPOINT' })
      const left = await this.ask({ text: `${segments} AND substr(name, 9) <= $1`, values: [last] })
      if (left.length === 0) return
      if (attempt === checkpointsMax) {
        throw new NotClean(
          `${left.length} old segments of the log are kept, for a standby, an archive or wal_keep_size`,
        )
      }
      await setTimeout(checkpointDelayMs)
    }
  }

  // The server tells, in the language of its messages, how many old rows somebody may still see: the first number.
  private async rewrite(table: string): Promise<void> {
    this.detail = ''
    await this.ask({ text: `VACUUM (FULL, VERBOSE) ${quoted(this.schema)}.${quoted(table)}` })
    const [, kept] = /(\d+)/.exec(this.detail) ?? []
    if (kept === undefined) throw new NotClean(`the server did not tell what it left of the table ${table}`)
    if (kept !== '0') {
      throw new NotClean(
        `${kept} old rows of the table ${table} can still be seen by a transaction elsewhere: try again`,
      )
    }
  }

  // A segment is begun only by something to write.
  private async segmentNow(): Promise<string> {
    await this.ask({ text: 'UPDATE colloquy_store SET schema_version = schema_version' })
    const [{ segment } = { segment: '' }] = await this.ask<{ readonly segment: string }>({
      text: 'SELECT substr(pg_walfile_name(pg_current_wal_insert_lsn()), 9) AS segment',
    })
    return segment
  }

  private ask<Row>(question: Question): Promise<readonly Row[]> {
    return this.connection.ask<Row>(question, stepMaxMs)
  }
}

const setTimeLimit = (ms: number): Question => ({
  text: "SELECT set_config('statement_timeout', $1, false)",
  values: [`${ms}ms`],
})

/** Throws `NotClean`, or as the driver throws; what was done until then does no harm. */
export async function compact(connection: Connection, schema: string, statementTimeoutMs: number): Promise<void> {
  await demandPrerequisites(connection)
  const compaction = new Compaction(connection, schema)
  await connection.ask(setTimeLimit(stepMaxMs))
  try {
    await compaction.rewriteTables()
    await compaction.leaveLogBehind()
  } finally {
    await connection.ask(setTimeLimit(statementTimeoutMs)).catch(() => undefined)
  }
}
