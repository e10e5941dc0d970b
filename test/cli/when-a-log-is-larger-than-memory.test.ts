/**
 * A log many times larger than the memory that Node may use, its conversations interleaved line by line, and each of
 * them larger too. What a replay holds does not grow with what was said: after every collection 18 MB at most were left,
 * nearly all of it the program itself, whatever the heap. The same log passes in 24 MiB, so that 40 are no close shave.
 */
import { createWriteStream, readdirSync } from 'node:fs'
import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { opened } from '../conversation/events.js'
import { recorded } from '../log/recorded.js'
import { reportsIn } from './logs.js'
import { runColloquyIn, temporaryFolder } from './run-colloquy.js'

const heapMib = 40
const conversations = 4
const messages = 1_500
const contentBytes = 30_000

/** 4 conversations of 1,500 messages, 30 kB each: 180 MB, no two neighbours of one conversation. */
function* interleavedLog(): Generator<string> {
  const content = 'x'.repeat(contentBytes)
  const [opening] = recorded([opened()])
  for (let number = 0; number <= messages; number++) {
    for (let conversation = 0; conversation < conversations; conversation++) {
      const where = { conversationId: `c${conversation}`, id: `e${number}`, version: number + 1 }
      const data = { threadId: 'main', messageId: `m${number}`, content }
      const message = { type: 'message.received', actor: { kind: 'user' }, data }
      yield `${JSON.stringify({ ...opening, ...(number > 0 && message), ...where })}\n`
    }
  }
}

let folder = ''
let log = ''
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'colloquy-'))
  log = join(folder, 'log.jsonl')
  await pipeline(Readable.from(interleavedLog()), createWriteStream(log))
})
afterAll(() => rm(folder, { recursive: true, force: true }))

const expected = Array.from({ length: conversations }, (_, n) =>
  expect.objectContaining({ conversationId: `c${n}`, version: messages + 1, rejected: null }),
)
// A second or two of work each, and a machine may be busy with much else.
const patience = { timeout: 300_000 }
const nodeOptions = [`--max-old-space-size=${heapMib}`]

test('A file four times the heap is replayed, though no conversation of it would fit.', patience, async () => {
  const ran = await runColloquyIn({ nodeOptions }, 'replay', log, '--json')
  expect({ exitCode: ran.exitCode, stderr: ran.stderr }).toEqual({ exitCode: 0, stderr: '' })
  expect(reportsIn(ran.stdout)).toEqual(expected)
})

test(
  'So is standard input; what was kept of it meanwhile is gone, and has no name even while it is there.',
  patience,
  async () => {
    const empty = await temporaryFolder()
    const stdin = await readFile(log)
    const ran = await runColloquyIn({ nodeOptions, stdin, env: { TMPDIR: empty } }, 'replay', '-', '--json')
    expect({ exitCode: ran.exitCode, stderr: ran.stderr }).toEqual({ exitCode: 0, stderr: '' })
    expect(reportsIn(ran.stdout)).toEqual(expected)
    expect(readdirSync(empty)).toEqual([])
  },
)

test('A single line longer than the heap is told and passed over.', patience, async () => {
  const [opening] = recorded([opened()])
  const line = Buffer.alloc((heapMib + 20) * 1_048_576, 0x20)
  const stdin = Buffer.concat([line, Buffer.from(`\n${JSON.stringify(opening)}\n`)])
  const ran = await runColloquyIn({ nodeOptions, stdin }, 'replay', '-', '--json')
  expect(ran).toMatchObject({ exitCode: 1, stderr: 'colloquy: line 1: over 8 MiB, skipped\n' })
  expect(reportsIn(ran.stdout)).toEqual([expect.objectContaining({ conversationId: 'c1', version: 1, rejected: null })])
})
