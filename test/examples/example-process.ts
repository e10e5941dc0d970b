/** An example as its reader would run it: a process of its own, on a database and a port of its own, before the stand-in. */
import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import type { StandIn } from './provider-stand-in.js'

const root = fileURLToPath(new URL('../..', import.meta.url))

export interface Example {
  /** The first line that it printed. */
  readonly said: string
  readonly process: ChildProcess
  stop(signal?: NodeJS.Signals): Promise<void>
}

/** Starts an example, and waits for its first line. What it says on standard error is the test's. */
export async function startExample(path: string, { url }: StandIn, database: string): Promise<Example> {
  const keys = { ANTHROPIC_API_KEY: 'none', ANTHROPIC_BASE_URL: url, OPENAI_API_KEY: 'none', OPENAI_BASE_URL: url }
  const child = spawn(process.execPath, [join(root, path)], {
    env: { ...process.env, ...keys, PORT: '0', DB: database },
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  const lines = createInterface({ input: child.stdout })
  const [said] = await Promise.race([
    once(lines, 'line'),
    once(child, 'exit').then(([code]) => Promise.reject(new Error(`${path} ended with ${code} before it said a word`))),
  ])
  const stop = async (signal: NodeJS.Signals = 'SIGTERM') => {
    if (child.exitCode !== null || child.signalCode !== null) return
    const gone = once(child, 'exit')
    child.kill(signal)
    await gone
  }
  return { said: String(said), process: child, stop }
}

/** A place for a database, removed with all that lies beside it. */
export function newDatabase(): { readonly path: string; remove(): void } {
  const folder = mkdtempSync(join(tmpdir(), 'colloquy-example-'))
  return { path: join(folder, 'chat.db'), remove: () => rmSync(folder, { recursive: true }) }
}
