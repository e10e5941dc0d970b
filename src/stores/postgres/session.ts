/**
 * What every connection is told and asked before it is used. A standby must never be read from: a version that lags is
 * a wrong version.
 */
import type { Connection } from './connection.js'

// `jit` pays for itself on long reports, which nobody asks for here. `off` would acknowledge what a crash can lose; what
// an administrator set otherwise (`remote_apply`, `local`) is theirs to say.
const settings = `
SELECT
  set_config('search_path', $1, false),
  set_config('statement_timeout', $2, false),
  set_config('lock_timeout', $2, false),
  set_config('default_transaction_isolation', 'read committed', false),
  set_config('default_transaction_read_only', $3, false),
  set_config('client_min_messages', 'warning', false),
  set_config('jit', 'off', false),
  set_config('synchronous_commit', replace(current_setting('synchronous_commit'), 'off', 'on'), false),
  pg_is_in_recovery() AS "isStandby"`

/**
 * Positions must grow, also where the data were moved to a server whose transaction ids are lower than those they came
 * with. Then all that is to come is set behind what is there; else this changes nothing, and writes nothing.
 */
const keepPositionsGrowing = `
UPDATE colloquy_store
SET transaction_offset = transaction_offset + last_there - next_here + 1
FROM (
  SELECT coalesce(max(position), 0) >> 10 AS last_there FROM event
) AS feed, LATERAL (
  SELECT pg_snapshot_xmax(pg_current_snapshot())::text::bigint + transaction_offset AS next_here FROM colloquy_store
) AS clock
WHERE last_there >= next_here`

export interface SessionSettings {
  /** A schema's name, as it is. */
  readonly schema: string
  readonly statementTimeoutMs: number
  /** Whether the server is to refuse whatever writes. */
  readonly readOnly: boolean
}

export const quoted = (name: string): string => `"${name.replaceAll('"', '""')}"`

/** Throws where the server is a standby, or as the driver throws. */
export async function beginSession(connection: Connection, settingsOf: SessionSettings): Promise<void> {
  const { schema, statementTimeoutMs, readOnly } = settingsOf
  const values = [quoted(schema), `${statementTimeoutMs}ms`, readOnly ? 'on' : 'off']
  const [row] = await connection.ask<{ readonly isStandby: boolean }>({ text: settings, values })
  if (row?.isStandby !== false) throw new Error('the server is a standby: a store is opened on the primary')
}

export async function setPositionsBehindWhatIsThere(connection: Connection): Promise<void> {
  await connection.ask({ text: keepPositionsGrowing })
}
