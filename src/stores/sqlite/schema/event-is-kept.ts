/** The log only grows: no program that shares this file can delete an event, or change one but by erasing it. */
export const eventIsNotDeleted = `
CREATE TRIGGER event_is_not_deleted BEFORE DELETE ON event
BEGIN
  SELECT RAISE (ABORT, 'an event is never deleted');
END`

export const eventIsNotChanged = `
CREATE TRIGGER event_is_not_changed BEFORE UPDATE ON event
WHEN NEW.content IS NOT NULL
  OR NEW.salt IS NOT NULL
  OR (NEW.position, NEW.conversation_id, NEW.version, NEW.event_id, NEW.record, NEW.hash)
     IS NOT (OLD.position, OLD.conversation_id, OLD.version, OLD.event_id, OLD.record, OLD.hash)
BEGIN
  SELECT RAISE (ABORT, 'an event is never changed, only erased');
END`
