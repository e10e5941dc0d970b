/** What private servers have in common: a free port, a process that runs or not, and a wait with an end. */
import { existsSync, readFileSync } from 'node:fs'
import { createServer } from 'node:net'
import { setTimeout } from 'node:timers/promises'

const pollMs = 20

/** A port of the loopback interface that nobody listens on now. */
export function freePort() {
  return new Promise((resolve, reject) => {
    const server = createServer()
    server.on('error', reject)
    server.listen(0, '127.0.0.1', () => {
      const { port } = server.address()
      server.close(() => resolve(port))
    })
  })
}

export function isRunning(pid) {
  try {
    process.kill(pid, 0)
    // A process that ended and was not waited for is still there by number.
    return !/^\d+ \(.*\) Z/.test(existsSync(`/proc/${pid}/stat`) ? readFileSync(`/proc/${pid}/stat`, 'utf8') : '')
  } catch {
    return false
  }
}

/** Resolves once it is so; throws after `timeoutMs`, naming what did not happen. */
export async function until(isSo, timeoutMs, what) {
  const giveUpAt = performance.now() + timeoutMs
  while (!(await isSo())) {
    if (performance.now() > giveUpAt) throw new Error(`${what} within ${timeoutMs} ms`)
    await setTimeout(pollMs)
  }
}
