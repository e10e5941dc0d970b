/** The log only grows: no program that shares this database can delete an event, or change one but by erasing it. */
export const eventIsKept = `
CREATE FUNCTION refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION 'an event is never deleted, and never changed but by erasing it';
END
$$`

export const eventIsNotDeleted = `
CREATE TRIGGER event_is_not_deleted BEFORE DELETE ON event
FOR EACH ROW EXECUTE FUNCTION refuse_change()`

export const eventsAreNotTruncated = `
CREATE TRIGGER events_are_not_truncated BEFORE TRUNCATE ON event
FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()`

export const eventIsNotChanged = `
CREATE TRIGGER event_is_not_changed BEFORE UPDATE ON event
FOR EACH ROW
WHEN (
  NEW.content IS NOT NULL
  OR NEW.salt IS NOT NULL
  OR (NEW.position, NEW.conversation_id, NEW.version, NEW.event_id, NEW.record, NEW.hash)
     IS DISTINCT FROM (OLD.position, OLD.conversation_id, OLD.version, OLD.event_id, OLD.record, OLD.hash)
)
EXECUTE FUNCTION refuse_change()`
