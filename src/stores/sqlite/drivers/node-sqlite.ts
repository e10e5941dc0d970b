/** Node's own SQLite, from 22.13. It must never be imported by name: a Node without it, or a bundler, would stumble. */
import { type DatabaseClass, driverOver, type OpenDriver } from '../driver.js'

/** Throws where this Node has none. */
export async function loadNodeSqlite(): Promise<OpenDriver> {
  const sqlite = process.getBuiltinModule('node:sqlite') as { DatabaseSync: DatabaseClass } | undefined
  if (!sqlite) throw new Error('this Node has no node:sqlite')
  return driverOver('node:sqlite', sqlite.DatabaseSync)
}
