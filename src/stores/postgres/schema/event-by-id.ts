/** An event by its id, unique in its conversation: how a repeated append is known and a lost answer found. */
export const eventById = `
CREATE UNIQUE INDEX event_by_id ON event (conversation_id, event_id)`
