/**
 * A view made anew beside the one in force, while writers write. The new generation is filled, then put in force; then the
 * old one is dropped, and from that moment no writer can carry rows for it: the store refuses the whole append, and the
 * writer looks up what is in force. What was appended before that moment is listed, so that a last look at the list
 * finds all that the new one could have missed. Begun twice, or left half-way, it is one rebuild: rows do no harm twice.
 */

import { type Either, isLeft, left, right } from 'fp-ts/lib/Either.js'
import { type StoreError, storeError } from '../errors.js'
import { type Projection, shapeOf, type Touched } from '../projection.js'
import type { ViewShape } from '../views.js'
import { feedEnd } from './feed-end.js'
import {
  type KeptGenerations,
  loadGenerations,
  loadTakenIn,
  saveGenerations,
  saveTakenIn,
  type ViewStore,
} from './view-in-force.js'

type Answer<A> = Promise<Either<StoreError, A>>

export interface RebuildProgress {
  readonly phase: 'filling' | 'completing'
  /** Conversations that were looked at in this phase, and those of them whose rows were made. */
  readonly conversations: number
  readonly rows: number
}

export interface RebuildHooks {
  /** Stops between two pages; what is done stays done, and the next rebuild goes on from there. */
  readonly signal?: AbortSignal
  /** Called after each page of conversations. Must not throw. */
  readonly onProgress?: (progress: RebuildProgress) => void
}

/** What makes rows: a `Projector`. */
export interface RowMaker {
  readonly projection: Projection
  projectInto(shape: ViewShape, page: readonly Touched[]): Answer<number>
}

/** Conversations of which rows are made before they are saved; the memory that a rebuild takes grows with this alone. */
const conversationsPerPage = 500
/** How often another process's step is waited out. */
const stepsMax = 16

const stopped = left(storeError('unavailable', 'the rebuild was stopped; the next one goes on from there'))

async function passOverAll(
  store: ViewStore,
  maker: RowMaker,
  shape: ViewShape,
  phase: RebuildProgress['phase'],
  { signal, onProgress }: RebuildHooks,
): Answer<void> {
  let conversations = 0
  let rows = 0
  for (let afterId = ''; ; ) {
    if (signal?.aborted) return stopped
    const page = await store.list({ afterId, limit: conversationsPerPage })
    if (isLeft(page)) return page
    if (page.right.length === 0) return right(undefined)
    const made = await maker.projectInto(shape, page.right)
    if (isLeft(made)) return made
    conversations += page.right.length
    rows += made.right
    onProgress?.({ phase, conversations, rows })
    afterId = page.right.at(-1)?.conversationId ?? afterId
  }
}

/** Begins a generation: first it is noted from where the feed would have to be read, then it is named, then made. */
async function begin(store: ViewStore, projection: Projection, kept: KeptGenerations): Answer<KeptGenerations> {
  const { registers } = store
  if (kept.building > 0) return right(kept)
  const building = kept.inForce + 1
  const end = await feedEnd(store)
  if (isLeft(end)) return end
  const noted = await loadTakenIn(registers, projection, building)
  if (isLeft(noted)) return noted
  if (noted.right.revision === 0) {
    const saved = await saveTakenIn(registers, projection, building, { position: end.right, revision: 0 })
    if (isLeft(saved)) return saved
  }
  return saveGenerations(registers, projection, { ...kept, building })
}

/** Fills the generation that is being built, and puts it in force. */
async function fill(
  store: ViewStore,
  maker: RowMaker,
  kept: KeptGenerations,
  hooks: RebuildHooks,
): Answer<KeptGenerations> {
  const shape = shapeOf(maker.projection, kept.building)
  const made = await store.views.make(shape)
  if (isLeft(made)) return made
  const filled = await passOverAll(store, maker, shape, 'filling', hooks)
  if (isLeft(filled)) return filled
  const { revision, inForce, building } = kept
  return saveGenerations(store.registers, maker.projection, {
    revision,
    inForce: building,
    building: 0,
    retiring: inForce,
  })
}

/** Drops the old generation, and looks once more for what was written with rows for it. */
async function complete(
  store: ViewStore,
  maker: RowMaker,
  kept: KeptGenerations,
  hooks: RebuildHooks,
): Answer<KeptGenerations> {
  const { projection } = maker
  const dropped = await store.views.drop(shapeOf(projection, kept.retiring))
  if (isLeft(dropped)) return dropped
  const passed = await passOverAll(store, maker, shapeOf(projection, kept.inForce), 'completing', hooks)
  if (isLeft(passed)) return passed
  return saveGenerations(store.registers, projection, { ...kept, retiring: 0 })
}

/**
 * Has rows in force that are of this generation or a later one, and nothing left half-way; makes them where they are not.
 * @returns once nothing is missing of what was appended with rows. Errors: the store's; `unavailable` where it was stopped,
 * or where others rebuild the same all the time.
 */
export async function rebuildView(
  store: ViewStore,
  maker: RowMaker,
  { hooks = {}, generationMin }: { readonly hooks?: RebuildHooks; readonly generationMin: number },
): Answer<void> {
  const { projection } = maker
  const look = () => loadGenerations(store.registers, projection)
  let kept = await look()
  for (let step = 0; step < stepsMax; step++) {
    // Whoever was slow may be filling what others have retired since.
    if (isLeft(kept) && kept.left.code === 'view-missing') kept = await look()
    if (isLeft(kept)) return kept
    const { inForce, building, retiring } = kept.right
    if (retiring > 0) kept = await complete(store, maker, kept.right, hooks)
    else if (inForce >= generationMin) return right(undefined)
    else if (building > 0) kept = await fill(store, maker, kept.right, hooks)
    else kept = await begin(store, projection, kept.right)
  }
  return isLeft(kept) ? kept : left(storeError('unavailable', 'others rebuild this view all the time'))
}
