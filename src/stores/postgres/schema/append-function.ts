/**
 * Appends all of these events, or none: one transaction, one round trip. What it must never do is read the version before
 * the row is locked, or decide what a refusal means: it answers facts, and `append-check.ts` judges them.
 *
 * `written`: whether the events were stored. If not: `actual_version`, and which of these ids the stream has already.
 *
 * A position is the transaction's id, shifted by ten bits, and the event's place in the append. So the feed is in the order
 * of transaction ids, and a reader is safe up to the oldest that is still running (`readAll` in `statements.ts`). For that,
 * a conversation's later append must have the higher id. It has: whoever waits for the row has no id yet, and gets one
 * when it is its turn. The one who creates a conversation gets its id first, but never writes after having waited. Should
 * a server ever hand out ids otherwise, the append is refused as a serialization failure, and tried again.
 *
 * A loser in a race to create finds the row that the winner committed: `ON CONFLICT DO NOTHING` is not success here.
 */
export const appendFunction = `
CREATE FUNCTION append(
  in_conversation_id  text,
  in_expected_version bigint,
  in_event_ids        text[],
  in_records          text[],
  in_hashes           text[],
  in_contents         text[],
  in_salts            text[],
  OUT written         boolean,
  OUT actual_version  bigint,
  OUT known           json
) LANGUAGE plpgsql AS $$
DECLARE
  event_count    bigint := cardinality(in_event_ids);
  first_position bigint;
  last_position  bigint;
BEGIN
  written := false;

  SELECT version, position INTO actual_version, last_position
  FROM conversation WHERE conversation_id = in_conversation_id FOR UPDATE;

  IF NOT FOUND THEN
    IF in_expected_version <> 0 THEN
      actual_version := 0;
      RETURN;
    END IF;
    first_position := next_position();
    INSERT INTO conversation (conversation_id, version, position)
    VALUES (in_conversation_id, event_count, first_position + event_count - 1)
    ON CONFLICT (conversation_id) DO NOTHING;
    written := FOUND;
    IF NOT written THEN
      SELECT version INTO STRICT actual_version
      FROM conversation WHERE conversation_id = in_conversation_id FOR UPDATE;
    END IF;
  END IF;

  IF NOT written THEN
    SELECT json_agg(json_build_object('eventId', event_id, 'version', version, 'hash', hash)) INTO known
    FROM event WHERE conversation_id = in_conversation_id AND event_id = ANY (in_event_ids);

    IF known IS NOT NULL OR actual_version <> in_expected_version THEN
      RETURN;
    END IF;
    first_position := next_position();
    IF first_position <= last_position THEN
      RAISE EXCEPTION 'this transaction is older than the last append' USING ERRCODE = 'serialization_failure';
    END IF;
    UPDATE conversation SET version = version + event_count, position = first_position + event_count - 1
    WHERE conversation_id = in_conversation_id;
    written := true;
  END IF;

  INSERT INTO event (conversation_id, version, position, event_id, record, hash, content, salt)
  SELECT in_conversation_id, in_expected_version + place, first_position + place - 1,
         event_id, record, hash, content, salt
  FROM unnest(in_event_ids, in_records, in_hashes, in_contents, in_salts)
       WITH ORDINALITY AS new (event_id, record, hash, content, salt, place);
END
$$`
