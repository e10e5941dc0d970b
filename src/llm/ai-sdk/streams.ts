/** Streams to and from async iterables, in what browsers and all servers have. Whoever stops reading stops what is read. */

/** Reads a stream to its end; letting go of the iterator cancels the stream. */
export async function* partsOf<T>(stream: ReadableStream<T>): AsyncGenerator<T, void, undefined> {
  const reader = stream.getReader()
  let isWhole = false
  try {
    while (true) {
      const { done, value } = await reader.read()
      isWhole = done
      if (done) return
      yield value
    }
  } finally {
    // A source that fails while it is cancelled has nothing more to say.
    if (!isWhole) void reader.cancel().then(undefined, () => {})
    reader.releaseLock()
  }
}

/** A stream that asks for the next value only when it is read; cancelling it lets go of the iterator. */
export function streamOf<T>(values: AsyncIterator<T, unknown, undefined>): ReadableStream<T> {
  return new ReadableStream<T>({
    async pull(controller) {
      const next = await values.next()
      if (next.done) controller.close()
      else controller.enqueue(next.value)
    },
    async cancel() {
      await values.return?.()
    },
  })
}
