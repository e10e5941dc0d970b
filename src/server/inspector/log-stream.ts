/**
 * A whole log as lines of JSON, read from the store only as fast as the client takes it. What the client does not read for
 * too long is broken off, so that it knows that there was more.
 */
import { isLeft } from 'fp-ts/lib/Either.js'
import { pagesOf } from '../../log/rebuild.js'
import { lineOf } from './log-line.js'
import type { ReadStore } from './read-store.js'

export interface LogStreamOptions {
  readonly conversationId: string
  readonly fromVersion: number
  readonly stallTimeoutMs: number
  /** Breaks it off. */
  readonly signal: AbortSignal
  /** Called once, whatever ends it. */
  readonly onEnd: () => void
}

/** Lines that are sent at once: a few dozen kilobytes. */
const linesPerChunk = 256

async function* chunksOf(store: ReadStore, conversationId: string, fromVersion: number): AsyncGenerator<string> {
  for await (const page of pagesOf(store, { conversationId, fromVersion })) {
    // A store that fails half-way breaks the answer off: an end would say that this was all.
    if (isLeft(page)) throw page.left
    for (let at = 0; at < page.right.length; at += linesPerChunk) {
      const lines = page.right.slice(at, at + linesPerChunk).map((stored) => `${JSON.stringify(lineOf(stored))}\n`)
      yield lines.join('')
    }
  }
}

/** One log on its way to one client. */
class LogSending {
  private readonly chunks: AsyncGenerator<string>
  private readonly encoder = new TextEncoder()
  private stall: ReturnType<typeof setTimeout> | undefined
  private isOver = false

  constructor(
    store: ReadStore,
    private readonly options: LogStreamOptions,
  ) {
    this.chunks = chunksOf(store, options.conversationId, options.fromVersion)
  }

  async pull(controller: ReadableStreamDefaultController<Uint8Array>): Promise<void> {
    clearTimeout(this.stall)
    try {
      const { done, value } = await this.chunks.next()
      if (this.isOver) return
      if (this.options.signal.aborted) this.breakOff(controller, 'closing')
      else if (done) {
        this.end()
        controller.close()
      } else {
        controller.enqueue(this.encoder.encode(value))
        this.stall = setTimeout(() => this.breakOff(controller, 'too slow'), this.options.stallTimeoutMs)
      }
    } catch (thrown) {
      this.end()
      throw thrown
    }
  }

  end(): void {
    if (this.isOver) return
    this.isOver = true
    clearTimeout(this.stall)
    void this.chunks.return(undefined).then(undefined, () => {})
    this.options.onEnd()
  }

  private breakOff(controller: ReadableStreamDefaultController<Uint8Array>, why: string): void {
    if (this.isOver) return
    this.end()
    controller.error(new Error(why))
  }
}

/** A response that sends a log's lines as they are pulled. */
export function logStream(store: ReadStore, options: LogStreamOptions): Response {
  const sending = new LogSending(store, options)
  const body = new ReadableStream<Uint8Array>(
    { pull: (controller) => sending.pull(controller), cancel: () => sending.end() },
    { highWaterMark: 0 },
  )
  return new Response(body, {
    headers: { 'content-type': 'application/x-ndjson; charset=utf-8', 'cache-control': 'no-store' },
  })
}
