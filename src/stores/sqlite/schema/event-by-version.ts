/** A stream in order; and, being unique, the last word on two writers of one version. */
export const eventByVersion = `
CREATE UNIQUE INDEX event_by_version ON event (conversation_id, version)`
