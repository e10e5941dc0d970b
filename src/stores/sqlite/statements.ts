/**
 * Every statement the store runs, prepared once at open. Columns are named as `StoredEvent` names them, so that a row is
 * the answer and is not copied. Parameters are a plain `?` each, for better-sqlite3 takes numbered ones for names. None
 * may write but those under the heading of writes.
 */
import type { PositionedEvent, StoredEvent, StoredSnapshot } from '../../log/event-store.js'
import type { Register } from '../../log/registers.js'
import type { Driver } from './driver.js'

/** What is stored text of an event, by the names below. */
const texts = ['eventId', 'record', 'hash', 'content', 'salt']
/** Where the conversation is not asked for: one that is found by its id has that id, to the byte. */
const allTexts = ['conversationId', ...texts]

const columns = 'conversation_id AS conversationId, version, event_id AS eventId, record, hash, content, salt'

/** In order of the unique index, hence no sorting. */
const readRange = `
SELECT ${columns} FROM event
WHERE conversation_id = ? AND version BETWEEN ? AND ?
ORDER BY version LIMIT ?`

const readAll = `
SELECT ${columns}, position FROM event WHERE position > ? ORDER BY position LIMIT ?`

const findEvent = `
SELECT ${columns} FROM event WHERE conversation_id = ? AND event_id = ?`

const findPlace = `
SELECT version, hash FROM event WHERE conversation_id = ? AND event_id = ?`

const currentVersion = `
SELECT coalesce(max(version), 0) AS version FROM event WHERE conversation_id = ?`

/** Leaps from conversation to conversation in the index, so that a long one costs no more than a short one. */
const listConversations = `
WITH RECURSIVE conversation (id) AS (
  SELECT min(conversation_id) FROM event WHERE conversation_id > ?
  UNION ALL
  SELECT (SELECT min(conversation_id) FROM event WHERE conversation_id > conversation.id)
  FROM conversation WHERE conversation.id IS NOT NULL
)
SELECT id AS conversationId, (SELECT max(version) FROM event WHERE conversation_id = id) AS version
FROM conversation WHERE id IS NOT NULL LIMIT ?`

const loadSnapshot = `
SELECT conversation_id AS conversationId, version, text FROM snapshot WHERE conversation_id = ? AND text IS NOT NULL`

const loadRegister = `
SELECT key, revision, text FROM register WHERE key = ?`

// Writes.

const insertEvent = `
INSERT INTO event (conversation_id, version, event_id, record, hash, content, salt) VALUES (?, ?, ?, ?, ?, ?, ?)`

const eraseContent = `
UPDATE event SET content = NULL, salt = NULL WHERE conversation_id = ? AND version = ?`

/** Drops the snapshot, and remembers that none older than the stream now is may come back. */
const dropSnapshot = `
INSERT INTO snapshot (conversation_id, version, padding, text)
SELECT ?, coalesce(max(version), 0), zeroblob(0), NULL FROM event WHERE conversation_id = ?
ON CONFLICT (conversation_id) DO UPDATE SET version = excluded.version, padding = excluded.padding, text = NULL`

/** 4096 zeros, a page: see the table. An older snapshot than the kept one is let go. */
const saveSnapshot = `
INSERT INTO snapshot (conversation_id, version, padding, text) VALUES (?, ?, zeroblob(4096), ?)
ON CONFLICT (conversation_id) DO UPDATE SET version = excluded.version, padding = excluded.padding, text = excluded.text
WHERE excluded.version >= snapshot.version`

/** The revision is compared before, in the same transaction. */
const saveRegister = `
INSERT INTO register (key, revision, text) VALUES (?, ?, ?)
ON CONFLICT (key) DO UPDATE SET revision = excluded.revision, text = excluded.text`

type Listed = { readonly conversationId: string; readonly version: number }

/** Prepares them all. Throws as the driver throws. */
export function prepareStatements(driver: Driver) {
  return {
    readRange: driver.prepare<StoredEvent>(readRange, texts),
    readAll: driver.prepare<PositionedEvent>(readAll, allTexts),
    findEvent: driver.prepare<StoredEvent>(findEvent, texts),
    findPlace: driver.prepare<Pick<StoredEvent, 'version' | 'hash'>>(findPlace, ['hash']),
    currentVersion: driver.prepare<{ readonly version: number }>(currentVersion),
    listConversations: driver.prepare<Listed>(listConversations, ['conversationId']),
    loadSnapshot: driver.prepare<StoredSnapshot>(loadSnapshot, ['conversationId', 'text']),
    loadRegister: driver.prepare<Register>(loadRegister, ['key', 'text']),
    insertEvent: driver.prepare(insertEvent),
    eraseContent: driver.prepare(eraseContent),
    dropSnapshot: driver.prepare(dropSnapshot),
    saveSnapshot: driver.prepare(saveSnapshot),
    saveRegister: driver.prepare(saveRegister),
    // Moves the write-ahead log into the file and cuts it to nothing: what was erased is in neither any more.
    emptyWriteAheadLog: driver.prepare<{ readonly busy: number }>('PRAGMA wal_checkpoint(TRUNCATE)'),
  }
}

export type Statements = ReturnType<typeof prepareStatements>
