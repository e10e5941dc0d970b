/** Erases content: the snapshot first, which may hold it, then the content itself, then what lost writers left of it. */
import type { ContentRef } from './batch.js'
import type { ContentBucket } from './content-bucket.js'
import { inPieces } from './in-pieces.js'
import type { LogReader } from './log-reader.js'
import type { PrefixIndex } from './prefix-index.js'
import type { Snapshots } from './snapshots.js'

export interface EraserParts {
  readonly reader: LogReader
  readonly contents: ContentBucket
  readonly snapshots: Snapshots
}

export class Eraser {
  constructor(private readonly parts: EraserParts) {}

  /** Erases these versions; those that are not there are passed over. */
  async erase(conversationId: string, versions: ReadonlySet<number>): Promise<void> {
    const { reader, contents, snapshots } = this.parts
    const index = await reader.wholeIndex(conversationId)
    const { version } = index
    // Before anything is erased: whoever has not seen this mark began to read before.
    if (version > 0) await contents.markErased(conversationId)
    await snapshots.drop(conversationId, version)
    const named = [...index.contentRefs()]
    await inPieces(affected(named, index, versions), ({ firstVersion, content }) =>
      contents.erase({ conversationId, firstVersion }, content, versions),
    )
    await contents.eraseOrphans(conversationId, version, new Set(named.map(({ content }) => content.nonce)))
  }
}

interface Named {
  readonly firstVersion: number
  readonly content: ContentRef
}

/** The batches with content that have one of these versions. */
function affected(named: readonly Named[], index: PrefixIndex, versions: ReadonlySet<number>): readonly Named[] {
  const starts = new Set([...versions].flatMap((version) => index.firstVersionOf(version) ?? []))
  return named.filter(({ firstVersion }) => starts.has(firstVersion))
}
