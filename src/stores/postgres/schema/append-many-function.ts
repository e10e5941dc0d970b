/**
 * Appends to several conversations in one transaction and one round trip; each as the append function would, but that it
 * waits for nobody: a conversation that another holds is passed over, and the caller appends to it alone. What it must
 * never do is wait with a transaction's id in hand: the feed would wait with it, and the neighbours.
 *
 * One append a conversation, in the order of their ids; none creates its conversation, for whoever creates one may have to
 * wait for another who does. `in_appends` names for each event its append, counted from 1, and `in_event_counts` how many
 * each has; 1,024 events at most in all, for so many positions has a transaction.
 *
 * A row for each append, in order: what the append function answers; `actual_version` is NULL for one passed over. One is
 * also passed over whose conversation was appended to meanwhile by a later transaction: its position would be too low.
 */
export const appendManyFunction = `
CREATE FUNCTION append_many(
  in_conversation_ids text[],
  in_event_counts     integer[],
  in_appends          integer[],
  in_versions         bigint[],
  in_event_ids        text[],
  in_records          text[],
  in_hashes           text[],
  in_contents         text[],
  in_salts            text[]
) RETURNS TABLE (
  written             boolean,
  actual_version      bigint,
  known               json
) LANGUAGE plpgsql AS $$
DECLARE
  are_written    boolean[] := '{}';
  event_count    integer;
  event_last     integer := 0;
  first_position bigint;
  last_position  bigint;
BEGIN
  FOR append IN 1 .. cardinality(in_conversation_ids) LOOP
    event_count := in_event_counts[append];
    event_last := event_last + event_count;
    written := false;
    known := NULL;

    SELECT conversation.version, conversation.position INTO actual_version, last_position
    FROM conversation WHERE conversation_id = in_conversation_ids[append] FOR UPDATE SKIP LOCKED;

    IF FOUND THEN
      first_position := coalesce(first_position, next_position());
      SELECT json_agg(json_build_object('eventId', event_id, 'version', event.version, 'hash', event.hash)) INTO known
      FROM event
      WHERE conversation_id = in_conversation_ids[append]
        AND event_id = ANY (in_event_ids[event_last - event_count + 1 : event_last]);

      IF known IS NULL AND actual_version = in_versions[event_last] - event_count THEN
        IF last_position < first_position THEN
          UPDATE conversation
          SET version = conversation.version + event_count, position = first_position + event_last - 1
          WHERE conversation_id = in_conversation_ids[append];
          written := true;
        ELSE
          actual_version := NULL;
        END IF;
      END IF;
    END IF;
    are_written := are_written || written;
    RETURN NEXT;
  END LOOP;

  IF true = ANY (are_written) THEN
    INSERT INTO event (conversation_id, version, position, event_id, record, hash, content, salt)
    SELECT in_conversation_ids[append], version, first_position + place - 1, event_id, record, hash, content, salt
    FROM unnest(in_appends, in_versions, in_event_ids, in_records, in_hashes, in_contents, in_salts)
         WITH ORDINALITY AS new (append, version, event_id, record, hash, content, salt, place)
    WHERE are_written[append];
  END IF;
END
$$`
