/**
 * The store as the door reads it where content is sealed: content and snapshots come out as they were before. Appends are
 * the journal's to seal, for what is stored is what was hashed; here they pass as they are, and so does all else.
 */

import { type Either, isLeft, right } from 'fp-ts/lib/Either.js'
import type { Content, ErasableContent } from '#machines/events.js'
import type { StoreError } from '../../log/errors.js'
import type { EventStore, StoredEvent, StoredSnapshot } from '../../log/event-store.js'
import type { RecordedEvent } from '../../log/recorded-event.js'
import { spokenIn } from '../../log/spoken.js'
import {
  type Encryption,
  isSealedText,
  keyFor,
  openContent,
  openText,
  type Place,
  sealContent,
  sealText,
  type UsableKey,
} from '../sealing.js'
import { OwnerIndex } from './owner-index.js'

/** What the journal asks of sealing. */
export interface Sealing {
  /** Whether what is sealed of this conversation can be read now. Errors: `key-unavailable`, `wrong-key`, the store's. */
  isReadable(conversationId: string): Promise<Either<StoreError, boolean>>
  /** The event as it is to be stored. Errors: `key-gone`, and as above. */
  seal(event: RecordedEvent, owner: string | null): Promise<Either<StoreError, RecordedEvent>>
}

/** Where nothing is sealed. */
const noSealing: Sealing = {
  isReadable: async () => right(true),
  seal: async (event) => right(event),
}

const placeOf = (event: { readonly conversationId: string }, eventId: string): Place => [
  'content',
  event.conversationId,
  eventId,
]

/** The event with other content in the place of its own. */
function saying(event: RecordedEvent, content: Content): RecordedEvent {
  if (event.type !== 'thread.forked') return { ...event, data: { ...event.data, content } } as RecordedEvent
  const { edit } = event.data
  return edit ? { ...event, data: { ...event.data, edit: { ...edit, content } } } : event
}

const snapshotSchema = 'sealed'

type SealedSnapshot = { readonly schema: unknown; readonly nonce: string; readonly text: string }

function sealedSnapshot(text: string): SealedSnapshot | undefined {
  try {
    const value = JSON.parse(text) as SealedSnapshot | null
    return value?.schema === snapshotSchema ? value : undefined
  } catch {
    return undefined
  }
}

/** Keys asked for during one call, each owner's once. */
class Keys {
  private readonly asked = new Map<string, Promise<Either<StoreError, UsableKey | null>>>()

  constructor(
    private readonly encryption: Encryption,
    private readonly owners: OwnerIndex,
  ) {}

  of(conversationId: string): Promise<Either<StoreError, UsableKey | null>> {
    const asked = this.asked.get(conversationId) ?? this.ask(conversationId)
    this.asked.set(conversationId, asked)
    return asked
  }

  private async ask(conversationId: string): Promise<Either<StoreError, UsableKey | null>> {
    const owner = await this.owners.ownerOf(conversationId)
    return isLeft(owner) ? owner : keyFor(this.encryption, owner.right ?? null)
  }
}

class SealingStore implements Sealing {
  private readonly owners: OwnerIndex

  constructor(
    private readonly real: EventStore,
    private readonly encryption: Encryption,
    conversationsMax: number,
  ) {
    this.owners = new OwnerIndex(real, conversationsMax)
  }

  async isReadable(conversationId: string): Promise<Either<StoreError, boolean>> {
    const owner = await this.owners.ownerOf(conversationId)
    if (isLeft(owner)) return owner
    // Of what is not there nothing is sealed, and no key is needed to open it.
    if (owner.right === undefined) return right(true)
    const key = await keyFor(this.encryption, owner.right)
    return isLeft(key) ? key : right(key.right !== null)
  }

  async seal(event: RecordedEvent, owner: string | null): Promise<Either<StoreError, RecordedEvent>> {
    const content: ErasableContent = spokenIn(event)?.content ?? null
    if (content === null) return right(event)
    const key = await keyFor(this.encryption, owner)
    const sealed = isLeft(key) ? key : await sealContent(key.right, placeOf(event, event.id), content)
    return isLeft(sealed) ? sealed : right(saying(event, sealed.right))
  }

