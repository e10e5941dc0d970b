/**
 * How a schema becomes ours, and how an older one becomes today's. A migration that was published must never change; a
 * schema that is not ours, or is newer than this code, must never be written to. Two who start at once take turns.
 */
import { type Either, left, right } from 'fp-ts/lib/Either.js'
import { type StoreError, storeError } from '../../log/errors.js'
import type { Connection } from './connection.js'
import { appendFunction } from './schema/append-function.js'
import { appendManyFunction } from './schema/append-many-function.js'
import { contentIsNotSampled, snapshotIsNotSampled } from './schema/content-is-not-sampled.js'
import { conversationTable } from './schema/conversation-table.js'
import { eraseFunction } from './schema/erase-function.js'
import { eventById } from './schema/event-by-id.js'
import { eventByPosition } from './schema/event-by-position.js'
import { eventIsKept, eventIsNotChanged, eventIsNotDeleted, eventsAreNotTruncated } from './schema/event-is-kept.js'
import { eventTable } from './schema/event-table.js'
import { nextPositionFunction } from './schema/next-position-function.js'
import { registerTable } from './schema/register-table.js'
import { snapshotTable } from './schema/snapshot-table.js'
import { storeTable } from './schema/store-table.js'
import { quoted } from './session.js'

/** The statements that lead from schema version n to n + 1, at n. */
const migrations: readonly (readonly string[])[] = [
  [
    storeTable,
    'INSERT INTO colloquy_store (schema_version) VALUES (0)',
    conversationTable,
    eventTable,
    eventById,
    eventByPosition,
    eventIsKept,
    eventIsNotDeleted,
    eventsAreNotTruncated,
    eventIsNotChanged,
    snapshotTable,
    nextPositionFunction,
    appendFunction,
    eraseFunction,
  ],
  [registerTable],
  [appendManyFunction],
  [contentIsNotSampled, snapshotIsNotSampled],
]

/** The schema that this code writes. */
export const schemaVersion = migrations.length

const relationsThere = `
SELECT relname AS name FROM pg_class JOIN pg_namespace ON pg_namespace.oid = relnamespace WHERE nspname = $1`

/** The version of the schema that is there: 0 for none, or an empty one. */
async function versionThere(connection: Connection, schema: string): Promise<number | 'foreign'> {
  const relations = await connection.ask<{ readonly name: string }>({ text: relationsThere, values: [schema] })
  if (relations.length === 0) return 0
  if (!relations.some(({ name }) => name === 'colloquy_store')) return 'foreign'
  const [row] = await connection.ask<{ readonly version: number }>({
    text: 'SELECT schema_version AS version FROM colloquy_store',
  })
  return row?.version ?? 'foreign'
}

const noStore = (schema: string): StoreError =>
  storeError('incompatible-store', `there is no store in the schema ${JSON.stringify(schema)}`)

function incompatible(version: number | 'foreign', schema: string): StoreError | undefined {
  const where = `the schema ${JSON.stringify(schema)}`
  if (version === 'foreign') return storeError('incompatible-store', `${where} holds what is not Colloquy's`)
  if (version <= schemaVersion) return undefined
  const message = `${where} has version ${version}; this version of Colloquy knows ${schemaVersion}`
  return storeError('incompatible-store', message)
}

// The lock is by the schema's name, and ends with the transaction.
async function migrateInTurn(connection: Connection, schema: string): Promise<StoreError | undefined> {
  const key = `colloquy ${schema}`
  await connection.ask({ text: 'SELECT pg_advisory_xact_lock(hashtextextended($1, 0))', values: [key] })
  // Asked again in turn: another may have done it meanwhile.
  const version = await versionThere(connection, schema)
  const refused = incompatible(version, schema)
  if (refused || version === 'foreign' || version === schemaVersion) return refused
  // Where it is there already, nobody need be allowed to create one.
  const [{ isThere } = { isThere: false }] = await connection.ask<{ readonly isThere: boolean }>({
    text: 'SELECT EXISTS (SELECT FROM pg_namespace WHERE nspname = $1) AS "isThere"',
    values: [schema],
  })
  if (!isThere) await connection.ask({ text: `CREATE SCHEMA ${quoted(schema)}` })
  for (const text of migrations.slice(version).flat()) await connection.ask({ text })
  await connection.ask({ text: 'UPDATE colloquy_store SET schema_version = $1', values: [schemaVersion] })
  return undefined
}

/** What a schema that is there has. */
export interface Prepared {
  readonly hasRegisters: boolean
}

/** The first version that has registers. */
const registersSince = 2

/** Whether a schema can be read as it is: ours, and not newer; an older one lacks only what is written by. Writes nothing. */
export async function readableSchema(connection: Connection, schema: string): Promise<Either<StoreError, Prepared>> {
  const version = await versionThere(connection, schema)
  const refused = version === 0 ? noStore(schema) : incompatible(version, schema)
  if (refused || version === 'foreign') return left(refused ?? noStore(schema))
  return right({ hasRegisters: version >= registersSince })
}

/** Brings the schema to today's, in one transaction. Throws as the driver throws, the schema being as before. */
export async function migrate(
  connection: Connection,
  { schema, mayCreate }: { readonly schema: string; readonly mayCreate: boolean },
): Promise<StoreError | undefined> {
  const version = await versionThere(connection, schema)
  if (version === schemaVersion) return undefined
  if (version === 0 && !mayCreate) return noStore(schema)
  const refused = incompatible(version, schema)
  if (refused) return refused
  await connection.ask({ text: 'BEGIN' })
  try {
    const refusedInTurn = await migrateInTurn(connection, schema)
    await connection.ask({ text: 'COMMIT' })
    return refusedInTurn
  } catch (cause) {
    // On a lost connection this fails too, and what went wrong first is what to tell.
    await connection.ask({ text: 'ROLLBACK' }).catch(() => undefined)
    throw cause
  }
}
