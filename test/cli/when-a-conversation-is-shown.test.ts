/** `colloquy show` and `ls`: what a person sees of a database, who asks where a chat stands and why it ended. */
import { describe, expect, test } from 'vitest'
import {
  assessed,
  calm,
  cleared,
  confirmed,
  declined,
  ended,
  erased,
  feedback,
  flagged,
  forked,
  harm,
  ignoredWarnings,
  opened,
  proposed,
  received,
  requested,
  sent,
  unassessed,
  welfare,
  withdrawn,
} from '../conversation/events.js'
import { recorded } from '../log/recorded.js'
import { databaseWith, eraseVersions, tamper } from '../stores/databases.js'
import { complaintsIn } from './logs.js'
import { runColloquy } from './run-colloquy.js'

const harmed = recorded(
  [
    opened(),
    ...ignoredWarnings(1, 3),
    ended('persistent-harm'),
    feedback(),
    forked('b', { messageId: 'u4' }, 'u4b'),
    assessed('u4b', 'none', 'b'),
    sent('b1', 'reply', 'b'),
  ],
  'harmed',
)
const asked = recorded(
  [
    opened(),
    ...calm(1),
    requested(),
    declined(['not-asked']),
    sent('a1', 'confirmation'),
    withdrawn(),
    requested(),
    sent('a2', 'confirmation'),
    confirmed(),
    ended('user-request'),
  ],
  'asked',
)
const shaken = recorded(
  [
    opened(),
    ...harm(1),
    forked('b', { messageId: 'u1' }, 'u1b'),
    flagged(),
    received('u2'),
    unassessed('u2'),
    cleared(),
    welfare(),
    erased('u2'),
  ],
  'shaken',
)

async function shown(path: string, ...args: readonly string[]): Promise<readonly string[]> {
  const { exitCode, stdout, stderr } = await runColloquy('show', path, ...args)
  expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: '' })
  return stdout.split('\n')
}

/** The lines under a title, up to the next that is empty. */
function under(title: string, lines: readonly string[]): readonly string[] {
  const rest = lines.slice(lines.indexOf(title) + 1)
  return rest.slice(0, rest.indexOf(''))
}

