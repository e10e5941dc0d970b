/** `colloquy ls`: every conversation of a database, and how its threads stand. */
import { expect, test } from 'vitest'
import {
  calm,
  confirmed,
  ended,
  flagged,
  forked,
  ignoredWarnings,
  opened,
  requested,
  sent,
} from '../conversation/events.js'
import { recorded } from '../log/recorded.js'
import { databaseWith, tamper } from '../stores/databases.js'
import { complaintsIn } from './logs.js'
import { runColloquy } from './run-colloquy.js'

const harmed = recorded(
  [opened(), ...ignoredWarnings(1, 3), ended('persistent-harm'), forked('b', { messageId: 'u4' }, 'u4b')],
  'harmed',
)
const asked = recorded(
  [opened(), ...calm(1), requested(), sent('a1', 'confirmation'), confirmed(), ended('user-request')],
  'asked',
)

test('lists conversations with their threads, in order of id.', async () => {
  const { exitCode, stdout } = await runColloquy('ls', await databaseWith(harmed, asked))
  expect(exitCode).toBe(0)
  expect(stdout.split('\n')).toEqual([
    'conversation "asked"  version 7, risk clear',
    '  main  ended · end confirmed  2 messages',
    'conversation "harmed"  version 17, risk clear',
    '  main  ended  9 messages',
    '  b  forked · unassessed  7 messages',
    '',
  ])
})

test('--json gives one line a conversation.', async () => {
  const opening = opened()
  const owned = recorded([{ ...opening, data: { ...opening.data, owner: 'ada' } }, flagged()], 'a-owned')
  const { stdout } = await runColloquy('ls', await databaseWith(harmed, owned), '--json')
  expect(complaintsIn(stdout).map((line) => JSON.parse(line))).toEqual([
    {
      conversationId: 'a-owned',
      owner: 'ada',
      version: 2,
      risk: 'flagged',
      threads: [{ threadId: 'main', lifecycle: 'engaging', messages: 0 }],
    },
    {
      conversationId: 'harmed',
      version: 17,
      risk: 'clear',
      threads: [
        { threadId: 'main', lifecycle: 'ended', messages: 9 },
        { threadId: 'b', lifecycle: 'forked', messages: 7 },
      ],
    },
  ])
})

test('A conversation whose log does not replay is told; the others are listed; exit code 1.', async () => {
  const path = await databaseWith(harmed, asked)
  await tamper(path, (driver) => driver.exec("DELETE FROM event WHERE conversation_id = 'asked' AND version = 5"))
  const { exitCode, stdout, stderr } = await runColloquy('ls', path, '--json')
  expect(exitCode).toBe(1)
  expect(complaintsIn(stderr)).toEqual([expect.stringContaining('"asked"')])
  expect(complaintsIn(stdout).map((line) => JSON.parse(line).conversationId)).toEqual(['harmed'])
})