  /** The store, reading what was sealed. */
  unsealed(): EventStore {
    const { real } = this
    return {
      append: (request) => real.append(request),
      read: async (range) => this.opened(await real.read(range)),
      readAll: async (range) => this.opened(await real.readAll(range)),
      find: async (key) => {
        const found = await real.find(key)
        if (isLeft(found) || found.right === null) return found
        const opened = await this.opened(right([found.right]))
        return isLeft(opened) ? opened : right(opened.right[0] ?? null)
      },
      list: (page) => real.list(page),
      erase: (request) => real.erase(request),
      saveSnapshot: (snapshot) => this.saveSnapshot(snapshot),
      loadSnapshot: (conversationId) => this.loadSnapshot(conversationId),
      health: () => real.health(),
      close: () => real.close(),
      ...(real.listen && { listen: real.listen.bind(real) }),
      ...(real.registers && { registers: real.registers }),
      ...(real.views && { views: real.views }),
      ...(real.compact && { compact: real.compact.bind(real) }),
    }
  }

  private keys(): Keys {
    return new Keys(this.encryption, this.owners)
  }

  private async opened<E extends StoredEvent>(
    page: Either<StoreError, readonly E[]>,
  ): Promise<Either<StoreError, readonly E[]>> {
    if (isLeft(page)) return page
    const keys = this.keys()
    const opened: E[] = []
    for (const one of await Promise.all(page.right.map((event) => this.open(event, keys)))) {
      if (isLeft(one)) return one
      opened.push(one.right)
    }
    return right(opened)
  }

  private async open<E extends StoredEvent>(event: E, keys: Keys): Promise<Either<StoreError, E>> {
    if (!isSealedText(event.content)) return right(event)
    const key = await keys.of(event.conversationId)
    const content = isLeft(key) ? key : await openContent(key.right, placeOf(event, event.eventId), event.content)
    return isLeft(content) ? content : right({ ...event, content: content.right })
  }

  // A snapshot saves time and nothing else, so that without a key none is kept.
  private async saveSnapshot(snapshot: StoredSnapshot): Promise<Either<StoreError, void>> {
    const { conversationId, version } = snapshot
    const key = await this.keys().of(conversationId)
    if (isLeft(key)) return key
    if (!key.right) return right(undefined)
    const sealed = await sealText(key.right, ['snapshot', conversationId, version], snapshot.text)
    if (isLeft(sealed)) return sealed
    const text = JSON.stringify({ schema: snapshotSchema, ...sealed.right })
    return this.real.saveSnapshot({ conversationId, version, text })
  }

  // One that is not sealed is from before, or of a door that had no key and took sealed content for what was said.
  private async loadSnapshot(conversationId: string): Promise<Either<StoreError, StoredSnapshot | null>> {
    const loaded = await this.real.loadSnapshot(conversationId)
    const snapshot = isLeft(loaded) ? null : loaded.right
    const sealed = snapshot && sealedSnapshot(snapshot.text)
    if (isLeft(loaded) || !snapshot || !sealed) return isLeft(loaded) ? loaded : right(null)
    const key = await this.keys().of(conversationId)
    if (isLeft(key) || !key.right) return isLeft(key) ? key : right(null)
    const text = await openText(key.right, ['snapshot', conversationId, snapshot.version], () => sealed)
    return isLeft(text) ? text : right({ ...snapshot, text: text.right })
  }
}

/** The store as the door reads it, and how it seals what it stores; without encryption the store itself. */
export function sealedOver(
  store: EventStore,
  encryption: Encryption | undefined,
  conversationsMax: number,
): { readonly store: EventStore; readonly sealing: Sealing } {
  if (!encryption) return { store, sealing: noSealing }
  const sealing = new SealingStore(store, encryption, conversationsMax)
  return { store: sealing.unsealed(), sealing }
}
