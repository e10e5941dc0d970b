/** A process of the tests' own: what it said so far, line by line, and its end. It is killed after the test. */
import { type ChildProcessWithoutNullStreams, spawn } from 'node:child_process'
import { once } from 'node:events'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import { onTestFinished } from 'vitest'

export class ChildProcess {
  readonly said: string[] = []
  private readonly child: ChildProcessWithoutNullStreams
  private readonly ended: Promise<unknown>
  private complaint = ''

  /** @param script beside this file. */
  constructor(script: string, ...args: readonly string[]) {
    this.child = spawn(process.execPath, [fileURLToPath(new URL(script, import.meta.url)), ...args])
    this.ended = once(this.child, 'close')
    this.child.stderr.setEncoding('utf8').on('data', (text: string) => {
      this.complaint += text
    })
    createInterface(this.child.stdout).on('line', (line) => this.said.push(line))
    onTestFinished(() => void this.child.kill('SIGKILL'))
  }

  /** Waits until it has said this many lines. */
  async hasSaid(lines: number): Promise<void> {
    while (this.said.length < lines) {
      if (this.child.exitCode !== null || this.child.signalCode !== null) throw new Error(this.complaint)
      await Promise.race([once(this.child.stdout, 'data'), this.ended])
    }
  }

  go(): void {
    this.child.stdin.write('go\n')
  }

  kill(): void {
    this.child.kill('SIGKILL')
  }

  /** Everything it said, once it has ended. */
  async ending(): Promise<readonly string[]> {
    await this.ended
    if (this.complaint.includes('Error')) throw new Error(this.complaint)
    return this.said
  }
}
