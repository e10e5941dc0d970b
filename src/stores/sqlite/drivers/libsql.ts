/** libsql: SQLite for Node 20, from the registry without a compiler or an install script. An optional peer. */
import { type DatabaseClass, driverOver, type OpenDriver } from '../driver.js'

/** Throws where the package or its binary for this platform is not installed. */
export async function loadLibsql(): Promise<OpenDriver> {
  const { default: Database } = await import('libsql')
  return driverOver('libsql', Database as unknown as DatabaseClass)
}
