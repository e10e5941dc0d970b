/**
 * What a handle knows of a conversation: a beginning of its log, and where each event of it is. A log only grows, so that
 * what is known stays true; it is extended at its end and nowhere else.
 */
import { type Batch, beforeMax, type ContentRef } from './batch.js'
import { Corrupt } from './failure.js'

interface Place {
  readonly sequence: number
  readonly firstVersion: number
  readonly content: ContentRef | null
}

export class PrefixIndex {
  /** How far it goes. */
  version = 0
  /** Of the last batch that is known; 0 where there is none. */
  sequence = 0
  /** How far the log goes at least, as the leader told. */
  toldVersion = 0
  /** How large batches are, as if all were as the last. */
  toldSize = 1
  private readonly places: Place[] = []
  private readonly versionById = new Map<string, number>()

  constructor(private readonly conversationId: string) {}

  versionOf(eventId: string): number | undefined {
    return this.versionById.get(eventId)
  }

  /** The leader told of this as the last. */
  told({ lastVersion, events }: Batch): void {
    this.toldVersion = Math.max(this.toldVersion, lastVersion)
    this.toldSize = events.length
  }

  /** What the next batch says of those before it. */
  before(): readonly number[] {
    return this.places
      .slice(-beforeMax)
      .map(({ sequence }) => sequence)
      .reverse()
  }

  /** The next batch; one that is known is passed over. Throws `Corrupt` for one that does not follow. */
  extend({ sequence, firstVersion, lastVersion, content, events }: Batch): void {
    if (sequence <= this.sequence) return
    if (firstVersion !== this.version + 1) {
      const message = `version ${this.version + 1} is not there, and version ${firstVersion} is`
      throw new Corrupt(message, this.conversationId, this.version + 1)
    }
    this.places.push({ sequence, firstVersion, content })
    for (const { eventId, version } of events) this.versionById.set(eventId, version)
    this.version = lastVersion
    this.sequence = sequence
  }

  /** Where the batches are that have these versions, as far as is known. */
  sequencesOf(fromVersion: number, toVersion: number): readonly number[] {
    if (fromVersion > this.version) return []
    const sequences: number[] = []
    for (let at = this.placeOf(fromVersion); at < this.places.length; at++) {
      const place = this.places[at]
      if (place === undefined || place.firstVersion > toVersion) break
      sequences.push(place.sequence)
    }
    return sequences
  }

  /** Where the content of these versions was put, with the first version of each batch. */
  *contentRefs(): Generator<Place & { readonly content: ContentRef }> {
    for (const { content, ...place } of this.places) if (content) yield { ...place, content }
  }

  /** The first version of the batch that has this one, if it is known. */
  firstVersionOf(version: number): number | undefined {
    return version >= 1 && version <= this.version ? this.places[this.placeOf(version)]?.firstVersion : undefined
  }

  /** Whether one of its batches has this content. */
  names({ nonce }: ContentRef): boolean {
    return this.places.some(({ content }) => content?.nonce === nonce)
  }

  /** The place in `places` of the batch that has this version, which is known. */
  private placeOf(version: number): number {
    let [low, high] = [0, this.places.length - 1]
    while (low < high) {
      const middle = Math.ceil((low + high) / 2)
      if ((this.places[middle]?.firstVersion ?? 0) <= version) low = middle
      else high = middle - 1
    }
    return low
  }
}
