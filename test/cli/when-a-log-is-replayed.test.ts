/** `colloquy replay`: every conversation of a log, in order of first appearance, up to its first wrong event. */
import { existsSync, readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import {
  assessed,
  calm,
  ended,
  failedRedirections,
  forked,
  ignoredWarnings,
  opened,
  received,
} from '../conversation/events.js'
import { recorded } from '../log/recorded.js'
import { complaintsIn, fileWith, interleaved, linesOf, reportsIn } from './logs.js'
import { runColloquy, runColloquyIn } from './run-colloquy.js'

const lawful = recorded([opened(), ...ignoredWarnings(1, 3), ended('persistent-harm')], 'lawful')
const calmOne = recorded([opened(), ...calm(1), forked('b', { messageId: 'u1' }, 'u1b')], 'calm')
const unlawful = recorded([opened(), ...failedRedirections(3), ended('persistent-harm'), received('late')], 'unlawful')

test('A lawful log: each conversation on one line, exit code 0, and nothing on standard error.', async () => {
  const ran = await runColloquy('replay', await fileWith(linesOf([...lawful, ...calmOne])), '--json')
  expect({ exitCode: ran.exitCode, stderr: ran.stderr }).toEqual({ exitCode: 0, stderr: '' })
  expect(reportsIn(ran.stdout)).toEqual([
    {
      conversationId: 'lawful',
      version: lawful.length,
      risk: 'clear',
      rejected: null,
      threads: [
        {
          threadId: 'main',
          lifecycle: 'ended',
          risk: 'clear',
          assessment: 'current',
          closing: 'none',
          failures: 3,
          ignored: 1,
          calm: 0,
          messages: ['u1', 'a1', 'u2', 'a2', 'u3', 'a3', 'u4', 'w4', 'u5'],
          vetoes: { 'persistent-harm': ['already-ended'], 'user-request': ['already-ended'] },
        },
      ],
    },
    {
      conversationId: 'calm',
      version: 4,
      risk: 'clear',
      rejected: null,
      threads: [
        expect.objectContaining({ threadId: 'main', lifecycle: 'engaging', messages: ['u1'] }),
        expect.objectContaining({ threadId: 'b', lifecycle: 'forked', assessment: 'pending', messages: ['u1b'] }),
      ],
    },
  ])
})

test('A conversation stops at its first event that is not accepted; the others go on; exit code 1.', async () => {
  const log = linesOf(interleaved(unlawful, lawful, calmOne))
  const ran = await runColloquy('replay', await fileWith(log), '--json')
  expect(ran.exitCode).toBe(1)
  const reports = reportsIn(ran.stdout)
  expect(reports.map(({ conversationId, version, rejected }) => ({ conversationId, version, rejected }))).toEqual([
    { conversationId: 'unlawful', version: 12, rejected: { version: 13, code: 'warning-not-given' } },
    { conversationId: 'lawful', version: lawful.length, rejected: null },
    { conversationId: 'calm', version: 4, rejected: null },
  ])
})

test('Order of first appearance holds, however the conversations are mixed.', async () => {
  const [first, ...rest] = calmOne
  const log = linesOf([first, ...lawful, ...unlawful, ...rest])
  const ran = await runColloquy('replay', await fileWith(log), '--json')
  expect(reportsIn(ran.stdout).map(({ conversationId }) => conversationId)).toEqual(['calm', 'lawful', 'unlawful'])
  expect(reportsIn(ran.stdout)[0]?.version).toBe(4)
})

describe('the version of a rejected event', () => {
  const rejectedIn = async (...events: readonly object[]) => {
    const ran = await runColloquy('replay', await fileWith(linesOf(events)), '--json')
    return reportsIn(ran.stdout)[0]
  }
  const [opening, message] = recorded([opened(), received('u1')]) as unknown as [object, object]

  test('is the one that it claims, if that is a whole number.', async () => {
    expect(await rejectedIn(opening, { ...message, version: 7 })).toMatchObject({
      version: 1,
      rejected: { version: 7, code: 'version-gap' },
    })
  })

  test('is the one expected there, if it claims none.', async () => {
    const { version: _, ...bare } = message as { version: number }
    const claims = [bare, { ...message, version: '2' }, { ...message, version: 2.5 }, { ...message, version: null }]
    const logs = claims.map((event, n) => [opening, event].map((one) => ({ ...one, conversationId: `c${n}` })))
    const ran = await runColloquy('replay', await fileWith(linesOf(logs.flat())), '--json')
    const rejected = { version: 2, code: 'invalid-event' }
    expect(reportsIn(ran.stdout).map((report) => report.rejected)).toEqual(claims.map(() => rejected))
  })

  test('A first event that is refused leaves nothing: version 0, risk clear, no threads.', async () => {
    expect(await rejectedIn({ ...message, version: 1 }, opening)).toEqual({
      conversationId: 'c1',
      version: 0,
      risk: 'clear',
      rejected: { version: 1, code: 'not-opened' },
      threads: [],
    })
  })
})

test('Standard input gives what the file gives.', async () => {
  const log = linesOf(interleaved(unlawful, lawful, calmOne))
  const read = await runColloquy('replay', await fileWith(log), '--json')
  expect(await runColloquyIn({ stdin: log }, 'replay', '-', '--json')).toEqual(read)
})

test('For people: each thread with its state, why it ended, and what stands in the way of an end.', async () => {
  const ran = await runColloquy('replay', await fileWith(linesOf(interleaved(lawful, calmOne, unlawful))))
  expect(ran.stdout).toContain(`ended at version ${lawful.length} on persistent-harm: "as the rules allow"`)
  expect(ran.stdout).toContain('3 of 3 redirections failed, 1 of 1 warnings ignored')
  expect(ran.stdout).toContain('no end on persistent-harm: assessment-pending, redirections-remaining')
  expect(ran.stdout).toContain('stopped at version 13: warning-not-given')
  expect(ran.stdout).toContain('3 conversations replayed, 1 stopped')
})

test('An assessed risk is seen on every thread.', async () => {
  const log = recorded([opened(), received('u1'), forked('b', { messageId: 'u1' }, 'u2'), assessed('u1', 'crisis')])
  const ran = await runColloquy('replay', await fileWith(linesOf(log)), '--json')
  expect(reportsIn(ran.stdout)[0]).toMatchObject({
    risk: 'flagged',
    threads: [{ risk: 'flagged' }, { risk: 'flagged' }],
  })
})

// The published vectors stand beside the repository and are not ours to copy; where they are absent, the run says so.
test('The published logs are reported as they should be.', async () => {
  const file = new URL('../../../shared/vectors/lifecycle.jsonl', import.meta.url)
  if (!existsSync(file)) return console.warn('the published vectors are not here: nothing was compared')
  const vectors = readFileSync(file, 'utf8')
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line))
  const mixed = interleaved(...vectors.map(({ log }) => log))
  const ran = await runColloquy('replay', await fileWith(linesOf(mixed)), '--json')
  expect(reportsIn(ran.stdout)).toEqual(vectors.map(({ expected }) => expected))
  expect(complaintsIn(ran.stderr)).toEqual([])
  expect(vectors.length).toBeGreaterThanOrEqual(40)
})
