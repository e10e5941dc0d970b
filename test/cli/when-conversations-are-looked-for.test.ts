/** `colloquy ls` with a filter, and `colloquy queue`: what an operator opens each morning. */
import { expect, test } from 'vitest'
import { calm, confirmed, ended, feedback, flagged, opened, received, requested, sent } from '../conversation/events.js'
import { recorded } from '../log/recorded.js'
import { databaseWith } from '../stores/databases.js'
import { complaintsIn } from './logs.js'
import { runColloquy } from './run-colloquy.js'

const owned = (owner: string) => {
  const opening = opened()
  return { ...opening, data: { ...opening.data, owner } }
}
const asked = recorded(
  [owned('ada'), ...calm(1), requested(), sent('a1', 'confirmation'), confirmed(), ended('user-request'), feedback()],
  'asked',
)
const atRisk = recorded([owned('ada'), received('u1'), flagged()], 'at-risk')
const fine = recorded([owned('bob'), received('u1')], 'fine')

test('finds conversations by owner, state, risk and ground, the latest first.', async () => {
  const path = await databaseWith(asked, atRisk, fine)
  const idsOf = async (...filter: readonly string[]) => {
    const { exitCode, stdout } = await runColloquy('ls', path, '--json', ...filter)
    expect(exitCode).toBe(0)
    return complaintsIn(stdout).map((line) => JSON.parse(line).conversationId)
  }
  expect(await idsOf('--owner', 'ada')).toEqual(['asked', 'at-risk'])
  expect(await idsOf('--risk', 'flagged')).toEqual(['at-risk'])
  expect(await idsOf('--state', 'ended', '--ground', 'user-request')).toEqual(['asked'])
  const { stdout } = await runColloquy('ls', path, '--state', 'ended')
  expect(stdout).toBe(
    'conversation "asked"  version 8, risk clear, owner "ada"  ended on user-request  1 thread, last 2026-01-01T00:00:07.000Z\n',
  )
  const { stdout: none } = await runColloquy('ls', path, '--owner', 'eve')
  expect(none).toBe('no such conversations\n')
  const wrong = await runColloquy('ls', path, '--state', 'asleep')
  expect(wrong.exitCode).toBe(2)
})

test('says who wants a look, why, and how to see it as it was.', async () => {
  const path = await databaseWith(asked, atRisk, fine)
  const { exitCode, stdout } = await runColloquy('queue', path)
  expect(exitCode).toBe(0)
  expect(stdout.replaceAll(path, 'DB').split('\n')).toEqual([
    'conversation "asked"  version 8',
    '  ended-and-disliked since 2026-01-01T00:00:07.000Z  colloquy show DB "asked" --at 8',
    'conversation "at-risk"  version 3',
    '  risk-flagged since 2026-01-01T00:00:02.000Z  colloquy show DB "at-risk" --at 3',
    '',
  ])
  const { stdout: json } = await runColloquy('queue', path, '--json', '--reason', 'risk-flagged')
  expect(JSON.parse(json)).toEqual({
    conversationId: 'at-risk',
    version: 3,
    reasons: [{ reason: 'risk-flagged', since: '2026-01-01T00:00:02.000Z', version: 3 }],
  })
  const { stdout: none } = await runColloquy('queue', await databaseWith(fine))
  expect(none).toBe('nothing to review\n')
})
