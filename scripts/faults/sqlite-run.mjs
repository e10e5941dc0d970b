/** A run of the writer over a new SQLite file, with its system calls written down or interfered with. */
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { acknowledgedIn } from './sqlite-file.mjs'
import { traced } from './strace.mjs'

const script = fileURLToPath(new URL('./sqlite-writer.mjs', import.meta.url))

/** Conversations that every run writes to. */
export const conversations = ['a', 'b', 'c']

/** Where a run in this folder keeps what. */
export function filesIn(folder) {
  const path = join(folder, 'chats.db')
  const sqlite = ['', '-wal', '-journal', '-shm'].map((end) => `${path}${end}`)
  return { path, acknowledgements: join(folder, 'acknowledged'), sqlite }
}

/**
 * Runs the writer once, from an empty folder to its end, or to the end that the injection makes.
 * @returns the calls, how it ended, what it was told was stored, and its own report if it came to that.
 */
export async function runWriter({ folder, appends, bug, checkpointPages, seed, attemptsMax, inject, calls }) {
  const { path, acknowledgements, sqlite } = filesIn(folder)
  const files = [...sqlite, acknowledgements, folder]
  const given = { path, acknowledgements, name: 'w', conversations, appends, bug, checkpointPages, seed, attemptsMax }
  const run = await traced({ script, argument: JSON.stringify(given), files, inject, folder, calls })
  const [, last = ''] = run.stdout.split('\n')
  const report = last === '' ? undefined : JSON.parse(last)
  return { ...run, acknowledged: acknowledgedIn(acknowledgements), report }
}
