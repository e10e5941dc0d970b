/** The server samples columns for its statistics, and keeps the samples: content must not be among them, for it may be erased. */
export const contentIsNotSampled = `
ALTER TABLE event ALTER COLUMN content SET STATISTICS 0, ALTER COLUMN salt SET STATISTICS 0`

export const snapshotIsNotSampled = `
ALTER TABLE snapshot ALTER COLUMN text SET STATISTICS 0`
