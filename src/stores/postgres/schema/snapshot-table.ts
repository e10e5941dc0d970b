/**
 * A conversation's newest snapshot. It may be dropped at any time: the events are the truth.
 *
 * - `text`: NULL after an erasure. Then `version` is the stream's at that time, and no snapshot below it is kept,
 *   for a slow writer's could bring the erased content back.
 */
export const snapshotTable = `
CREATE TABLE snapshot (
  conversation_id text COLLATE "C" PRIMARY KEY,
  version         bigint NOT NULL,
  text            text
)`
