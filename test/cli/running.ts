/** The built command line as a run that goes on until it is interrupted, and what an address that it printed answers. */
import { type ChildProcessByStdio, spawn } from 'node:child_process'
import type { Readable } from 'node:stream'
import { fileURLToPath } from 'node:url'
import { onTestFinished } from 'vitest'

const main = fileURLToPath(new URL('../../dist/cli/main.js', import.meta.url))

/** A run that goes on until it is interrupted, or the test is over. */
export class Running {
  stdout = ''
  stderr = ''
  private readonly child: ChildProcessByStdio<null, Readable, Readable>
  private readonly over: Promise<number | null>

  /** @param as whose run it is; the test's own unless told. */
  constructor(args: readonly string[], env: NodeJS.ProcessEnv = {}, as: { uid?: number; gid?: number } = {}) {
    this.child = spawn(process.execPath, [main, ...args], {
      ...as,
      env: { ...process.env, ...env },
      stdio: ['ignore', 'pipe', 'pipe'],
    })
    this.child.stderr.setEncoding('utf8').on('data', (text: string) => {
      this.stderr += text
    })
    this.child.stdout.setEncoding('utf8').on('data', (text: string) => {
      this.stdout += text
    })
    this.over = new Promise((resolve) => this.child.once('close', resolve))
    onTestFinished(() => void this.child.kill('SIGKILL'))
  }

  /** The part of what is printed that fits, once it is. */
  printed(pattern: RegExp): Promise<RegExpExecArray> {
    return new Promise((resolve, reject) => {
      const look = () => {
        const found = pattern.exec(this.stdout)
        if (found) resolve(found)
      }
      this.child.stdout.on('data', look)
      this.child.once('close', () => reject(new Error(`it ended: ${this.stderr}`)))
      look()
    })
  }

  interrupted(): Promise<number | null> {
    this.child.kill('SIGINT')
    return this.over
  }
}

/** What an address with a token behind its `#` answers at a path. */
export function asked(address: string, path: string, init: RequestInit = {}): Promise<Response> {
  const { origin, hash } = new URL(address)
  const authorization = `Bearer ${hash.slice('#token='.length)}`
  return fetch(`${origin}/${path}`, { ...init, headers: { authorization, ...init.headers } })
}

/** What these answers have that the tests look at. */
export interface Answered {
  readonly conversations: readonly { readonly conversationId: string }[]
  readonly database: string
  readonly hasIndex: boolean
}

export const json = async (address: string, path: string): Promise<Answered> =>
  (await (await asked(address, path)).json()) as Answered
