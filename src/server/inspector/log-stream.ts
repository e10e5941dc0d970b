/**
 * A whole log as lines of JSON, read from the store only as fast as the client takes it. What the client does not read for
 * too long is broken off, so that it knows that there was more.
 */
import { type Either, isLeft, right } from 'fp-ts/lib/Either.js'
import type { StoreError } from '../../log/errors.js'
import { lineOf } from './log-line.js'
import type { ReadStore } from './read-store.js'
import { sizedPages } from './sized-pages.js'

export interface LogStreamOptions {
  readonly conversationId: string
  readonly fromVersion: number
  /** Whether texts are whole, or cut as the page shows them. */
  readonly isWhole: boolean
  readonly stallTimeoutMs: number
  /** Breaks it off. */
  readonly signal: AbortSignal
  /** Hears why a store failed. */
  readonly onError: (error: unknown) => void
  /** Called once, whatever ends it. */
  readonly onEnd: () => void
}

/** UTF-16 units that are sent at once, but for a line that alone is longer. */
const chunkUnits = 65_536

type Chunk = Either<StoreError, string>

async function* chunksOf(store: ReadStore, range: LogStreamOptions): AsyncGenerator<Chunk> {
  const { isWhole } = range
  for await (const page of sizedPages(store, range)) {
    if (isLeft(page)) {
      yield page
      return
    }
    let chunk = ''
    for (const stored of page.right) {
      chunk += `${JSON.stringify(lineOf(stored, { isWhole }))}\n`
      if (chunk.length < chunkUnits) continue
      yield right(chunk)
      chunk = ''
    }
    if (chunk !== '') yield right(chunk)
  }
}

/** One log on its way to one client. */
class LogSending {
  private readonly chunks: AsyncGenerator<Chunk>
  private readonly encoder = new TextEncoder()
  private first: IteratorResult<Chunk> | undefined
  private stall: ReturnType<typeof setTimeout> | undefined
  private isOver = false

  constructor(
    store: ReadStore,
    private readonly options: LogStreamOptions,
  ) {
    this.chunks = chunksOf(store, options)
  }

  /** Reads what is to be sent first: a store that fails by then can still be told as what it is. */
  async begin(): Promise<Either<StoreError, LogSending>> {
    try {
      this.first = await this.chunks.next()
    } catch (thrown) {
      this.end()
      throw thrown
    }
    if (this.first.done || !isLeft(this.first.value)) return right(this)
    this.end()
    return this.first.value
  }

  async pull(controller: ReadableStreamDefaultController<Uint8Array>): Promise<void> {
    clearTimeout(this.stall)
    try {
      const { done, value } = this.first ?? (await this.chunks.next())
      this.first = undefined
      if (this.isOver) return
      if (this.options.signal.aborted) this.breakOff(controller, 'closing')
      else if (done) {
        this.end()
        controller.close()
      } else if (isLeft(value)) this.fail(controller, value.left)
      else {
        controller.enqueue(this.encoder.encode(value.right))
        this.stall = setTimeout(() => this.breakOff(controller, 'too slow'), this.options.stallTimeoutMs)
      }
    } catch (thrown) {
      this.fail(controller, thrown)
    }
  }

  end(): void {
    if (this.isOver) return
    this.isOver = true
    clearTimeout(this.stall)
    void this.chunks.return(undefined).then(undefined, () => {})
    this.options.onEnd()
  }

  /** A store that fails half-way breaks the answer off: an end would say that this was all. Why is not for the client. */
  private fail(controller: ReadableStreamDefaultController<Uint8Array>, why: unknown): void {
    this.options.onError(why)
    this.breakOff(controller, 'the store failed')
  }

  private breakOff(controller: ReadableStreamDefaultController<Uint8Array>, why: string): void {
    if (this.isOver) return
    this.end()
    controller.error(new Error(why))
  }
}

/** A response that sends a log's lines as they are pulled. Errors: the store's, where it fails before the first of them. */
export async function logStream(store: ReadStore, options: LogStreamOptions): Promise<Either<StoreError, Response>> {
  const begun = await new LogSending(store, options).begin()
  if (isLeft(begun)) return begun
  const sending = begun.right
  const body = new ReadableStream<Uint8Array>(
    { pull: (controller) => sending.pull(controller), cancel: () => sending.end() },
    { highWaterMark: 0 },
  )
  const headers = { 'content-type': 'application/x-ndjson; charset=utf-8', 'cache-control': 'no-store' }
  return right(new Response(body, { headers }))
}
