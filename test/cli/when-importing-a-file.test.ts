/** `colloquy import` as its users meet it: what it prints, what it exits with, and what is in the log afterwards. */
import { existsSync } from 'node:fs'
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { isLeft } from 'fp-ts/lib/Either.js'
import { describe, expect, test } from 'vitest'
import { lineBytesMax, linesOf } from '../../src/cli/importing/lines.js'
import { Progress } from '../../src/cli/importing/progress.js'
import type { EventStore } from '../../src/log/event-store.js'
import { rebuild } from '../../src/log/rebuild.js'
import { type ConversationReport, reportConversation } from '../../src/log/report.js'
import { orThrow } from '../../src/or-throw.js'
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
  async function cut(chunks: readonly (string | Uint8Array)[], bytesMax = lineBytesMax) {
    async function* bytes() {
      for (const chunk of chunks) yield Buffer.from(chunk)
    }
    const lines = []
    for await (const line of linesOf(bytes(), bytesMax))
      lines.push('text' in line ? line.text : [line.number, line.fault])
    return lines
  }

  test('A line may be cut anywhere, inside a character too; the last needs no line break.', async () => {
    const bytes = Buffer.from('één\nzwei\n\ndrei')
    for (let at = 0; at <= bytes.length; at++) {
      expect(await cut([bytes.subarray(0, at), bytes.subarray(at)])).toEqual(['één', 'zwei', '', 'drei'])
    }
  })

  test('A line at the bound is read; one over it is told and skipped; the next is read.', async () => {
    expect(await cut(['12345\n123456\n', '12', '3456', '78\nend'], 5)).toEqual([
      '12345',
      [2, 'over 5 bytes long'],
      [3, 'over 5 bytes long'],
      'end',
    ])
  })

  test('Bytes that are no text are told.', async () => {
    expect(await cut([new Uint8Array([0xff, 0x0a]), 'ok\n'])).toEqual([[1, 'not UTF-8 text'], 'ok'])
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
