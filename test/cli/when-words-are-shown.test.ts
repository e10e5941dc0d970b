/** Whatever a conversation says, a terminal shows it and does not obey it; and words are shown as what they are. */
import { expect, test } from 'vitest'
import { forked, opened, received } from '../conversation/events.js'
import { recorded } from '../log/recorded.js'
import { databaseWith } from '../stores/databases.js'
import { runColloquy } from './run-colloquy.js'

async function linesOf(...args: readonly string[]): Promise<readonly string[]> {
  const { exitCode, stdout } = await runColloquy(...args)
  expect(exitCode).toBe(0)
  return stdout.split('\n')
}

const hostile = '\u001b]0;owned\u0007\u001b[2J\r\u009b31m\u202e'
const said = {
  ...received(hostile, hostile),
  data: { threadId: hostile, messageId: hostile, content: `one\n${hostile}` },
}
const opening = opened({}, hostile)
const log = recorded([{ ...opening, data: { ...opening.data, owner: hostile } }, said], hostile)

test.each([['show', hostile], ['show', hostile, '--json'], ['ls'], ['ls', '--json']])(
  'What was said cannot drive the terminal: %s',
  async (command, ...more) => {
    const { exitCode, stdout } = await runColloquy(command, await databaseWith(log), ...more)
    expect(exitCode).toBe(0)
    expect(stdout).toContain('owned')
    expect(stdout).not.toMatch(/[^\P{Cc}\n]|\u202e/u)
  },
)

test('Content may be blocks: their text is shown as text, the others as JSON.', async () => {
  const content = [
    { type: 'text', text: 'look:' },
    { type: 'image', url: 'x' },
  ]
  const blocks = { ...received('u1'), data: { threadId: 'main', messageId: 'u1', content } }
  const lines = await linesOf('show', await databaseWith(recorded([opened(), blocks])), 'c1')
  expect(lines.filter((line) => line.includes('│')).slice(-2)).toEqual([
    '  engaging · unassessed │ 2  user       look:',
    '                        │               {"type":"image","url":"x"}',
  ])
})

test('Sealed content is shown as that, and not in its letters.', async () => {
  const content = [{ type: 'colloquy.sealed', algorithm: 'A256GCM', nonce: 'AAAA', text: 'BBBB' }]
  const sealed = { ...received('u1'), data: { threadId: 'main', messageId: 'u1', content } }
  const lines = await linesOf('show', await databaseWith(recorded([opened(), sealed])), 'c1')
  expect(lines.filter((line) => line.includes('│')).at(-1)).toBe('  engaging · unassessed │ 2  user       (sealed)')
})

test('Ids may bear the names of an object’s own machinery.', async () => {
  const events = [
    opened({}, '__proto__'),
    received('constructor', '__proto__'),
    forked('toString', { threadId: '__proto__', messageId: 'constructor' }, 'valueOf'),
  ]
  const path = await databaseWith(recorded(events, '__proto__'))
  const lines = await linesOf('show', path, '__proto__', '--thread', 'toString')
  expect(lines[0]).toBe('conversation "__proto__"  version 3, risk clear')
  expect(lines.at(-2)).toContain('valueOf says the user instead')
})
