/** better-sqlite3, for those who have it already. An optional peer, which on some Nodes wants a compiler. */
import { type DatabaseClass, driverOver, type OpenDriver } from '../driver.js'

// Held in a variable, so that neither the compiler nor a bundler asks for a package that need not be there.
const packageName: string = 'better-sqlite3'

/** Throws where the package is not installed. */
export async function loadBetterSqlite3(): Promise<OpenDriver> {
  const { default: Database } = (await import(packageName)) as { default: DatabaseClass }
  return driverOver('better-sqlite3', Database)
}
