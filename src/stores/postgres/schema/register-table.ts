/**
 * Small texts that the processes on this schema agree on, changed by compare-and-set. They are no part of the log, and hold
 * no content.
 *
 * - `revision`: grows with every change.
 *
 * A few rows, updated often: room is left in each page, so that the new row stands beside the old one and the index is
 * not touched.
 */
export const registerTable = `
CREATE TABLE register (
  key      text COLLATE "C" PRIMARY KEY,
  revision bigint NOT NULL CHECK (revision >= 1),
  text     text NOT NULL
) WITH (fillfactor = 50)`
