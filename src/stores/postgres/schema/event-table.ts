/**
 * The log: one row an event. Column names are the storage format; they must never change but by a migration.
 *
 * - `position`: the place among all conversations' events, made of the transaction's id; see the append function.
 * - `record`: the canonical event as text. What was hashed is what is read: `jsonb` would reorder its keys, and refuse
 *   some of its letters.
 * - `content`, `salt`: the only columns that change, and only to NULL: erased.
 */
export const eventTable = `
CREATE TABLE event (
  conversation_id text COLLATE "C" NOT NULL,
  version         bigint NOT NULL CHECK (version >= 1),
  position        bigint NOT NULL,
  event_id        text COLLATE "C" NOT NULL,
  record          text NOT NULL,
  hash            text NOT NULL,
  content         text,
  salt            text,
  PRIMARY KEY (conversation_id, version)
)`
