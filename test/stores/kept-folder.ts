/** What lies in a database's folder, to see that reading it changed nothing: every file by its name and the hash of its bytes. */
import { createHash } from 'node:crypto'
import { readdirSync, readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'

/** By name. Not while this process has the file open by a lock: to read it here would let the lock go. */
export function folderOf(path: string): { readonly [name: string]: string } {
  const folder = dirname(path)
  const hash = (name: string) =>
    createHash('sha256')
      .update(readFileSync(join(folder, name)))
      .digest('hex')
  return Object.fromEntries(readdirSync(folder).map((name) => [name, hash(name)]))
}
