/** Opening a store to read from. It must never create one: a mistyped name is told, not turned into an empty file. */
import { closeSync, openSync, readSync, statSync } from 'node:fs'
import { isLeft } from 'fp-ts/lib/Either.js'
import type { EventStore } from '../log/event-store.js'
import { openSqliteStore } from '../stores/sqlite/index.js'
import { InputError } from './exit.js'
import { fileFault } from './log-file.js'
import { quoted, visible } from './paint.js'

const signature = 'SQLite format 3\0'

function beginningOf(path: string): string {
  const file = openSync(path, 'r')
  try {
    const bytes = Buffer.alloc(signature.length)
    return bytes.toString('latin1', 0, readSync(file, bytes))
  } finally {
    closeSync(file)
  }
}

function isDatabase(path: string): boolean {
  try {
    if (statSync(path).isDirectory()) throw Object.assign(new Error(), { code: 'EISDIR' })
    return beginningOf(path) === signature
  } catch (error) {
    throw fileFault(quoted(path), error)
  }
}

async function open(path: string): Promise<EventStore> {
  if (!isDatabase(path)) throw new InputError(`cannot read ${quoted(path)}: it is not a database`)
  const opened = await openSqliteStore({ path })
  if (isLeft(opened)) throw new InputError(`cannot read ${quoted(path)}: ${visible(opened.left.message)}`)
  return opened.right
}

/**
 * Opens the store in a file that is there, and closes it when the task is over, however it went.
 * Throws `InputError` if there is no such file, or it is not a store.
 */
export async function withDatabase<A>(path: string, task: (store: EventStore) => Promise<A>): Promise<A> {
  const store = await open(path)
  try {
    return await task(store)
  } finally {
    await store.close()
  }
}
