/**
 * A program under strace: its system calls on given files written down, or one of them interfered with. Only the
 * program's main thread is looked at, which is where SQLite works. It must never trace a program that it did not start.
 */
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { readFileSync, rmSync } from 'node:fs'
import { join } from 'node:path'

const timeLimitMs = 120_000
const textMax = 1_048_576

/** What is said of a string: octal, hex, and C's own escapes. */
const letters = { n: '\n', t: '\t', r: '\r', v: '\v', f: '\f', '"': '"', '\\': '\\' }
const unescaped = (text) =>
  text.replace(/\\(x[0-9a-f]{2}|[0-7]{1,3}|.)/g, (_, code) => {
    if (code in letters) return letters[code]
    return String.fromCharCode(code[0] === 'x' ? Number.parseInt(code.slice(1), 16) : Number.parseInt(code, 8))
  })

/**
 * A line of a trace, or `undefined` for one that tells of no call: the call's name, the file it is on, its text if it
 * carries any (one character a byte), its numbers and its result.
 */
function callIn(line) {
  const [, name, rest] = /^(\w+)\((.*)$/s.exec(line) ?? []
  if (name === undefined) return undefined
  const quoted = /"((?:[^"\\]|\\.)*)"/.exec(rest)
  // The last one: text may hold the like, and an error is explained behind it.
  const result = [...rest.matchAll(/\)\s+= (-?\d+|\?|0x[0-9a-f]+)/g)].at(-1)?.[1]
  const fdPath = /^\d+<((?:[^>\\]|\\.)*)>/.exec(rest)?.[1]
  const text = quoted ? unescaped(quoted[1]) : undefined
  const afterText = quoted ? rest.slice(quoted.index + quoted[0].length) : rest.replace(/^\d+<[^>]*>/, '')
  const numbers = [...afterText.slice(0, afterText.lastIndexOf(')')).matchAll(/, (-?\d+)(?=,|$)/g)].map(([, n]) =>
    Number(n),
  )
  const path = (fdPath ?? text)?.replace(/\(deleted\)$/, '')
  return { name, path, text, numbers, flags: rest, result: Number(result), isFailed: Number(result) < 0 }
}

/**
 * Runs Node on a script under strace until it ends.
 * @param files only calls on these are seen, and counted.
 * @param inject as strace writes it, for example `pwrite64:signal=SIGKILL:when=7`.
 * @returns the calls on these files in order, and how the program ended.
 */
export async function traced({ script, argument, files, inject = [], folder, calls = ['all'], env = {} }) {
  const output = join(folder, 'trace')
  const filters = files.flatMap((file) => ['-P', file])
  const injections = inject.flatMap((what) => ['-e', `inject=${what}`])
  const what = ['-e', `trace=${calls.join(',')}`, ...filters, ...injections]
  const args = ['-q', '-y', '-s', String(textMax), '-o', output, ...what, process.execPath, script, argument]
  const child = spawn('strace', args, { stdio: ['ignore', 'pipe', 'pipe'], env: { ...process.env, ...env } })
  const timer = setTimeout(() => child.kill('SIGKILL'), timeLimitMs)
  const said = { stdout: '', stderr: '' }
  for (const stream of ['stdout', 'stderr']) {
    child[stream].setEncoding('utf8').on('data', (text) => {
      said[stream] += text
    })
  }
  const [exitCode, signal] = await once(child, 'close')
  clearTimeout(timer)
  const lines = readFileSync(output, 'latin1').split('\n')
  rmSync(output)
  return { ...said, exitCode, signal, calls: lines.map(callIn).filter((call) => call !== undefined) }
}
