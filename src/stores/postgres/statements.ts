/**
 * Every statement that the store asks, prepared once a connection. Columns are named as `StoredEvent` names them, so that
 * a row is the answer and is not copied.
 */
import type { AppendRequest, StoredSnapshot } from '../../log/event-store.js'
import type { Register } from '../../log/registers.js'
import type { Question } from './connection.js'

const columns = 'conversation_id AS "conversationId", version, event_id AS "eventId", record, hash, content, salt'

type Statement<Values extends readonly unknown[]> = (...values: Values) => Question

const statement =
  <Values extends readonly unknown[]>(name: string, text: string): Statement<Values> =>
  (...values) => ({ name, text, values })

export const readRange = statement<[conversationId: string, fromVersion: number, toVersion: number, limit: number]>(
  'read',
  `SELECT ${columns} FROM event
   WHERE conversation_id = $1 AND version BETWEEN $2 AND $3
   ORDER BY version LIMIT $4`,
)

/**
 * Up to the oldest transaction that is still running, wherever in the server: nothing can come before it any more. It and
 * the rows are of one snapshot, since they are of one statement.
 */
export const readAll = statement<[afterPosition: number, limit: number]>(
  'read_all',
  `SELECT ${columns}, position FROM event
   WHERE position > $1
     AND position < (
       SELECT (pg_snapshot_xmin(pg_current_snapshot())::text::bigint + transaction_offset) << 10 FROM colloquy_store
     )
   ORDER BY position LIMIT $2`,
)

export const findEvent = statement<[conversationId: string, eventId: string]>(
  'find',
  `SELECT ${columns} FROM event WHERE conversation_id = $1 AND event_id = $2`,
)

export const listConversations = statement<[afterId: string, limit: number]>(
  'list',
  `SELECT conversation_id AS "conversationId", version FROM conversation
   WHERE conversation_id > $1
   ORDER BY conversation_id LIMIT $2`,
)

export const loadSnapshot = statement<[conversationId: string]>(
  'load_snapshot',
  `SELECT conversation_id AS "conversationId", version, text FROM snapshot
   WHERE conversation_id = $1 AND text IS NOT NULL`,
)

export const loadRegister = statement<[key: string]>(
  'load_register',
  'SELECT key, revision, text FROM register WHERE key = $1',
)

/** What a probe tells; it fails on a server that takes no writes. */
export const signOfLife = statement<[]>(
  'sign_of_life',
  `SELECT current_setting('server_version') AS "serverVersion",
          current_setting('synchronous_standby_names') AS "synchronousStandbyNames",
          current_setting('transaction_read_only') = 'on' AS "isReadOnly"`,
)

/** Tells those who listen to this channel, once this statement's transaction is committed. */
export const notify = statement<[channel: string]>('notify', "SELECT pg_notify($1, '')")

// Writes.

/** What the append function answers; see there. */
export interface AppendFacts {
  readonly written: boolean
  /** `null` for one of many that was passed over. */
  readonly actual_version: number | null
  readonly known: readonly { readonly eventId: string; readonly version: number; readonly hash: string }[] | null
}

const appendValues = statement(
  'append',
  'SELECT written, actual_version, known FROM append($1, $2, $3, $4, $5, $6, $7)',
)

export const append = ({ conversationId, expectedVersion, events }: AppendRequest): Question =>
  appendValues(
    conversationId,
    expectedVersion,
    events.map(({ eventId }) => eventId),
    events.map(({ record }) => record),
    events.map(({ hash }) => hash),
    events.map(({ content }) => content),
    events.map(({ salt }) => salt),
  )

const appendManyValues = statement(
  'append_many',
  'SELECT written, actual_version, known FROM append_many($1, $2, $3, $4, $5, $6, $7, $8, $9)',
)

/** At most one append a conversation, none of version 0; answers `AppendFacts` for each, in order. */
export function appendMany(requests: readonly AppendRequest[]): Question {
  const events = requests.flatMap((request) => request.events)
  return appendManyValues(
    requests.map(({ conversationId }) => conversationId),
    requests.map((request) => request.events.length),
    requests.flatMap((request, place) => request.events.map(() => place + 1)),
    events.map(({ version }) => version),
    events.map(({ eventId }) => eventId),
    events.map(({ record }) => record),
    events.map(({ hash }) => hash),
    events.map(({ content }) => content),
    events.map(({ salt }) => salt),
  )
}

export const erase = statement<[conversationId: string, versions: readonly number[]]>('erase', 'SELECT erase($1, $2)')

/** An older snapshot than the kept one is let go. */
const saveSnapshotValues = statement(
  'save_snapshot',
  `INSERT INTO snapshot (conversation_id, version, text) VALUES ($1, $2, $3)
   ON CONFLICT (conversation_id) DO UPDATE SET version = excluded.version, text = excluded.text
   WHERE excluded.version >= snapshot.version`,
)

export const saveSnapshot = ({ conversationId, version, text }: StoredSnapshot): Question =>
  saveSnapshotValues(conversationId, version, text)

const makeRegister = statement<[key: string, text: string]>(
  'make_register',
  'INSERT INTO register (key, revision, text) VALUES ($1, 1, $2) ON CONFLICT (key) DO NOTHING RETURNING revision',
)

/** Whoever waits for the row looks at its revision again when it is their turn: so of those who race one changes it. */
const changeRegister = statement<[key: string, revision: number, text: string]>(
  'change_register',
  'UPDATE register SET revision = revision + 1, text = $3 WHERE key = $1 AND revision = $2 RETURNING revision',
)

/** Answers the new revision, or no row where the register was at another. */
export const saveRegister = ({ key, revision, text }: Register): Question =>
  revision === 0 ? makeRegister(key, text) : changeRegister(key, revision, text)
