/**
 * One row a conversation: what an append locks before it looks at the version. It is written in the transaction of its
 * events, so that the two cannot differ.
 *
 * - `conversation_id`: COLLATE "C", bytes in order and compared as bytes, whatever the database's own language.
 * - `position`: the last event's place in the feed.
 *
 * Rows are updated at every append; room is left in each page, so that the new row stands beside the old one and no index
 * is touched.
 */
export const conversationTable = `
CREATE TABLE conversation (
  conversation_id text COLLATE "C" PRIMARY KEY,
  version         bigint NOT NULL CHECK (version >= 1),
  position        bigint NOT NULL
) WITH (fillfactor = 50)`
