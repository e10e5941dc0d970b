/**
 * A log that is read twice: once through, to see whose each line is, then one conversation at a time. A regular file is
 * read in place; what can be read only once (standard input, a pipe) is kept in a temporary file meanwhile.
 */
import { closeSync, fstatSync, mkdtempSync, openSync, readSync, rmSync, writeSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout } from 'node:timers/promises'
import { InputError } from './exit.js'
import { type Line, LineSplitter } from './line-splitter.js'
import type { Run } from './log-index.js'
import { quoted } from './paint.js'

const chunkBytes = 1_048_576
const inputRetryDelayMs = 10
// Not `process.stdin.fd`, which would open a stream on it.
const standardInput = 0

const reasons: { readonly [code: string]: string } = {
  ENOENT: 'there is no such file',
  EISDIR: 'it is a directory',
  EACCES: 'no permission to read it',
  EPERM: 'no permission to read it',
  ENOSPC: 'no space left for a temporary file',
}

/** What the file system refused, as the one line that the user gets. */
export function fileFault(name: string, error: unknown): InputError {
  const { code = '', message } = error as NodeJS.ErrnoException
  return new InputError(`cannot read ${name}: ${reasons[code] ?? message}`)
}

/** A file of our own without a name: gone from its folder at once, and from the disk when it is closed, or we die. */
function openNameless(): number {
  const folder = mkdtempSync(join(tmpdir(), 'colloquy-'))
  try {
    return openSync(join(folder, 'log'), 'wx+', 0o600)
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

const lineFeed = Buffer.from('\n')

export class LogFile {
  /** What to call it in a message. */
  readonly name: string
  /** The file; `null` for standard input. */
  private readonly input: number | null
  /** Where lines are kept that can be read only once; `null` for a file that is read in place. */
  private readonly spill: number | null
  private spilledBytes = 0
  // Buffers that are used again and again: one for each line would pile up until they are collected.
  private readonly chunk = Buffer.allocUnsafe(chunkBytes)
  private readonly unwritten = Buffer.allocUnsafe(chunkBytes)
  private unwrittenBytes = 0

  /** @param path `-` for standard input. Throws `InputError` if it cannot be opened. */
  constructor(path: string) {
    this.name = path === '-' ? 'standard input' : quoted(path)
    try {
      this.input = path === '-' ? null : openSync(path, 'r')
      const stat = this.input === null ? undefined : fstatSync(this.input)
      if (stat?.isDirectory()) throw Object.assign(new Error(), { code: 'EISDIR' })
      this.spill = stat?.isFile() ? null : openNameless()
    } catch (error) {
      throw fileFault(this.name, error)
    }
  }

  /** Every line, in order; each is to be read before the next is asked for. */
  async *lines(): AsyncGenerator<Line> {
    if (this.input !== null && this.spill === null) {
      yield* this.linesFrom(this.input, { offset: 0, size: Infinity })
      return
    }
    const splitter = new LineSplitter()
    for (;;) {
      const bytes = await this.readOn(this.input ?? standardInput)
      if (bytes === 0) break
      yield* splitter.push(this.chunk.subarray(0, bytes))
    }
    yield* splitter.end()
  }

  // Not a stream, and not in the background: at every turn of the event loop V8 begins to mark once little room is left,
  // and while it marks, nothing that dies is collected. A pipe may be set not to wait; then it is asked again.
  private async readOn(file: number): Promise<number> {
    for (;;) {
      try {
        return readSync(file, this.chunk, 0, chunkBytes, null)
      } catch (error) {
        const { code } = error as NodeJS.ErrnoException
        if (code === 'EOF') return 0
        if (code !== 'EAGAIN') throw fileFault(this.name, error)
        await setTimeout(inputRetryDelayMs)
      }
    }
  }

  /** Where a line can be read again. */
  keep({ offset, size, bytes }: Line): Run {
    if (this.spill === null || bytes === null) return { offset, size }
    const kept = { offset: this.spilledBytes + this.unwrittenBytes, size: bytes.length + lineFeed.length }
    this.put(this.spill, bytes)
    this.put(this.spill, lineFeed)
    return kept
  }

  /** The lines of a run, again. Throws `InputError` if they are not there any more. */
  *linesOf(run: Run): Generator<Line> {
    if (this.spill !== null) this.flush(this.spill)
    const readBytes = yield* this.linesFrom(this.spill ?? (this.input as number), run)
    if (readBytes < run.size) throw this.changed()
  }

  /** The lines of a part of a file, and at last how many bytes there were of it. */
  private *linesFrom(file: number, { offset, size }: Run): Generator<Line, number> {
    const splitter = new LineSplitter(offset)
    let readBytes = 0
    while (readBytes < size) {
      const bytes = this.read(file, offset + readBytes, Math.min(chunkBytes, size - readBytes))
      if (bytes === 0) break
      readBytes += bytes
      yield* splitter.push(this.chunk.subarray(0, bytes))
    }
    yield* splitter.end()
    return readBytes
  }

  private read(file: number, position: number, bytesMax: number): number {
    try {
      return readSync(file, this.chunk, 0, bytesMax, position)
    } catch (error) {
      throw fileFault(this.name, error)
    }
  }

  /** The complaint that a line is not what it was at the first reading. */
  changed(): InputError {
    return new InputError(`cannot read ${this.name}: it was changed while it was read`)
  }

  close(): void {
    if (this.spill !== null) closeSync(this.spill)
    if (this.input !== null) closeSync(this.input)
  }

  private put(spill: number, bytes: Buffer): void {
    if (this.unwrittenBytes + bytes.length > chunkBytes) this.flush(spill)
    if (bytes.length > chunkBytes) {
      this.write(spill, bytes)
    } else {
      bytes.copy(this.unwritten, this.unwrittenBytes)
      this.unwrittenBytes += bytes.length
    }
  }

  private flush(spill: number): void {
    this.write(spill, this.unwritten.subarray(0, this.unwrittenBytes))
    this.unwrittenBytes = 0
  }

  private write(spill: number, bytes: Buffer): void {
    try {
      for (let written = 0; written < bytes.length; ) {
        written += writeSync(spill, bytes, written, bytes.length - written, this.spilledBytes + written)
      }
    } catch (error) {
      throw fileFault(this.name, error)
    }
    this.spilledBytes += bytes.length
  }
}
