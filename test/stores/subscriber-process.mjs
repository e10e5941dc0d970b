/**
 * A member of a group in a process of its own, over the built library: it prints `conversation/version time` for each
 * event that it handled, the time being the machine's monotonic one, and is killed in the middle.
 * Arguments: the store's kind, where it is, and its driver, schema or name.
 */
import { createConversations } from '../../dist/index.js'

const [kind, where, how] = process.argv.slice(2)

async function open() {
  if (kind === 'postgres') {
    const { openPostgresStore } = await import('../../dist/stores/postgres/index.js')
    return openPostgresStore({ connectionString: where, schema: how, poolMax: 4 })
  }
  if (kind === 'nats') {
    const { openNatsStore } = await import('../../dist/stores/nats/index.js')
    return openNatsStore({ servers: where.split(','), name: how })
  }
  const { openSqliteStore } = await import('../../dist/stores/sqlite/index.js')
  return openSqliteStore({ path: where, driver: how })
}

const opened = await open()
if (opened._tag === 'Left') throw new Error(`could not open: ${opened.left.code}: ${opened.left.message}`)
const end = new AbortController()
process.stdin.once('data', () => end.abort())
const ended = await createConversations({ store: opened.right }).subscribe({
  group: 'g',
  leaseMs: 600,
  checkpointMs: 50,
  pollMs: 10,
  signal: end.signal,
  handle: ({ conversationId, version }) =>
    void process.stdout.write(`${conversationId}/${version} ${process.hrtime.bigint()}\n`),
})
if (ended._tag === 'Left') throw new Error(`${ended.left.code}: ${ended.left.message}`)
await opened.right.close()
process.stdin.destroy()
