/**
 * Content, where it can be erased: one value for each batch that says something, under a key of its own. It is put before
 * its batch is published, and nobody reads it unless a batch names it; so a writer who loses harms nobody's. Always read
 * from the leader: a replica that lags would show what was erased.
 *
 * Erasing overwrites the message in the server's file (`STREAM.MSG.DELETE`); to purge or to delete a key would leave
 * the bytes there.
 */
import { randomBytes } from 'node:crypto'
import type { Batch, ContentRef } from './batch.js'
import { type Broker, Refused } from './broker.js'
import { type Content, type Contents, contentsOf, contentText } from './content-text.js'
import type { Cursors } from './cursors.js'
import { Unanswered } from './failure.js'
import { inPieces } from './in-pieces.js'
import type { RawMessage } from './raw-message.js'
import { contentKeyOf, contentSubject, contentSubjects, erasureSubject, type Names } from './subjects.js'

const nonceBytes = 9
const attemptsMax = 5
const none: Contents = new Map()

type WithContent = Batch & { readonly content: ContentRef }
const hasContent = (batch: Batch): batch is WithContent => batch.content !== null

/** So few are asked of the leader, without asking whether any of them may have been erased. */
const fewMax = 8
/** So many are asked for one by one; beyond, a consumer is quicker. */
const singlesMax = 32

interface Place {
  readonly conversationId: string
  readonly firstVersion: number
}

export class ContentBucket {
  constructor(
    private readonly broker: Broker,
    private readonly names: Names,
    private readonly cursors: Cursors,
  ) {}

  /** Puts it under a new key. Throws `Unanswered`; then nobody will ever name it. */
  async put({ conversationId, firstVersion }: Place, contents: Contents): Promise<ContentRef> {
    const nonce = randomBytes(nonceBytes).toString('base64url')
    const subject = contentSubject(this.names, conversationId, firstVersion, nonce)
    const published = await this.broker.publish({ subject, payload: contentText(contents), after: 0 })
    if (published.kind === 'taken') return { nonce, sequence: published.sequence }
    // Only an earlier attempt of this very one can have been there.
    const stored = await this.lastAt(subject)
    if (stored === null) throw new Unanswered('the content was put and is not there', false)
    return { nonce, sequence: stored.sequence }
  }

  /** What is left of a batch's content; what was erased is not in it. */
  async of(
    conversationId: string,
    { firstVersion, content }: Pick<Batch, 'firstVersion' | 'content'>,
  ): Promise<Contents> {
    if (content === null) return none
    const whole = await this.broker.ofLeader(this.names.bucket, { seq: content.sequence })
    if (whole) return contentsOf(whole.data)
    const rest = await this.lastAt(contentSubject(this.names, conversationId, firstVersion, content.nonce))
    return rest ? contentsOf(rest.data) : none
  }

  /** The content of these batches, by version. */
  async ofAll(conversationId: string, batches: readonly Batch[]): Promise<Contents> {
    const said = batches.filter(hasContent)
    const [only] = said
    if (only === undefined) return none
    if (said.length === 1) return this.of(conversationId, only)
    const isErased = said.length > fewMax ? await this.wasErased(conversationId) : true
    const all = isErased
      ? await inPieces(said, (batch) => this.of(conversationId, batch))
      : await this.neverErased(conversationId, said)
    // Without a list of pairs between them: a page has thousands.
    const together = new Map<number, Content>()
    for (const contents of all) for (const [version, content] of contents) together.set(version, content)
    return together
  }

  /** From now on nobody takes it for granted that the content of this conversation is where it was put. */
  async markErased(conversationId: string): Promise<void> {
    const subject = erasureSubject(this.names, conversationId)
    await this.broker.publish({ subject, payload: new Uint8Array(), after: 0 })
  }

  private async wasErased(conversationId: string): Promise<boolean> {
    return (await this.lastAt(erasureSubject(this.names, conversationId))) !== null
  }

