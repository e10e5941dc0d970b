/** `colloquy replay` on files that are not what they should be: told in one line each, and never the end of the others. */
import { describe, expect, test } from 'vitest'
import { calm, forked, opened, received } from '../conversation/events.js'
import { recorded } from '../log/recorded.js'
import { complaintsIn, fileWith, linesOf, reportsIn } from './logs.js'
import { runColloquy, runColloquyIn } from './run-colloquy.js'

const log = recorded([opened(), ...calm(1)])
const [first = '', second = '', third = ''] = log.map((event) => JSON.stringify(event))
const whole = expect.objectContaining({ conversationId: 'c1', version: 3, rejected: null })

async function replay(bytes: string | Buffer) {
  const ran = await runColloquy('replay', await fileWith(bytes), '--json')
  expect(await runColloquyIn({ stdin: bytes }, 'replay', '-', '--json')).toEqual(ran)
  return { exitCode: ran.exitCode, reports: reportsIn(ran.stdout), complaints: complaintsIn(ran.stderr) }
}

test('Lines that are not JSON, or name no conversation, are told by number; the rest goes on; exit code 1.', async () => {
  const lines = [
    'not json',
    first,
    '42',
    'null',
    '[]',
    '"c1"',
    '{}',
    second,
    '{"conversationId":7}',
    '{"conversationId":""}',
    '',
    '{"conversationId":"c1"',
    third,
  ]
  const { exitCode, reports, complaints } = await replay(`${lines.join('\n')}\n`)
  expect({ exitCode, reports }).toEqual({ exitCode: 1, reports: [whole] })
  const notJson = [1, 11, 12]
  const nobodys = [3, 4, 5, 6, 7, 9, 10]
  const expected = (number: number) =>
    `colloquy: line ${number}: ${notJson.includes(number) ? 'not JSON' : 'names no conversation'}`
  expect(complaints).toEqual([...notJson, ...nobodys].sort((a, b) => a - b).map(expected))
})

describe('bytes', () => {
  test('A file without a last line end is whole.', async () => {
    expect(await replay([first, second, third].join('\n'))).toEqual({ exitCode: 0, reports: [whole], complaints: [] })
  })

  test('Line ends may be CRLF, and a byte order mark may come first.', async () => {
    const marked = `\ufeff${[first, second, third].join('\r\n')}\r\n`
    expect(await replay(marked)).toEqual({ exitCode: 0, reports: [whole], complaints: [] })
  })

  test('A byte order mark elsewhere makes its line no JSON.', async () => {
    expect(await replay(`${first}\n\ufeff{}\n${second}\n${third}\n`)).toEqual({
      exitCode: 1,
      reports: [whole],
      complaints: ['colloquy: line 2: not JSON'],
    })
  })

  test('NUL bytes, as a torn write leaves them, cost their line alone.', async () => {
    const torn = Buffer.concat([Buffer.from(`${first}\n`), Buffer.alloc(4_096), Buffer.from(`\n${second}\n${third}\n`)])
    expect(await replay(torn)).toMatchObject({
      exitCode: 1,
      reports: [whole],
      complaints: ['colloquy: line 2: not JSON'],
    })
  })

  test('Bytes that are no UTF-8 cost their line: two ids must not become one.', async () => {
    const id = (byte: number) =>
      Buffer.concat([Buffer.from('{"conversationId":"'), Buffer.from([byte]), Buffer.from('"}\n')])
    const { reports, complaints } = await replay(Buffer.concat([id(0xfe), id(0xff), Buffer.from(`${first}\n`)]))
    expect(reports.map(({ conversationId }) => conversationId)).toEqual(['c1'])
    expect(complaints.map((line) => line.slice(0, 26))).toEqual([
      'colloquy: line 1: not JSON',
      'colloquy: line 2: not JSON',
    ])
  })

  test('An empty file holds no conversation, and nothing is wrong with it.', async () => {
    expect(await replay('')).toEqual({ exitCode: 0, reports: [], complaints: [] })
  })

  test('Characters of several bytes survive wherever a chunk ends.', async () => {
    const events = recorded([
      opened(),
      ...Array.from({ length: 400 }, (_, n) => received(`m${n}-${'日本語🙂'.repeat(60)}`)),
    ])
    const { exitCode, reports } = await replay(linesOf(events))
    expect(exitCode).toBe(0)
    expect(reports[0]?.threads[0]?.messages.at(-1)).toBe(`m399-${'日本語🙂'.repeat(60)}`)
  })
})

test('A line over 8 MiB is told and passed over; one of 8 MiB is read.', async () => {
  const mib = 1_048_576
  const filled = (bytes: number) => `{"conversationId":"big","x":"${'x'.repeat(bytes - 31)}"}`
  const { exitCode, reports, complaints } = await replay(
    `${first}\n${filled(8 * mib + 1)}\n${filled(8 * mib)}\n${second}\n${third}`,
  )
  expect(filled(8 * mib).length).toBe(8 * mib)
  expect(complaints).toEqual(['colloquy: line 2: over 8 MiB, skipped'])
  expect(exitCode).toBe(1)
  expect(reports).toEqual([
    whole,
    expect.objectContaining({ conversationId: 'big', rejected: { version: 1, code: 'invalid-event' } }),
  ])
})

test("Ids that are names of an object's own machinery are ids like any other.", async () => {
  const names = ['__proto__', 'constructor', 'toString', 'hasOwnProperty', 'valueOf', '__defineGetter__']
  const logs = names.map((name) =>
    recorded(
      [
        opened({}, name),
        received('toString', name),
        received('__proto__', name),
        forked('b', { threadId: name, messageId: '__proto__' }, 'constructor'),
      ],
      name,
    ),
  )
  const { exitCode, reports } = await replay(linesOf(logs.flat()))
  expect(exitCode).toBe(0)
  expect(
    reports.map(({ conversationId, threads }) => ({
      conversationId,
      threads: threads.map(({ threadId, messages }) => ({ threadId, messages })),
    })),
  ).toEqual(
    names.map((name) => ({
      conversationId: name,
      threads: [
        { threadId: name, messages: ['toString', '__proto__'] },
        { threadId: 'b', messages: ['toString', 'constructor'] },
      ],
    })),
  )
})

test('What a log says cannot drive the terminal, in text or in JSON.', async () => {
  const hostile = '\u001b]0;owned\u0007\u001b[2J\r\u009b31m\u202e\u2028'
  const events = recorded([opened({}, hostile), received(hostile, hostile)], hostile)
  const path = await fileWith(linesOf([...events, { ...events[0], version: 9, id: 'again' }]))
  for (const args of [[], ['--json']]) {
    const { stdout, stderr } = await runColloquy('replay', path, ...args)
    expect(stdout + stderr).not.toMatch(/[^\P{Cc}\n]|[\u2028\u202e]/u)
    expect(stdout).toContain('owned')
  }
  const json = await runColloquy('replay', path, '--json')
  expect(reportsIn(json.stdout)[0]?.conversationId).toBe(hostile)
})
