/**
 * One row about the store itself; its table is how a schema is known as ours.
 *
 * - `schema_version`: which migrations have run.
 * - `transaction_offset`: added to transaction ids to make positions. 0 where the data was born; more where it was moved
 *   to a server that counts its transactions from lower down, as after `pg_dump` and `pg_restore`.
 */
export const storeTable = `
CREATE TABLE colloquy_store (
  only_one           boolean PRIMARY KEY DEFAULT true CHECK (only_one),
  schema_version     integer NOT NULL,
  transaction_offset bigint  NOT NULL DEFAULT 0
)`
