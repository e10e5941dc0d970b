/** Every store that needs no server, opened anew for each test. */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { onTestFinished } from 'vitest'
import type { EventStore } from '../../src/log/event-store.js'
import { orThrow } from '../../src/or-throw.js'
import { openMemoryStore } from '../../src/stores/memory.js'
import { openSqliteStore } from '../../src/stores/sqlite/index.js'

export interface NamedStore {
  readonly name: string
  /** An empty store, closed and removed when the test is over. */
  readonly open: () => Promise<EventStore>
}

async function openSqlite(): Promise<EventStore> {
  const folder = mkdtempSync(join(tmpdir(), 'colloquy-door-'))
  const store = orThrow(await openSqliteStore({ path: join(folder, 'log.db') }))
  onTestFinished(async () => {
    await store.close()
    rmSync(folder, { recursive: true })
  })
  return store
}

export const stores: readonly NamedStore[] = [
  { name: 'memory', open: async () => openMemoryStore() },
  { name: 'sqlite', open: openSqlite },
]
