/**
 * Opening a store that the user names: a SQLite file, or a server's URL. What only reads must never write, not even what an
 * opening would bring up to date; and but where it is to be filled none is created: a mistyped name is told.
 */
import { closeSync, openSync, readSync, statSync } from 'node:fs'
import { type Either, isLeft } from 'fp-ts/lib/Either.js'
import type { StoreError } from '../log/errors.js'
import type { EventStore } from '../log/event-store.js'
import { openNatsStore } from '../stores/nats/index.js'
import { openPostgresStore } from '../stores/postgres/index.js'
import { openSqliteStore } from '../stores/sqlite/index.js'
import { type DatabaseName, databaseNamed, withoutPassword } from './database-name.js'
import { InputError } from './exit.js'
import { fileFault } from './log-file.js'
import { quoted, visible } from './paint.js'

/** What to call it in an argument's description. */
export const databaseWords =
  'a database: a file, postgres://user@host/database?schema=colloquy, or nats://host?name=colloquy'

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

/** What is to be done with it; `fill` makes one where there is none. */
type Purpose = 'read' | 'change' | 'fill'

async function openFile(path: string, purpose: Purpose): Promise<Either<StoreError, EventStore>> {
  if (purpose !== 'fill' && !isDatabase(path)) throw new InputError(`cannot read ${quoted(path)}: it is not a database`)
  return openSqliteStore({ path, readOnly: purpose === 'read' })
}

// `schema` is ours, and the driver's own settings stand beside it.
function openPostgres(url: URL, purpose: Purpose): Promise<Either<StoreError, EventStore>> {
  const bare = new URL(url)
  const schema = bare.searchParams.get('schema')
  bare.searchParams.delete('schema')
  const how = { mayCreate: purpose === 'fill', readOnly: purpose === 'read' }
  return openPostgresStore({ connectionString: bare.href, ...how, ...(schema !== null && { schema }) })
}

/** What the query of one of the URLs says. */
const told = (urls: readonly URL[], parameter: string): string | undefined =>
  urls.flatMap(({ searchParams }) => searchParams.get(parameter) ?? [])[0]

function openNats(urls: readonly URL[], purpose: Purpose): Promise<Either<StoreError, EventStore>> {
  const [name, replicas] = [told(urls, 'name'), told(urls, 'replicas')]
  if (replicas !== undefined && !/^[1-9]$/.test(replicas)) throw new InputError('replicas must be 1, 3 or 5')
  const made = { mayCreate: purpose === 'fill', ...(replicas !== undefined && { replicas: Number(replicas) }) }
  return openNatsStore({ servers: urls.map(({ href }) => href), ...made, ...(name !== undefined && { name }) })
}

function openNamed(name: DatabaseName, purpose: Purpose): Promise<Either<StoreError, EventStore>> {
  switch (name.kind) {
    case 'file':
      return openFile(name.path, purpose)
    case 'postgres':
      return openPostgres(name.url, purpose)
    case 'nats':
      return openNats([name.url, ...name.others], purpose)
  }
}

async function withStore<A>(text: string, purpose: Purpose, task: (store: EventStore) => Promise<A>): Promise<A> {
  const name = databaseNamed(text)
  const opened = await openNamed(name, purpose)
  if (isLeft(opened)) {
    const verb = purpose === 'fill' ? 'open' : 'read'
    throw new InputError(`cannot ${verb} ${name.shown}: ${visible(withoutPassword(opened.left, name).message)}`)
  }
  try {
    return await task(opened.right)
  } finally {
    await opened.right.close()
  }
}

/**
 * Opens the store of this name, which is there, to be read, and closes it when the task is over, however it went. Nothing of
 * it is written, nor brought up to date. Throws `InputError` if there is no such store.
 */
export const withDatabaseToRead = <A>(name: string, task: (store: EventStore) => Promise<A>): Promise<A> =>
  withStore(name, 'read', task)

/** As `withDatabaseToRead`, but the task may write; a store of an older schema is brought to today's. */
export const withDatabase = <A>(name: string, task: (store: EventStore) => Promise<A>): Promise<A> =>
  withStore(name, 'change', task)

/** As `withDatabase`, but makes the store where there is none. */
export const withNewDatabase = <A>(name: string, task: (store: EventStore) => Promise<A>): Promise<A> =>
  withStore(name, 'fill', task)
