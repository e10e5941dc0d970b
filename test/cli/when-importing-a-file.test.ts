/** `colloquy import` as its users meet it: what it prints, what it exits with, and what is in the log afterwards. */
import { existsSync } from 'node:fs'
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { Readable } from 'node:stream'
import { isLeft } from 'fp-ts/lib/Either.js'
import { describe, expect, test } from 'vitest'
import { importLines } from '../../src/cli/importing/import-lines.js'
import { draftMessages } from '../../src/cli/importing/messages.js'
import { Progress } from '../../src/cli/importing/progress.js'
import type { EventStore } from '../../src/log/event-store.js'
import { rebuild } from '../../src/log/rebuild.js'
import { type ConversationReport, reportConversation } from '../../src/log/report.js'
import { orThrow } from '../../src/or-throw.js'
import { openMemoryStore } from '../../src/stores/memory.js'
import { openSqliteStore } from '../../src/stores/sqlite/index.js'
import { runColloquy, temporaryFolder } from './run-colloquy.js'
import { linesIn, threadIn } from './told.js'
import { assistant, deepTreeText, labelled, prompter, tree } from './trees.js'

const asLine = (value: unknown): string => (typeof value === 'string' ? value : JSON.stringify(value))

/** A file of these lines, and a place for a log beside it. */
async function source(lines: readonly unknown[]): Promise<{ readonly file: string; readonly db: string }> {
  const folder = await temporaryFolder()
  const file = join(folder, 'source.jsonl')
  await writeFile(file, lines.map((line) => `${asLine(line)}\n`).join(''))
  return { file, db: join(folder, 'log.db') }
}

async function withStore<A>(path: string, use: (store: EventStore) => Promise<A>): Promise<A> {
  const store = await openSqliteStore({ path })
  if (isLeft(store)) throw new Error(store.left.message)
  try {
    return await use(store.right)
  } finally {
    await store.right.close()
  }
}

const reportOf = (db: string, conversationId: string): Promise<ConversationReport> =>
  withStore(db, async (store) => {
    const { conversation } = orThrow(await rebuild(store, { conversationId }))
    return reportConversation(conversationId, conversation)
  })
const everything = (db: string) => withStore(db, async (store) => orThrow(await store.readAll({ afterPosition: 0 })))

const branching = tree(
  prompter('p', [assistant('a', [prompter('q', [], labelled({ toxicity: 0.5 })), prompter('r')]), assistant('b')]),
  'tree-1',
)
const hello = { id: 'hello', messages: [{ role: 'user', content: 'Hi', assessment: { harm: 'none' } }] }

describe('oasst', () => {
  test('Trees become conversations, their leaves threads, their labels assessments.', async () => {
    const { file, db } = await source([branching, tree(prompter('x'), 'tree-2')])
    const ran = await runColloquy('import', file, '--format', 'oasst', '--db', db, '--harm-label', 'toxicity:0.5')
    expect(ran).toEqual({
      exitCode: 0,
      stdout: `${db}: 2 conversations added, 4 threads, 6 messages, 10 events appended\n`,
      stderr: '',
    })
    const report = await reportOf(db, 'tree-1')
    expect(linesIn(report)).toEqual({ p: ['p', 'a', 'q'], r: ['p', 'a', 'r'], b: ['p', 'b'] })
    expect(threadIn(report, 'p')).toMatchObject({ lifecycle: 'redirecting.due', assessment: 'current' })
    expect(threadIn(report, 'b').assessment).toBe('pending')
  })

  test('Unlabelled messages are taken for harmless on demand alone.', async () => {
    const { file, db } = await source([branching])
    await runColloquy('import', file, '--format', 'oasst', '--db', db, '--assume-harmless')
    const report = await reportOf(db, 'tree-1')
    expect(report.threads.map(({ assessment }) => assessment)).toEqual(['current', 'current', 'current'])
  })

  test('Importing twice adds nothing, and says so.', async () => {
    const { file, db } = await source([branching])
    await runColloquy('import', file, '--format', 'oasst', '--db', db)
    const before = await everything(db)
    const again = await runColloquy('import', file, '--format', 'oasst', '--db', db)
    expect(again.exitCode).toBe(0)
    expect(again.stdout).toContain('0 conversations added')
    expect(again.stdout).toContain('1 conversation there already')
    expect(await everything(db)).toEqual(before)
  })

  test('A conversation that is there but different is told, with its line.', async () => {
    const { file, db } = await source([branching])
    await runColloquy('import', file, '--format', 'oasst', '--db', db)
    const again = await runColloquy('import', file, '--format', 'oasst', '--db', db, '--assume-harmless')
    expect(again.exitCode).toBe(1)
    expect(again.stderr).toBe(
      `${file}:1: conversation "tree-1": the log has it already, and differs at version 3: its source changed, or it was imported with other options\n`,
    )
  })

  test('A deep tree and a wide one are imported.', async () => {
    const replies = Array.from({ length: 3_000 }, (_, place) => assistant(`a${place}`))
    const { file, db } = await source([deepTreeText(10_000), tree(prompter('p', replies), 'wide')])
    const ran = await runColloquy('import', file, '--format', 'oasst', '--db', db)
    expect(ran).toMatchObject({ exitCode: 0, stderr: '' })
    expect((await reportOf(db, 'deep')).threads.map(({ messages }) => messages.length)).toEqual([10_000])
    expect((await reportOf(db, 'wide')).threads).toHaveLength(3_000)
  })
})

describe('messages', () => {
  test('Lines become conversations.', async () => {
    const { file, db } = await source([hello, { messages: [{ role: 'user', content: 'Hi' }] }])
    const ran = await runColloquy('import', file, '--format', 'messages', '--db', db)
    expect(ran).toMatchObject({ exitCode: 0, stderr: '' })
    expect(threadIn(await reportOf(db, 'hello'), 'main')).toMatchObject({ messages: ['1'], assessment: 'current' })
  })
})

