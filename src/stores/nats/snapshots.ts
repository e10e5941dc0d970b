/**
 * Snapshots, one key of the bucket for each conversation. A snapshot holds content, so that what it replaces is overwritten,
 * and an erasure leaves a mark in its place: below that version none is kept any more.
 *
 * The value is a line of JSON, `[lowest version that is kept, version of the snapshot or null]`, and then its text. This is
 * the storage format: what it once wrote it must read for ever.
 */
import type { StoredSnapshot } from '../../log/event-store.js'
import type { Broker } from './broker.js'
import type { ContentBucket } from './content-bucket.js'
import { Unanswered } from './failure.js'
import { type Names, snapshotSubject } from './subjects.js'

interface Kept {
  /** Of the message; 0 where there is none. */
  readonly sequence: number
  readonly versionMin: number
  readonly version: number | null
  readonly text: string
}

const attemptsMax = 10
/** What stands around the text, generously. */
const restBytesMax = 1_024

export class Snapshots {
  constructor(
    private readonly broker: Broker,
    private readonly bucket: ContentBucket,
    private readonly names: Names,
  ) {}

  async load(conversationId: string): Promise<StoredSnapshot | null> {
    const { version, text } = await this.kept(conversationId)
    return version === null ? null : { conversationId, version, text }
  }

  /** One that is too large for a message is not kept. */
  async save({ conversationId, version, text }: StoredSnapshot): Promise<void> {
    if (Buffer.byteLength(text) + restBytesMax > this.broker.maxPayloadBytes) return
    await this.replace(conversationId, ({ versionMin, version: before }) =>
      version < Math.max(versionMin, before ?? 0) ? null : { versionMin, version, text },
    )
  }

  /** Overwrites the snapshot; from now on none of an earlier version than this is kept. */
  async drop(conversationId: string, versionMin: number): Promise<void> {
    await this.replace(conversationId, (before) => {
      const isNothing = versionMin === 0 && before.sequence === 0
      return isNothing ? null : { versionMin: Math.max(versionMin, before.versionMin), version: null, text: '' }
    })
  }

  private async replace(conversationId: string, next: (before: Kept) => Omit<Kept, 'sequence'> | null): Promise<void> {
    const subject = snapshotSubject(this.names, conversationId)
    for (let attempt = 1; attempt <= attemptsMax; attempt++) {
      const before = await this.kept(conversationId)
      const after = next(before)
      if (after === null) return
      const payload = Buffer.from(`${JSON.stringify([after.versionMin, after.version])}\n${after.text}`)
      const published = await this.broker.publish({ subject, payload, after: before.sequence })
      if (published.kind === 'taken') return this.bucket.eraseAll(subject, published.sequence)
    }
    throw new Unanswered('others save snapshots of the same conversation', true)
  }

  private async kept(conversationId: string): Promise<Kept> {
    const stored = await this.bucket.lastAt(snapshotSubject(this.names, conversationId))
    if (stored === null) return { sequence: 0, versionMin: 0, version: null, text: '' }
    const value = Buffer.from(stored.data).toString()
    const headEnd = value.indexOf('\n')
    const [versionMin, version] = JSON.parse(value.slice(0, headEnd)) as readonly [number, number | null]
    return { sequence: stored.sequence, versionMin, version, text: value.slice(headEnd + 1) }
  }
}
