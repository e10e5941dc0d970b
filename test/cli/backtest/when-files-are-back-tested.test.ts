/** `colloquy backtest` as its users meet it: what it prints, what it writes, what it exits with. */
import { existsSync } from 'node:fs'
import { mkdir, readdir, readFile, stat, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import type { Report } from '../../../src/cli/backtest/report.js'
import { runColloquy, temporaryFolder } from '../run-colloquy.js'
import { assistant, labelled, prompter, tree } from '../trees.js'

type Files = { readonly [name: string]: string }

/** A folder with these files. */
async function folderWith(files: Files): Promise<(name: string) => string> {
  const folder = await temporaryFolder()
  for (const [name, text] of Object.entries(files)) await writeFile(join(folder, name), text)
  return (name) => join(folder, name)
}

const asLines = (values: readonly unknown[]): string => values.map((value) => `${JSON.stringify(value)}\n`).join('')

/** A conversation in which the user is harmful so many times, and answered each time. */
const harmed = (conversationId: string, times: number, said: object = { harm: 'harmful' }): readonly object[] =>
  Array.from({ length: times }, (_, turn) => [
    { conversationId, messageId: `u${turn}`, role: 'user', ...said },
    { conversationId, messageId: `a${turn}`, role: 'assistant' },
  ]).flat()

const two = asLines([...harmed('calm', 2), ...harmed('rude', 6)])

async function reportOf(...args: readonly string[]): Promise<Report> {
  const { stdout, stderr, exitCode } = await runColloquy('backtest', ...args, '--json')
  expect({ stderr, exitCode }).toEqual({ stderr: '', exitCode: 0 })
  expect(stdout.split('\n')).toHaveLength(2)
  return JSON.parse(stdout) as Report
}

describe('formats', () => {
  test('assessed: each policy is told, by the name of its file.', async () => {
    const at = await folderWith({ 'two.jsonl': two, 'lax.json': '{"redirections":1}' })
    const report = await reportOf(at('two.jsonl'), '--format', 'assessed', '--policy', at('lax.json'))
    expect(report).toMatchObject({ format: 'colloquy.backtest', version: 1 })
    expect(report.source).toMatchObject({ conversations: 2, messages: 16, userMessages: 8, unassessedMessages: 0 })
    expect(report.policies).toMatchObject([
      {
        name: at('lax.json'),
        policy: { redirections: 1, warnings: 1 },
        redirected: { count: 2, of: 2 },
        ended: { count: 1, of: 2 },
        endsPer100000: { rate: 50_000 },
        roadToEnd: { shortest: 3, median: 3 },
        unsaidMessages: 7,
        endedConversations: [{ conversationId: 'rude', messageId: 'u2', userMessages: 3 }],
      },
    ])
  })

  test('oasst: by labels, every branch walked; without labels all is doubt, and nothing ends.', async () => {
    const toxic = labelled({ toxicity: 0.7 })
    const rude = prompter(
      'p',
      [assistant('a', [prompter('q', [assistant('b', [prompter('r', [], toxic)])], toxic)])],
      toxic,
    )
    const at = await folderWith({ 'trees.jsonl': asLines([tree(rude)]), 'lax.json': '{"redirections":1}' })
    const args = [at('trees.jsonl'), '--format', 'oasst', '--policy', at('lax.json')]
    const labels = await reportOf(...args, '--harm-label', 'toxicity:0.7')
    expect(labels.policies[0]?.endedConversations).toEqual([
      { conversationId: 'tree', messageId: 'r', userMessages: 3 },
    ])
    expect(labels.policies[0]?.sensitivity.thresholds.map(({ ended }) => ended)).toEqual([1, 1, 1, 1, 1, 1, 1, 0, 0])
    const unlabelled = await reportOf(...args)
    expect(unlabelled.policies[0]).toMatchObject({
      ended: { count: 0 },
      heldBack: [{ veto: 'assessment-pending', turns: 3, conversations: 1 }],
      sensitivity: { thresholds: [] },
    })
  })

  test('oasst: a label that means risk is heard, whether or not one means harm; short of it, it says nothing.', async () => {
    const at = await folderWith({ 'trees.jsonl': asLines([tree(prompter('p', [], labelled({ selfharm: 0.3 })))]) })
    const risk = await reportOf(at('trees.jsonl'), '--risk-label', 'selfharm:0.3')
    expect(risk.source).toMatchObject({ conversationsAtRisk: 1, unassessedMessages: 0 })
    const less = await reportOf(at('trees.jsonl'), '--risk-label', 'selfharm:0.4')
    expect(less.source).toMatchObject({ conversationsAtRisk: 0, unassessedMessages: 1 })
  })

  test('messages: by their own assessments, or by their categories where a label names them.', async () => {
    const said = { role: 'user', content: 'x', assessment: { harm: 'none', categories: { toxicity: 0.9 } } }
    const answer = { role: 'assistant', content: 'y' }
    const at = await folderWith({
      'm.jsonl': asLines([{ id: 'c', messages: [said, answer, said, answer, said, answer] }]),
    })
    const args = [at('m.jsonl'), '--format', 'messages']
    expect((await reportOf(...args)).policies[0]?.redirected.count).toBe(0)
    expect((await reportOf(...args, '--harm-label', 'toxicity:0.9')).policies[0]?.redirected.count).toBe(1)
  })

  test('A file tells its format by its first line; one without lines has none.', async () => {
    const trees = asLines([tree(prompter('p'))])
    const messages = asLines([{ id: 'm', messages: [{ role: 'user', content: 'x' }] }])
    const at = await folderWith({ 'a.jsonl': two, 'm.jsonl': messages, 'o.jsonl': trees, 'none.jsonl': '' })
    const { source } = await reportOf(at('a.jsonl'), at('m.jsonl'), at('o.jsonl'), at('none.jsonl'))
    expect(source.files.map(({ format }) => format)).toEqual(['assessed', 'messages', 'oasst', null])
    expect(source.conversations).toBe(4)
  })

  test('Several files are one source; a conversation that comes again in another is not taken.', async () => {
    const at = await folderWith({ 'a.jsonl': two, 'b.jsonl': asLines([...harmed('rude', 1), ...harmed('other', 1)]) })
    const ran = await runColloquy('backtest', at('a.jsonl'), at('b.jsonl'), '--format', 'assessed')
    expect(ran.exitCode).toBe(1)
    expect(ran.stdout).toMatch(/^3 conversations, 18 messages, 9 by users\n/)
    expect(ran.stderr).toBe(`${at('b.jsonl')}:1: conversation "rude" was there before; its lines must stand together\n`)
  })
})

test('What threads walk, however many, is what one alone walks.', async () => {
  const lines = Array.from({ length: 5_000 }, (_, place) => harmed(`c${place}`, 1 + (place % 8))).flat()
  const at = await folderWith({ 'many.jsonl': asLines(lines) })
  const reports = await Promise.all(
    ['1', '2', '3'].map((workers) => reportOf(at('many.jsonl'), '--format', 'assessed', '--workers', workers)),
  )
  expect(reports[0]?.source.messages).toBeGreaterThan(32_768)
  expect(reports[0]?.policies[0]).toMatchObject({ redirected: { count: 5_000 }, ended: { count: 2_500 } })
  expect(reports[1]).toEqual(reports[0])
  expect(reports[2]).toEqual(reports[0])
})

describe('the page', () => {
  test('It is written whole, for its owner alone, beside the report; what is there is not written over.', async () => {
    const at = await folderWith({ 'two.jsonl': two })
    const args = ['backtest', at('two.jsonl'), '--format', 'assessed', '--html', at('page.html')]
    expect(await runColloquy(...args)).toMatchObject({ exitCode: 0, stderr: '' })
    const page = await readFile(at('page.html'), 'utf8')
    expect(page).toMatch(/^<!doctype html>[\s\S]*<\/html>\n$/)
    expect(page).toContain('<code>rude</code> at message <code>u4</code>, after 5 messages by the user')
    expect((await stat(at('page.html'))).mode & 0o777).toBe(0o600)
    expect(await readdir(at('.'))).toEqual(['page.html', 'two.jsonl'])
    const again = await runColloquy(...args)
    expect(again).toEqual({
      exitCode: 2,
      stdout: '',
      stderr: `colloquy: cannot write "${at('page.html')}": there is such a file already\n`,
    })
    expect(await readFile(at('page.html'), 'utf8')).toBe(page)
  })
})

describe('faults', () => {
  test('Of bad lines the first are told, the others counted, and the exit code is 1.', async () => {
    const at = await folderWith({
      'bad.jsonl': `${two}${'{\n'.repeat(30)}${asLines(harmed('x', 1))}${asLines(harmed('y', 1))}`,
    })
    const { exitCode, stdout, stderr } = await runColloquy('backtest', at('bad.jsonl'), '--format', 'assessed')
    expect(exitCode).toBe(1)
    expect(stdout).toContain('30 lines not taken')
    expect(stdout).toContain('2 conversations left out')
    expect(stderr.split('\n')).toHaveLength(22)
    expect(stderr).toContain(`${at('bad.jsonl')}:17: not JSON\n`)
    expect(stderr).toContain('and 10 more lines not taken\n')
  })

  test.each([
    ['a format that the first line does not tell', ['bad.json'], 'cannot tell the format of'],
    ['an unknown format', ['two.jsonl', '--format', 'csv'], 'Allowed choices are assessed, messages, oasst.'],
    ['no file', ['--format', 'assessed'], "missing required argument 'file'"],
    ['a file that is not there', ['no.jsonl', '--format', 'assessed'], 'there is no such file'],
    ['a folder', ['folder', '--format', 'assessed'], 'it is a directory'],
    [
      'a policy out of bounds',
      ['two.jsonl', '--format', 'assessed', '--policy', 'bad.json'],
      'redirections must be a whole number from 1 to 10',
    ],
    ['a policy that is not JSON', ['two.jsonl', '--format', 'assessed', '--policy', 'two.jsonl'], 'is not JSON'],
    [
      'a label without a value',
      ['two.jsonl', '--format', 'assessed', '--harm-label', 'toxicity'],
      'It must be NAME:VALUE',
    ],
    ['no workers', ['two.jsonl', '--format', 'assessed', '--workers', '0'], 'It must be a whole number from 1 to 16.'],
    ['a page in no folder', ['two.jsonl', '--format', 'assessed', '--html', 'no/page.html'], 'there is no such folder'],
  ])('Bad usage is told in one line, exits with 2 and writes nothing: %s.', async (_, args, words) => {
    const at = await folderWith({ 'two.jsonl': two, 'bad.json': '{"redirections":0}' })
    await mkdir(at('folder'))
    const named = args.map((arg) => (/^(--|assessed|csv|toxicity|0$)/.test(arg) ? arg : at(arg)))
    const { exitCode, stdout, stderr } = await runColloquy('backtest', ...named)
    expect({ exitCode, stdout }).toEqual({ exitCode: 2, stdout: '' })
    expect(stderr).toMatch(/^colloquy: [^\n]+\n$/)
    expect(stderr).toContain(words)
    expect(existsSync(at('no'))).toBe(false)
  })

  test('A source without conversations is a report of none.', async () => {
    const at = await folderWith({ 'empty.jsonl': '\n' })
    const { exitCode, stdout } = await runColloquy('backtest', at('empty.jsonl'), '--format', 'assessed')
    expect(exitCode).toBe(0)
    expect(stdout).toMatch(/^0 conversations, 0 messages, 0 by users\n/)
  })
})
