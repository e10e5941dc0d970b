/**
 * A conversation's newest snapshot. It may be dropped at any time: the events are the truth.
 *
 * - `text`: NULL after an erasure. Then `version` is the stream's at that time, and no snapshot below it is kept,
 *   for a slow writer's could bring the erased content back.
 * - `padding`: keeps `text` out of the row's own page. When SQLite balances a tree it copies rows between pages and can
 *   leave bytes of the old copy behind, which `secure_delete` does not reach. With a page's worth of zeros before it,
 *   `text` lies wholly in overflow pages, which are never copied, and are zeroed when freed (SQLite file format, §1.6).
 */
export const snapshotTable = `
CREATE TABLE snapshot (
  conversation_id TEXT    PRIMARY KEY,
  version         INTEGER NOT NULL,
  padding         BLOB    NOT NULL,
  text            TEXT
) STRICT`
