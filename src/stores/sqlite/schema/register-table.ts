/**
 * Small texts that the processes on this file agree on, changed by compare-and-set. They are no part of the log.
 *
 * - `revision`: grows with every change.
 * - `text`: holds no content, so that nothing in it is ever erased.
 */
export const registerTable = `
CREATE TABLE register (
  key      TEXT    PRIMARY KEY,
  revision INTEGER NOT NULL CHECK (revision >= 1),
  text     TEXT    NOT NULL
) STRICT`
