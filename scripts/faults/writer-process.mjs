/** The SQLite writer as a process of its own: started, listened to, killed. */
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { watch } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { acknowledgedIn } from './sqlite-file.mjs'

const script = fileURLToPath(new URL('./sqlite-writer.mjs', import.meta.url))

export class WriterProcess {
  #stderr = ''

  /** @param given what `sqlite-writer.mjs` takes. */
  constructor(given, env = {}) {
    this.acknowledgements = given.acknowledgements
    const stdio = ['ignore', 'pipe', 'pipe']
    this.child = spawn(process.execPath, [script, JSON.stringify(given)], { stdio, env: { ...process.env, ...env } })
    this.child.stderr.setEncoding('utf8').on('data', (text) => {
      this.#stderr += text
    })
    this.isReady = once(this.child.stdout, 'data')
    this.ended = once(this.child, 'close')
  }

  /** How many batches it was told were stored. */
  get told() {
    return acknowledgedIn(this.acknowledgements).length
  }

  /** Resolves once it has been told so many times that a batch was stored. Throws if it ended before. */
  async hasBeenTold(count) {
    await Promise.race([this.isReady, this.ended])
    const watcher = watch(this.acknowledgements)
    try {
      while (this.told < count) {
        const isOver = this.child.exitCode !== null || this.child.signalCode !== null
        if (isOver) throw new Error(`the writer ended: ${this.#stderr}`)
        await Promise.race([once(watcher, 'change'), this.ended])
      }
    } finally {
      watcher.close()
    }
  }

  async kill() {
    this.child.kill('SIGKILL')
    await this.ended
  }
}
