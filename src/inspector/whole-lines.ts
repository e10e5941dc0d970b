/** Lines of a whole log, of which some are wanted: for an export, which must have each of them or not be made. */
import { readLogLine, versionOf } from './log-line.js'

export class MissingVersion extends Error {
  constructor(version: number) {
    super(`the log came without version ${version}`)
  }
}

/**
 * The texts of these versions as they came.
 * @param texts a log's lines in order, from the first wanted version or before
 * @param versions ascending
 * @throws MissingVersion that names the first version which did not come.
 */
export async function* wholeLines(texts: AsyncIterable<string>, versions: readonly number[]): AsyncGenerator<string> {
  let place = 0
  if (versions.length === 0) return
  for await (const text of texts) {
    const line = readLogLine(text)
    if (!line || versionOf(line) < (versions[place] ?? 0)) continue
    if (versionOf(line) !== versions[place]) break
    yield text
    place += 1
    if (place === versions.length) return
  }
  throw new MissingVersion(versions[place] ?? 0)
}
