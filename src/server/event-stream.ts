/**
 * Server-sent events over a response. A client pulls: nothing is read ahead for one that does not, and one that does not
 * for too long is dropped, told why by the last event, should it ever read again.
 */

export interface ServerSentEvent {
  readonly event: string
  readonly data: unknown
  /** The conversation's version, to go on from by `Last-Event-ID`. */
  readonly id?: number
}

export interface StreamOptions {
  readonly heartbeatMs: number
  readonly stallTimeoutMs: number
  readonly headers?: Readonly<Record<string, string>>
  /** Called once, whatever ends the stream. */
  readonly onEnd?: () => void
}

const encoder = new TextEncoder()

/** JSON has no line break, so that data is one line whatever is in it. */
const written = ({ event, data, id }: ServerSentEvent): string =>
  `${id === undefined ? '' : `id: ${id}\n`}event: ${event}\ndata: ${JSON.stringify(data)}\n\n`

const tooSlow: ServerSentEvent = {
  event: 'dropped',
  data: { code: 'too-slow', detail: 'the client did not read for too long; subscribe from the last version seen' },
}

const beat = Symbol('heartbeat')

/** One stream on its way to one client. */
class Sending {
  private readonly events: AsyncIterator<ServerSentEvent>
  private next: Promise<IteratorResult<ServerSentEvent>> | undefined
  private stall: ReturnType<typeof setTimeout> | undefined
  private isOver = false

  constructor(
    source: AsyncIterable<ServerSentEvent>,
    private readonly options: StreamOptions,
  ) {
    this.events = source[Symbol.asyncIterator]()
  }

  async pull(controller: ReadableStreamDefaultController<Uint8Array>): Promise<void> {
    clearTimeout(this.stall)
    this.next ??= this.events.next()
    const next = await this.nextOrBeat(this.next)
    if (this.isOver) return
    if (next === beat) controller.enqueue(encoder.encode(': still here\n\n'))
    else if (next.done) {
      this.end()
      controller.close()
      return
    } else {
      this.next = undefined
      controller.enqueue(encoder.encode(written(next.value)))
    }
    this.stall = setTimeout(() => this.drop(controller), this.options.stallTimeoutMs)
  }

  /** Nobody reads any more. */
  end(): void {
    if (this.isOver) return
    this.isOver = true
    clearTimeout(this.stall)
    // A source that waits for something is not waited for.
    void this.events.return?.()?.then(undefined, () => {})
    this.options.onEnd?.()
  }

  private async nextOrBeat(next: Promise<IteratorResult<ServerSentEvent>>) {
    let timer: ReturnType<typeof setTimeout> | undefined
    const waited = new Promise<typeof beat>((resolve) => {
      timer = setTimeout(() => resolve(beat), this.options.heartbeatMs)
    })
    try {
      return await Promise.race([next, waited])
    } finally {
      clearTimeout(timer)
    }
  }

  private drop(controller: ReadableStreamDefaultController<Uint8Array>): void {
    if (this.isOver) return
    this.end()
    controller.enqueue(encoder.encode(written(tooSlow)))
    controller.close()
  }
}

/** A response that sends these events as they come. The source must not throw. */
export function eventStream(source: AsyncIterable<ServerSentEvent>, options: StreamOptions): Response {
  const sending = new Sending(source, options)
  const body = new ReadableStream<Uint8Array>(
    { pull: (controller) => sending.pull(controller), cancel: () => sending.end() },
    { highWaterMark: 0 },
  )
  return new Response(body, {
    headers: {
      ...options.headers,
      'content-type': 'text/event-stream; charset=utf-8',
      'cache-control': 'no-store',
      // Proxies that collect what they pass on would hold the words back.
      'x-accel-buffering': 'no',
    },
  })
}
