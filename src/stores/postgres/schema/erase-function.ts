/**
 * Erases content and salt of these versions, and drops the snapshot: one transaction, one round trip. The snapshot's row
 * stays behind empty, so that none older than the stream now is may come back.
 */
export const eraseFunction = `
CREATE FUNCTION erase(in_conversation_id text, in_versions bigint[]) RETURNS void LANGUAGE plpgsql AS $$
DECLARE
  stream_version bigint;
BEGIN
  SELECT version INTO stream_version FROM conversation WHERE conversation_id = in_conversation_id FOR UPDATE;

  UPDATE event SET content = NULL, salt = NULL
  WHERE conversation_id = in_conversation_id AND version = ANY (in_versions)
    AND (content IS NOT NULL OR salt IS NOT NULL);

  INSERT INTO snapshot (conversation_id, version, text)
  VALUES (in_conversation_id, coalesce(stream_version, 0), NULL)
  ON CONFLICT (conversation_id) DO UPDATE SET version = excluded.version, text = NULL;
END
$$`
