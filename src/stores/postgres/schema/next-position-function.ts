/**
 * The first position of this transaction's append; gives the transaction its id if it has none yet. 1,024 positions a
 * transaction, and 2 ** 43 transactions before a position is beyond what JavaScript counts exactly.
 */
export const nextPositionFunction = `
CREATE FUNCTION next_position() RETURNS bigint LANGUAGE sql VOLATILE AS $$
  SELECT (pg_current_xact_id()::text::bigint + transaction_offset) << 10 FROM colloquy_store
$$`
