/** Bad usage and bad input: exit code 2, one clear line on standard error, nothing on standard output, nothing created. */
import { existsSync } from 'node:fs'
import { mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { fileWith } from './logs.js'
import { runColloquy, runColloquyIn, temporaryFolder } from './run-colloquy.js'

const commands = ['replay', 'show', 'ls', 'audit', 'export', 'restore', 'retain', 'backtest', 'chart']

async function refusalOf(...args: readonly string[]): Promise<string> {
  const { exitCode, stdout, stderr } = await runColloquy(...args)
  expect({ exitCode, stdout }).toEqual({ exitCode: 2, stdout: '' })
  expect(stderr).toMatch(/^colloquy: [^\n]+\n$/)
  return stderr
}

test.each(commands)('%s explains itself with --help, exit code 0.', async (command) => {
  const { exitCode, stdout, stderr } = await runColloquy(command, '--help')
  expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: '' })
  expect(stdout).toContain(`Usage: colloquy ${command}`)
})

test('The program names every command with --help.', async () => {
  const { exitCode, stdout } = await runColloquy('--help')
  expect(exitCode).toBe(0)
  for (const command of commands) expect(stdout).toContain(`\n  ${command} `)
})

test.each([
  [['nosuch'], 'unknown command'],
  [['repla', 'x'], "unknown command 'repla' (Did you mean replay?) (add --help for usage)"],
  [['replay'], "missing required argument 'file'"],
  [['replay', 'a', 'b'], 'too many arguments'],
  [['replay', 'x', '--jsn'], "unknown option '--jsn'"],
  [['show', 'x'], "missing required argument 'conversation'"],
  [['show', 'x', 'c', '--at', '0'], 'It must be a whole number from 1.'],
  [['show', 'x', 'c', '--at', '1.5'], 'It must be a whole number from 1.'],
  [['show', 'x', 'c', '--at', '-1'], 'It must be a whole number from 1.'],
  [['chart', '--format', 'png'], 'Allowed choices are mermaid, scxml, stately, svg, dot, json.'],
  [['\u001b[2Jnosuch'], 'unknown command'],
] as const)('Bad usage, %j: one line.', async (args, words) => {
  const told = await refusalOf(...args)
  expect(told).toContain(words)
  expect(told).not.toContain('\u001b')
})

const readers: readonly (readonly [string, ...string[]])[] = [
  ['replay'],
  ['ls'],
  ['ls', '--json'],
  ['audit'],
  ['export'],
  ['retain', '--older-than=90d'],
  ['show', 'some-conversation'],
]

describe.each(readers)('%s %s', (command, ...more) => {
  test('A file that is not there is told, and not created.', async () => {
    const path = join(await temporaryFolder(), 'absent')
    expect(await refusalOf(command, path, ...more)).toBe(`colloquy: cannot read "${path}": there is no such file\n`)
    expect(existsSync(path)).toBe(false)
  })

  test('A directory in the place of a file is told.', async () => {
    const path = join(await temporaryFolder(), 'folder')
    await mkdir(path)
    expect(await refusalOf(command, path, ...more)).toBe(`colloquy: cannot read "${path}": it is a directory\n`)
  })
})

describe.each(readers.filter(([command]) => command !== 'replay'))('%s %s', (command, ...more) => {
  test.each([
    ['a text', 'Dear diary'],
    ['an empty file', ''],
    ['a log', '{"conversationId":"c1"}\n'],
  ])('%s is no database.', async (_, text) => {
    const path = await fileWith(text, 'chats.db')
    expect(await refusalOf(command, path, ...more)).toBe(`colloquy: cannot read "${path}": it is not a database\n`)
  })

  test('A file that only begins like a database is told.', async () => {
    const path = await fileWith(Buffer.concat([Buffer.from('SQLite format 3\0'), Buffer.alloc(5_000, 7)]), 'chats.db')
    expect(await refusalOf(command, path, ...more)).toContain(`cannot read "${path}"`)
  })
})

// A test each: four programs one after the other, on a machine busy with much else, once took longer than one test may.
test.each([{}, { CI: '1' }, { FORCE_COLOR: '1' }, { TERM: 'xterm-256color' }])(
  'Colours are for terminals: not in a pipe, not even where a build server has no terminal: %j.',
  async (env) => {
    const path = await fileWith('{"conversationId":"c1"}\n')
    const { exitCode, stdout, stderr } = await runColloquyIn({ env }, 'replay', path)
    expect({ exitCode, stderr }).toEqual({ exitCode: 1, stderr: '' })
    expect(stdout).toContain('stopped at version 1')
    expect(stdout).not.toContain('\u001b')
  },
)