describe('a thread that ended for persistent harm, and was edited', () => {
  test('shows branches, states, counters and what stands in the way of an end.', async () => {
    const lines = await shown(await databaseWith(harmed), 'harmed')
    expect(lines.slice(0, 9)).toEqual([
      'conversation "harmed"  version 20, risk clear',
      '└─ main  ended  9 messages',
      '   │    ended at version 16 on persistent-harm: "as the rules allow"',
      '   │    3 of 3 redirections failed, 1 of 1 warnings ignored',
      '   └─ b  engaging  8 messages, cut at u4',
      '           2 of 3 redirections failed, 1 of 2 calm turns',
      '           no end on persistent-harm: redirections-remaining',
      '           no end on user-request: not-requested',
      'policy: 3 redirections, 1 warning, calm after 2, the user may end, risk cleared by operator',
    ])
    expect(under('main', lines).slice(-7)).toEqual([
      '  warning.given                  │ 13  assistant  warning: w4 says the assistant',
      '                                 │                names "insults", offers "the question itself"',
      '  warning.given · unassessed     │ 14  user       u5 says the user',
      '  warning.ignored                │ 15  assessor   finds u5 harmful',
      '                                 │                1 of 1 warnings ignored',
      '  ended                          │ 16  assistant  ends the thread on persistent-harm: "as the rules allow"',
      '                                 │ 17  user       thumbs down',
    ])
    expect(under('why main ended: persistent-harm', lines)).toEqual([
      '      6  assessor   finds u2 harmful  → 1 of 3 redirections failed',
      '      9  assessor   finds u3 harmful  → 2 of 3 redirections failed',
      '     12  assessor   finds u4 harmful  → 3 of 3 redirections failed',
      '     13  assistant  warning: w4 says the assistant',
      '     15  assessor   finds u5 harmful  → 1 of 1 warnings ignored',
      '     16  ended, "as the rules allow"',
    ])
    expect(under('b', lines)).toEqual([
      '  forked · unassessed │ 18  user       cuts main at u4, and says it anew: b',
      '                      │                u4b says the user instead',
      '                      │                2 of 3 redirections failed',
      '  engaging            │ 19  assessor   finds u4b harmless',
      '                      │                1 of 2 calm turns',
      '                      │ 20  assistant  b1 says the assistant',
    ])
  })

  test('--thread shows the whole line of one: what it inherits up to the cut, and its own.', async () => {
    const lines = await shown(await databaseWith(harmed), 'harmed', '--thread', 'b')
    expect(lines).not.toContain('main')
    const versions = under('b', lines).flatMap((line) => /│ {1,2}(\d+) {2}/.exec(line)?.[1] ?? [])
    expect(versions.map(Number)).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 18, 19, 20])
  })

  test('--at shows it as it was.', async () => {
    const path = await databaseWith(harmed)
    const lines = await shown(path, 'harmed', '--at', '12')
    expect(lines.slice(0, 3)).toEqual([
      'conversation "harmed"  version 12, risk clear',
      '└─ main  warning.due  7 messages',
      '        3 of 3 redirections failed',
    ])
    expect(lines.join('\n')).not.toContain('u5')
    expect(JSON.parse((await shown(path, 'harmed', '--at', '12', '--json'))[0] ?? '')).toMatchObject({
      version: 12,
      threads: [{ threadId: 'main', lifecycle: 'warning.due', ended: null }],
    })
  })

  test('--json adds to the report of a replay whose it is, the policy, the cuts, and every message once.', async () => {
    const [line = '', ...rest] = await shown(await databaseWith(harmed), 'harmed', '--json')
    expect(rest).toEqual([''])
    const { threads, messages, ...head } = JSON.parse(line)
    expect(head).toEqual({
      conversationId: 'harmed',
      version: 20,
      risk: 'clear',
      policy: harmed[0]?.type === 'conversation.opened' && harmed[0].data.policy,
    })
    expect(threads).toMatchObject([
      { threadId: 'main', from: null, ended: { ground: 'persistent-harm', reason: 'as the rules allow', version: 16 } },
      {
        threadId: 'b',
        from: { threadId: 'main', messageId: 'u4' },
        ended: null,
        messages: ['u1', 'a1', 'u2', 'a2', 'u3', 'a3', 'u4b', 'b1'],
      },
    ])
    expect(messages.map(({ messageId }: { messageId: string }) => messageId)).toEqual([
      'u1',
      'a1',
      'u2',
      'a2',
      'u3',
      'a3',
      'u4',
      'w4',
      'u5',
      'u4b',
      'b1',
    ])
    expect(messages[7]).toEqual({
      messageId: 'w4',
      threadId: 'main',
      parentId: 'u4',
      role: 'assistant',
      purpose: 'warning',
      warning: { behavior: 'insults', alternative: 'the question itself' },
      content: 'w4 says the assistant',
      version: 13,
      before: {
        lifecycle: 'warning.due',
        risk: 'clear',
        assessment: 'current',
        closing: 'none',
        failures: 3,
        ignored: 0,
        calm: 0,
      },
    })
  })
})

test('An end that the user asked for is explained by the last request, and not by one that was withdrawn.', async () => {
  const lines = await shown(await databaseWith(asked), 'asked')
  expect(lines).toContain("                           │  5  system     declines the assistant's end: not-asked")
  expect(under('why main ended: user-request', lines)).toEqual([
    '      8  user       asks to end',
    '      9  assistant  confirmation: a2 says the assistant',
    '     10  user       confirms the end',
    '     11  ended, "as the rules allow"',
  ])
})

