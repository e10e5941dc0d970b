/** Runs the built command line as its users do, in a process of its own. */
import { spawn } from 'node:child_process'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { onTestFinished } from 'vitest'

const main = fileURLToPath(new URL('../../dist/cli/main.js', import.meta.url))

export interface Ran {
  readonly exitCode: number | null
  readonly stdout: string
  readonly stderr: string
}

export interface Surroundings {
  /** What it reads from standard input; nothing unless told. */
  readonly stdin?: string | Buffer
  /** Given to Node, before the program. */
  readonly nodeOptions?: readonly string[]
  readonly env?: NodeJS.ProcessEnv
}

/** What a run printed, and its exit code. */
export const runColloquy = (...args: readonly string[]): Promise<Ran> => runColloquyIn({}, ...args)

/** The same, in surroundings of the test's making. */
export function runColloquyIn({ stdin, nodeOptions = [], env: added }: Surroundings, ...args: readonly string[]) {
  const { FORCE_COLOR: _, ...env } = process.env
  const child = spawn(process.execPath, [...nodeOptions, main, ...args], { env: { ...env, ...added } })
  const heard = { stdout: '', stderr: '' }
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    heard.stdout += text
  })
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    heard.stderr += text
  })
  // A program that needs no more of its input closes it early.
  child.stdin.on('error', () => {})
  child.stdin.end(stdin ?? '')
  return new Promise<Ran>((resolve, reject) => {
    child.on('error', reject).on('close', (exitCode) => resolve({ exitCode, ...heard }))
  })
}

/** A folder that is gone after the test. */
export async function temporaryFolder(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'colloquy-'))
  onTestFinished(() => rm(folder, { recursive: true, force: true }))
  return folder
}
