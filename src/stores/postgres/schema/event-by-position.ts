/** The feed in order. */
export const eventByPosition = `
CREATE UNIQUE INDEX event_by_position ON event (position)`
