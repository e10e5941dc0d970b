/**
 * The content of a batch as one value of the bucket: a line of JSON, `[[version, length of content, length of salt], …]`
 * with -1 for what is not there, and then the texts. This page is the storage format: what it once wrote it must read
 * for ever.
 */
import type { StoredEvent } from '../../log/event-store.js'

export type Content = Pick<StoredEvent, 'content' | 'salt'>
/** By version. */
export type Contents = ReadonlyMap<number, Content>

const lengthOf = (text: string | null) => text?.length ?? -1

export function contentText(contents: Contents): Uint8Array {
  const all = [...contents]
  const heads = all.map(([version, { content, salt }]) => [version, lengthOf(content), lengthOf(salt)])
  const texts = all.map(([, { content, salt }]) => `${content ?? ''}${salt ?? ''}`)
  return Buffer.from(`${JSON.stringify(heads)}\n${texts.join('')}`)
}

type Head = readonly [version: number, contentLength: number, saltLength: number]

export function contentsOf(data: Uint8Array): Contents {
  const text = Buffer.from(data.buffer, data.byteOffset, data.byteLength).toString()
  const headEnd = text.indexOf('\n')
  let from = headEnd + 1
  const next = (length: number) => {
    if (length < 0) return null
    from += length
    return text.slice(from - length, from)
  }
  const contents = new Map<number, Content>()
  for (const [version, contentLength, saltLength] of JSON.parse(text.slice(0, headEnd)) as readonly Head[]) {
    const content = next(contentLength)
    contents.set(version, { content, salt: next(saltLength) })
  }
  return contents
}

/** What of these events is content. */
export function contentsIn(events: readonly StoredEvent[]): Contents {
  const said = events.filter(({ content, salt }) => content !== null || salt !== null)
  return new Map(said.map(({ version, content, salt }) => [version, { content, salt }]))
}
