/**
 * Which conversations there are. The server knows their subjects and tells them all or none, so the sorted list is kept, and
 * is right as long as their number is: a conversation that is there is there for ever.
 */
import { compareIds } from '../../log/append-check.js'
import type { Broker } from './broker.js'
import { inPieces } from './in-pieces.js'
import type { LogReader } from './log-reader.js'
import { conversationOf, eventSubjects, type Names } from './subjects.js'

/** More are asked for each time. */
const keptMax = 100_000

export class Directory {
  private ids: readonly string[] = []

  constructor(
    private readonly broker: Broker,
    private readonly names: Names,
    private readonly reader: LogReader,
  ) {}

  async page(afterId: string, limit: number) {
    const all = await this.all()
    const from = indexAfter(all, afterId)
    const ids = all.slice(from, from + limit)
    const page = await inPieces(ids, async (conversationId) => ({
      conversationId,
      version: (await this.reader.last(conversationId))?.lastVersion ?? 0,
    }))
    return page.filter(({ version }) => version > 0)
  }

  private async all(): Promise<readonly string[]> {
    const { num_subjects: count = 0 } = await this.broker.state(this.names.log)
    if (count === this.ids.length) return this.ids
    const subjects = await this.broker.subjects(this.names.log, eventSubjects(this.names))
    const bytes = subjects.map((subject) => Buffer.from(conversationOf(this.names, subject)))
    const ids = bytes.sort(Buffer.compare).map(String)
    this.ids = ids.length <= keptMax ? ids : []
    return ids
  }
}

/** How many of these sorted ids are not behind this one. */
function indexAfter(ids: readonly string[], afterId: string): number {
  let [low, high] = [0, ids.length]
  while (low < high) {
    const middle = (low + high) >> 1
    if (compareIds(ids[middle] ?? '', afterId) > 0) high = middle
    else low = middle + 1
  }
  return low
}
