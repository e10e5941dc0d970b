/** A file that something is read from once, from its beginning to its end. */
import { createReadStream } from 'node:fs'
import { stat } from 'node:fs/promises'
import { fileFault } from '../log-file.js'
import { quoted } from '../paint.js'

/** How large a source is, in bytes. Throws `InputError` if it cannot be read, or is a folder. */
export async function sourceBytes(file: string): Promise<number> {
  const found = await stat(file).catch((error: unknown) => {
    throw fileFault(quoted(file), error)
  })
  if (found.isDirectory()) throw fileFault(quoted(file), { code: 'EISDIR' })
  return found.size
}

/** The file's bytes; that they can't be read is the user's to mend, and told in one line. */
export async function* readingSource(file: string, onChunk: (bytes: number) => void): AsyncGenerator<Buffer> {
  try {
    for await (const chunk of createReadStream(file) as AsyncIterable<Buffer>) {
      onChunk(chunk.length)
      yield chunk
    }
  } catch (error) {
    throw fileFault(quoted(file), error)
  }
}