test('Under a handshake the proposal is part of the account.', async () => {
  const log = recorded([
    opened({ handshake: true, redirections: 1 }),
    ...ignoredWarnings(1, 1),
    proposed(),
    ended('persistent-harm'),
  ])
  const lines = await shown(await databaseWith(log), 'c1')
  expect(under('why main ended: persistent-harm', lines).map((line) => line.trim())).toEqual([
    '6  assessor   finds u2 harmful  → 1 of 1 redirections failed',
    '7  assistant  warning: w2 says the assistant',
    '9  assessor   finds u3 harmful  → 1 of 1 warnings ignored',
    '10  assistant  proposes to end: "every warning was ignored"',
    '11  ended, "as the rules allow"',
  ])
})

test('Failures that calm turns have forgotten do not explain an end.', async () => {
  const log = recorded([
    opened({ redirections: 1, calmTurns: 1 }),
    ...harm(1),
    sent('a1', 'redirection'),
    ...harm(2),
    ...calm(3),
    ...harm(4),
    sent('a4', 'redirection'),
    ...harm(5),
    sent('w5', 'warning'),
    ...harm(6),
    ended('persistent-harm'),
  ])
  const lines = under('why main ended: persistent-harm', await shown(await databaseWith(log), 'c1'))
  expect(lines.map((line) => line.trim().split(' ')[0])).toEqual(['13', '14', '16', '17'])
})

test('Risk is told on every thread; erased words are told as erased, were they still in the file.', async () => {
  const path = await databaseWith(shaken)
  const lines = await shown(path, 'shaken')
  expect(under('main', lines).slice(3)).toEqual([
    '  engaging · at risk              │  5  operator   flags risk: crisis',
    '  engaging · at risk · unassessed │  6  user       (erased)',
    '                                  │  7  assessor   could not assess u2: "the classifier did not answer"',
    '  engaging · unassessed           │  8  operator   clears the risk: "spoken with"',
    '                                  │  9  assistant  notes "distress", intensity 0.5',
    '                                  │ 10  operator   erases u2: "asked for"',
  ])
  expect(under('b', lines).slice(2)).toEqual([
    '  engaging · at risk · unassessed │ 5  operator   flags risk: crisis',
    '  engaging · unassessed           │ 8  operator   clears the risk: "spoken with"',
  ])
  await eraseVersions(path, 'shaken', 6)
  expect(await shown(path, 'shaken')).toEqual(lines)
})

test('A risk that is found in one message is told on every thread.', async () => {
  const log = recorded([opened(), received('u1'), forked('b', { messageId: 'u1' }, 'u1b'), assessed('u1', 'crisis')])
  const lines = await shown(await databaseWith(log), 'c1')
  expect(under('main', lines).at(-1)).toBe('  engaging · at risk    │ 4  assessor   finds u1 at risk: crisis')
  expect(under('b', lines).at(-1)).toBe('  engaging · at risk · unassessed │ 4  assessor   finds u1 at risk: crisis')
})

describe('what is not there', () => {
  test.each([
    [['nobody'], 'there is no conversation "nobody" in this database'],
    [['harmed', '--thread', 'x'], 'conversation "harmed" has no thread "x"'],
    [['harmed', '--thread', 'b', '--at', '17'], 'conversation "harmed" has no thread "b"'],
    [['harmed', '--at', '21'], 'conversation "harmed" has no version 21 yet: its last is 20'],
  ])('%j', async (args, words) => {
    const { exitCode, stdout, stderr } = await runColloquy('show', await databaseWith(harmed), ...args)
    expect({ exitCode, stdout, stderr }).toEqual({ exitCode: 2, stdout: '', stderr: `colloquy: ${words}\n` })
  })

  test('A log that does not replay is told with the version; up to there it can be shown.', async () => {
    const path = await databaseWith(harmed)
    await tamper(path, (driver) => driver.exec("UPDATE event SET record = 'gone' WHERE version = 5"))
    const { exitCode, stderr } = await runColloquy('show', path, 'harmed')
    expect(exitCode).toBe(2)
    expect(complaintsIn(stderr)).toEqual([
      expect.stringMatching(/^colloquy: cannot show conversation "harmed": .*version 5/),
    ])
    expect((await shown(path, 'harmed', '--at', '4'))[0]).toBe('conversation "harmed"  version 4, risk clear')
  })
})
