/**
 * A new file, whole or not at all: written beside its place under another name, synced, and only then given its own. A
 * file that is there already is never written over, even if it came meanwhile.
 */
import { randomUUID } from 'node:crypto'
import { link, open, stat, unlink } from 'node:fs/promises'
import { dirname } from 'node:path'
import { writing } from './writing.js'

/** Throws `InputError` if there is such a file, or no folder for it: what takes long should not find that out at its end. */
export const mustBeNew = (path: string): Promise<void> =>
  writing(path, async () => {
    await stat(dirname(path))
    const isThere = await stat(path).then(
      () => true,
      () => false,
    )
    if (isThere) throw Object.assign(new Error('there is such a file already'), { code: 'EEXIST' })
  })

/** Writes it, for its owner's eyes alone. Throws `InputError` if it cannot be, or is there already. */
export async function writeNew(path: string, text: string): Promise<void> {
  // What it holds is nobody else's to read.
  const unnamed = `${path}.${randomUUID()}.part`
  const file = await writing(path, () => open(unnamed, 'wx', 0o600))
  try {
    await writing(path, async () => {
      await file.writeFile(text)
      await file.sync()
      // Not a rename, which would take the place of what came there meanwhile.
      await link(unnamed, path)
    })
  } finally {
    await file.close()
    await unlink(unnamed)
  }
}
