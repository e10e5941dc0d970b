/**
 * The log: one row an event, in the order of appending. Column names are the storage format; they must never change
 * but by a migration.
 *
 * - `position`: AUTOINCREMENT, so that no position is ever used again.
 * - `record`: the canonical event as text. What was hashed is what is read: no JSON type of the engine touches it.
 * - `content`, `salt`: the only columns that change, and only to NULL: erased.
 *
 * There is no table of streams: a stream's version is its last event's, kept in one place and so never wrong.
 */
export const eventTable = `
CREATE TABLE event (
  position        INTEGER PRIMARY KEY AUTOINCREMENT,
  conversation_id TEXT    NOT NULL,
  version         INTEGER NOT NULL CHECK (version >= 1),
  event_id        TEXT    NOT NULL,
  record          TEXT    NOT NULL,
  hash            TEXT    NOT NULL,
  content         TEXT,
  salt            TEXT
) STRICT`
