/** `colloquy retain`: first it reports, then, told to, it erases what is old and nothing else. */
import { describe, expect, test } from 'vitest'
import type { LifecycleEvent } from '../../machines/events.js'
import { calm, flagged, opened, received, sent } from '../conversation/events.js'
import { recorded } from '../log/recorded.js'
import { databaseWith, tamper } from '../stores/databases.js'
import { bytesOf } from '../stores/sqlite-files.js'
import { runColloquy } from './run-colloquy.js'

const dayMs = 86_400_000

/** A log whose every event was so many days ago. */
function daysAgo(days: number, conversationId: string, events: readonly LifecycleEvent[]) {
  const recordedAt = new Date(Date.now() - days * dayMs).toISOString()
  return recorded(events, conversationId).map((event) => ({ ...event, recordedAt }))
}

const said = (id: string) => ({ ...received('u1'), data: { threadId: 'main', messageId: 'u1', content: `<<${id}>>` } })

const database = () =>
  databaseWith(
    daysAgo(400, 'oldest', [opened(), said('oldest'), sent('a1')]),
    daysAgo(91, 'old', [opened(), said('old')]),
    daysAgo(89, 'young', [opened(), said('young'), ...calm(2)]),
    daysAgo(200, 'at-risk', [opened(), said('at-risk'), flagged()]),
  )

const holds = (path: string) =>
  ['oldest', 'old', 'young', 'at-risk'].filter((id) => bytesOf(path).includes(`<<${id}>>`))

test('It reports what it would do, and changes nothing.', async () => {
  const path = await database()
  const before = (await runColloquy('export', path)).stdout
  const { exitCode, stdout, stderr } = await runColloquy('retain', path, '--older-than', '90d')
  expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: '' })
  expect(stdout.split('\n')).toEqual([
    expect.stringMatching(/^last active before \d{4}-.*Z: 2 conversations, 3 messages to erase$/),
    expect.stringMatching(/^the oldest was last active at .*Z, the newest at .*Z$/),
    '1 conversation kept, for the person may be at risk',
    'nothing was changed; --apply erases',
    '',
  ])
  expect((await runColloquy('export', path)).stdout).toBe(before)
  expect(before).toContain('<<oldest>>')
})

test('Told to, it erases what is old; the reason stands in the log; the second time there is nothing to do.', async () => {
  const path = await database()
  const args = ['retain', path, '--older-than', '90d', '--apply', '--json'] as const
  expect(JSON.parse((await runColloquy(...args)).stdout)).toMatchObject({
    applied: true,
    conversations: 2,
    messages: 3,
    keptAtRisk: 1,
    unreadable: 0,
  })
  expect(holds(path)).toEqual(['young', 'at-risk'])
  expect(bytesOf(path)).toContain('"reason":"retention: nothing said for 90d"')
  expect((await runColloquy('audit', path)).stdout).toContain('3 erased as the log says')
  expect(JSON.parse((await runColloquy(...args)).stdout)).toMatchObject({ conversations: 0, messages: 0, oldest: null })
})

test('With --at-risk-too nobody is kept; with --reason the log says so; with --compact all is still there.', async () => {
  const path = await database()
  const more = ['--apply', '--at-risk-too', '--compact', '--reason', 'ticket 7']
  const { exitCode, stdout } = await runColloquy('retain', path, '--older-than', '12w', ...more)
  expect(exitCode).toBe(0)
  expect(stdout).toMatch(/: 4 conversations, 6 messages erased\n/)
  expect(holds(path)).toEqual([])
  expect(bytesOf(path)).toContain('"reason":"ticket 7"')
  expect((await runColloquy('audit', path)).stdout).toContain('no divergence')
})

test('A conversation that cannot be read is told, the others are done; exit code 1.', async () => {
  const path = await database()
  await tamper(path, (driver) => driver.exec(`UPDATE event SET record = '{}' WHERE conversation_id = 'oldest'`))
  const { exitCode, stdout, stderr } = await runColloquy('retain', path, '--older-than', '90d', '--apply')
  expect(exitCode).toBe(1)
  expect(stdout).toContain('1 conversation could not be read')
  expect(stderr).toMatch(/^colloquy: conversation "oldest", version \d: [^\n]+\n$/)
  expect(holds(path)).toEqual(['oldest', 'young', 'at-risk'])
})

describe('bad usage', () => {
  test.each(['90', '0d', '-1d', '1.5d', 'd', '3m', '1e3d', '90d 1h'])(
    'An age of %s is told in one line.',
    async (age) => {
      const { exitCode, stdout, stderr } = await runColloquy('retain', await databaseWith(), `--older-than=${age}`)
      expect({ exitCode, stdout }).toEqual({ exitCode: 2, stdout: '' })
      expect(stderr).toMatch(/^colloquy: [^\n]*It must be hours, days or weeks, as in 36h, 90d or 52w\.[^\n]*\n$/)
    },
  )
})