  /** From any replica, and in bulk: nothing of it can be something that was erased. */
  private async neverErased(conversationId: string, said: readonly WithContent[]): Promise<readonly Contents[]> {
    if (said.length <= singlesMax) {
      return inPieces(said, async (batch) => {
        const message = await this.broker.bySequence(this.names.bucket, batch.content.sequence)
        // Erased meanwhile, or lost.
        return message ? contentsOf(message.data) : this.of(conversationId, batch)
      })
    }
    const wanted = new Set(said.map(({ content }) => content.sequence))
    const found = await this.inBulk(conversationId, wanted)
    return inPieces(said, async (batch) => found.get(batch.content.sequence) ?? this.of(conversationId, batch))
  }

  private async inBulk(conversationId: string, wanted: ReadonlySet<number>): Promise<ReadonlyMap<number, Contents>> {
    const sequences = [...wanted]
    const [fromSequence, last] = [Math.min(...sequences), Math.max(...sequences)]
    const subject = contentSubjects(this.names, conversationId)
    const found = new Map<number, Contents>()
    const range = { stream: this.names.bucket, subject, fromSequence, count: wanted.size }
    for await (const { sequence, data } of this.cursors.read(range, (message) => message.sequence >= last)) {
      if (wanted.has(sequence)) found.set(sequence, contentsOf(data))
    }
    return found
  }

  /** Takes these versions out of a batch's content: what is left is put anew, and then the old is overwritten. */
  async erase(
    { conversationId, firstVersion }: Place,
    { nonce }: ContentRef,
    versions: ReadonlySet<number>,
  ): Promise<void> {
    const subject = contentSubject(this.names, conversationId, firstVersion, nonce)
    for (let attempt = 1; ; attempt++) {
      const stored = await this.lastAt(subject)
      if (stored === null) return
      const contents = contentsOf(stored.data)
      const rest = new Map([...contents].filter(([version]) => !versions.has(version)))
      if (rest.size === 0) return this.eraseAll(subject)
      if (rest.size === contents.size) return this.eraseAll(subject, stored.sequence)
      const published = await this.broker.publish({ subject, payload: contentText(rest), after: stored.sequence })
      if (published.kind === 'taken') return this.eraseAll(subject, published.sequence)
      if (attempt === attemptsMax) throw new Unanswered('others erase the same', true)
    }
  }

  /** Overwrites every revision of a key before this sequence. */
  async eraseAll(subject: string, beforeSequence = Number.POSITIVE_INFINITY): Promise<void> {
    for (let sequence = 1; ; ) {
      const query = { seq: sequence, next_by_subj: subject }
      const revision = await this.broker.ofLeader(this.names.bucket, query)
      if (revision === null || revision.sequence >= beforeSequence) return
      await this.overwrite(revision.sequence)
      sequence = revision.sequence + 1
    }
  }

  /** Overwrites one message of the bucket in the server's file; one that is not there is passed over. */
  async overwrite(sequence: number): Promise<void> {
    try {
      await this.broker.api(`STREAM.MSG.DELETE.${this.names.bucket}`, { seq: sequence })
    } catch (cause) {
      const isGone = cause instanceof Refused && (await this.isGone(sequence))
      if (!isGone) throw cause
    }
  }

  lastAt(subject: string): Promise<RawMessage | null> {
    return this.broker.ofLeader(this.names.bucket, { last_by_subj: subject })
  }

  /**
   * Erases what writers left who were lost between putting their content and publishing their batch. Content for a version
   * that the conversation has reached, which no batch names, never will be named.
   */
  async eraseOrphans(conversationId: string, version: number, named: ReadonlySet<string>): Promise<void> {
    const subjects = await this.subjectsOf(conversationId)
    const orphans = subjects.filter((subject) => {
      const key = contentKeyOf(subject)
      return key.version <= version && !named.has(key.nonce)
    })
    await inPieces(orphans, (subject) => this.eraseAll(subject))
  }

  private async subjectsOf(conversationId: string): Promise<readonly string[]> {
    return this.broker.subjects(this.names.bucket, contentSubjects(this.names, conversationId))
  }

  private async isGone(sequence: number): Promise<boolean> {
    return (await this.broker.ofLeader(this.names.bucket, { seq: sequence })) === null
  }
}