describe('faults', () => {
  test('Of a bad line it is told which and why; the rest is imported; the exit code is 1.', async () => {
    const { file, db } = await source([
      hello,
      '{"id": ',
      '',
      { id: 'no' },
      { ...hello, id: 'last' },
      '{"id":"\u001b[2J"}',
    ])
    const ran = await runColloquy('import', file, '--format', 'messages', '--db', db)
    expect(ran.exitCode).toBe(1)
    expect(ran.stdout).toContain('2 conversations added')
    expect(ran.stdout).toContain('3 lines not imported')
    expect(ran.stderr.split('\n')).toEqual([
      `${file}:2: not JSON`,
      `${file}:4: messages must be a list that is not empty`,
      `${file}:6: not JSON`,
      '',
    ])
    expect((await reportOf(db, 'last')).version).toBe(3)
  })

  test.each([
    ['no format', (file: string, db: string) => [file, '--db', db]],
    ['an unknown format', (file: string, db: string) => [file, '--format', 'csv', '--db', db]],
    ['no log', (file: string) => [file, '--format', 'oasst']],
    ['no such file', (file: string, db: string) => [`${file}.not`, '--format', 'oasst', '--db', db]],
    ['a folder', (file: string, db: string) => [join(file, '..'), '--format', 'oasst', '--db', db]],
    [
      'a label without a value',
      (file: string, db: string) => [file, '--format', 'oasst', '--db', db, '--harm-label', 'toxicity'],
    ],
    [
      'a label over 1',
      (file: string, db: string) => [file, '--format', 'oasst', '--db', db, '--harm-label', 'toxicity:1.01'],
    ],
    [
      'a negative label',
      (file: string, db: string) => [file, '--format', 'oasst', '--db', db, '--harm-label', 'toxicity:-1'],
    ],
    [
      'labels for messages',
      (file: string, db: string) => [file, '--format', 'messages', '--db', db, '--harm-label', 'toxicity:1'],
    ],
  ])('Bad usage is told without a stack trace, exits with 2 and makes no log: %s.', async (_, args) => {
    const { file, db } = await source([hello])
    const ran = await runColloquy('import', ...args(file, db))
    expect(ran.exitCode).toBe(2)
    expect(ran.stderr).not.toMatch(/\n\s+at /)
    expect(ran.stderr).not.toBe('')
    expect(existsSync(db)).toBe(false)
  })
})

describe('lines', () => {
  const line = (id: string) => `${JSON.stringify({ ...hello, id })}\n`

  /** What is imported of these chunks of a file, and what is told. */
  async function importing(...chunks: readonly (string | Uint8Array)[]) {
    const store = openMemoryStore()
    const faults: (readonly [number, string])[] = []
    const stream = Readable.from(chunks.map((chunk) => Buffer.from(chunk)))
    await importLines({
      chunks: stream,
      convert: (value) => draftMessages(value, { assumeHarmless: false }),
      store,
      importedAt: '2026-01-01T00:00:00.000Z',
      onFault: (number, why) => faults.push([number, why]),
      onLine: () => {},
    })
    const listed = orThrow(await store.list({}))
    return { faults, ids: listed.map(({ conversationId }) => conversationId) }
  }

  test('A line may be cut anywhere, inside a character too; the last needs no line break.', async () => {
    const bytes = Buffer.from(`${line('één')}\r\n${line('zwei')}`.trimEnd())
    for (let at = 0; at <= bytes.length; at++) {
      const { faults, ids } = await importing(bytes.subarray(0, at), bytes.subarray(at))
      expect({ faults, ids }).toEqual({ faults: [], ids: ['zwei', 'één'] })
    }
  })

  test('A line that is too long for memory is told and skipped; the next is read.', async () => {
    const tooLong = Array.from({ length: 65 }, () => Buffer.alloc(1_048_576, 'x'))
    const { faults, ids } = await importing(line('first'), ...tooLong, `\n${line('next')}`)
    expect({ faults, ids }).toEqual({ faults: [[2, 'over 64 MiB, skipped']], ids: ['first', 'next'] })
  })

  test('Bytes that are no text are told.', async () => {
    const { faults, ids } = await importing(new Uint8Array([0xff, 0x0a]), line('next'))
    expect({ faults, ids }).toEqual({ faults: [[1, 'not JSON, for it is not UTF-8']], ids: ['next'] })
  })

  test('Of many lines on their way at once, each is told in its place, and what is said twice is there once.', async () => {
    const lines = Array.from({ length: 200 }, (_, place) => (place % 50 === 7 ? 'no\n' : line(`c${place % 40}`)))
    const { faults, ids } = await importing(lines.join(''))
    expect(faults.map(([number]) => number)).toEqual([8, 58, 108, 158])
    expect(ids).toHaveLength(40)
  })
})

describe('progress', () => {
  function shown(isTTY: boolean) {
    const written: string[] = []
    const progress = new Progress({ isTTY, columns: 40, write: (text) => written.push(text) })
    progress.show(0.5, '7 conversations')
    progress.show(0.5, '7 conversations')
    progress.show(1.5, `${'many '.repeat(20)}`)
    progress.clear()
    return written
  }

  test('On a terminal one line is redrawn when it changes, no wider than the terminal, and taken away.', () => {
    expect(shown(true)).toEqual([
      '\r\u001b[2K████████████░░░░░░░░░░░░  50 % 7 conver',
      '\r\u001b[2K████████████████████████ 100 % many man',
      '\r\u001b[2K',
    ])
  })

  test('Elsewhere nothing is written.', () => {
    expect(shown(false)).toEqual([])
  })
})
