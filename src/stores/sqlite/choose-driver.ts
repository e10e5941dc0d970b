/** Which driver opens the file: the one asked for, else the first that is there. It must never install anything. */
import { type Either, isRight, left, right } from 'fp-ts/lib/Either.js'
import { type StoreError, storeError } from '../../log/errors.js'
import type { DriverName, OpenDriver } from './driver.js'
import { loadBetterSqlite3 } from './drivers/better-sqlite3.js'
import { loadLibsql } from './drivers/libsql.js'
import { loadNodeSqlite } from './drivers/node-sqlite.js'

const loaders: { readonly [D in DriverName]: () => Promise<OpenDriver> } = {
  'node:sqlite': loadNodeSqlite,
  libsql: loadLibsql,
  'better-sqlite3': loadBetterSqlite3,
}

const remedies: { readonly [D in DriverName]: string } = {
  'node:sqlite': 'it comes with Node 22.13 and later',
  libsql: 'npm install libsql',
  'better-sqlite3': 'npm install better-sqlite3',
}

/** All drivers, the preferred first. */
export const driverNames: readonly DriverName[] = ['node:sqlite', 'libsql', 'better-sqlite3']

function missing(name: DriverName, cause: unknown): StoreError {
  return storeError('driver-missing', `the SQLite driver ${name} is not here: ${remedies[name]}`, { cause })
}

async function load(name: DriverName): Promise<Either<StoreError, OpenDriver>> {
  if (!Object.hasOwn(loaders, name)) return left(storeError('driver-missing', `there is no driver ${String(name)}`))
  try {
    return right(await loaders[name]())
  } catch (cause) {
    return left(missing(name, cause))
  }
}

const noneHere = `no SQLite driver is here: ${remedies.libsql}, or use Node 22.13 or later`

/** The driver of this name, or the first that can be loaded; else `driver-missing`, its message saying what to install. */
export async function chooseDriver(name?: DriverName): Promise<Either<StoreError, OpenDriver>> {
  if (name !== undefined) return load(name)
  for (const candidate of driverNames) {
    const loaded = await load(candidate)
    if (isRight(loaded)) return loaded
  }
  return left(storeError('driver-missing', noneHere))
}

/** As `chooseDriver`, for reading only: one that takes URIs comes before those that do not. */
export async function chooseReader(name?: DriverName): Promise<Either<StoreError, OpenDriver>> {
  if (name !== undefined) return load(name)
  const here = (await Promise.all(driverNames.map(load))).filter(isRight)
  return here.find(({ right: open }) => open.takesUris) ?? here[0] ?? left(storeError('driver-missing', noneHere))
}
