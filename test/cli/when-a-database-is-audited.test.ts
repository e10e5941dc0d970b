/** `colloquy audit`: a database that keeps its promises, and one that does not. */
import { describe, expect, test } from 'vitest'
import { calm, ended, erased, ignoredWarnings, opened, received, sent } from '../conversation/events.js'
import { recorded } from '../log/recorded.js'
import { databaseWith, eraseVersions, keepSnapshot, tamper } from '../stores/databases.js'
import { runColloquy } from './run-colloquy.js'

const harmed = recorded([opened(), ...ignoredWarnings(1, 3), ended('persistent-harm')], 'harmed')
const quiet = recorded([opened(), ...calm(1), sent('a1'), ...calm(2), sent('a2')], 'quiet')

describe('a database that keeps its promises', () => {
  test('is told what was checked, and how many; exit code 0.', async () => {
    const path = await databaseWith(harmed, quiet)
    await keepSnapshot(path, 'quiet', 5)
    const { exitCode, stdout, stderr } = await runColloquy('audit', path)
    expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: '' })
    expect(stdout.split('\n')).toEqual([
      `checked     2 conversations, ${harmed.length + quiet.length} events`,
      `hash chain  ${harmed.length + quiet.length} events follow from the one before`,
      'content     13 contents are as written, 0 erased as the log says',
      'replay      2 logs judged anew and accepted, every invariant kept',
      'snapshots   1 equals its replay',
      'no divergence',
      '',
    ])
  })

  test('may be empty.', async () => {
    const { exitCode, stdout } = await runColloquy('audit', await databaseWith())
    expect(exitCode).toBe(0)
    expect(stdout).toContain('checked     0 conversations, 0 events')
  })

  test('may have erased content, if the log says so; a snapshot from after it still holds.', async () => {
    const path = await databaseWith(
      recorded([...[opened(), ...calm(1), sent('a1')], erased('u1', 'a1'), received('u2')]),
    )
    await eraseVersions(path, 'c1', 2, 4)
    await keepSnapshot(path, 'c1', 6)
    const { exitCode, stdout } = await runColloquy('audit', path)
    expect(stdout).toContain('1 content is as written, 2 erased as the log says')
    expect(stdout).toContain('1 equals its replay')
    expect(exitCode).toBe(0)
  })
})

test('Each divergence is one line, named by conversation and version; exit code 1.', async () => {
  const path = await databaseWith(harmed, quiet)
  await keepSnapshot(path, 'quiet', 5)
  await tamper(path, (driver) => {
    driver.exec(`UPDATE event SET content = '"x"' WHERE conversation_id = 'harmed' AND version = 2`)
    driver.exec("DELETE FROM event WHERE conversation_id = 'quiet' AND version = 6")
    driver.exec(`UPDATE snapshot SET text = replace(text, '"failures":0', '"failures":2')`)
  })
  const { exitCode, stdout, stderr } = await runColloquy('audit', path)
  expect({ exitCode, stderr }).toEqual({ exitCode: 1, stderr: '' })
  expect(stdout.split('\n')).toEqual([
    'wrong-content  conversation "harmed", version 2: its content is not what was written',
    'wrong-snapshot  conversation "quiet", version 5: the snapshot is not what the events replay to',
    'missing-event  conversation "quiet", version 6: it is missing',
    expect.stringMatching(/^checked /),
    expect.stringMatching(/^hash chain /),
    expect.stringMatching(/^content /),
    'replay      1 log judged anew and accepted, every invariant kept',
    'snapshots   0 equal their replay',
    '3 divergences',
    '',
  ])
})

test('What a damaged log says cannot drive the terminal.', async () => {
  const path = await databaseWith(recorded([opened(), ...calm(1)], '\u001b[2Jc\u009b1m'))
  await tamper(path, (driver) => driver.exec(`UPDATE event SET record = '{"type":"\u001b[31m"}' WHERE version = 2`))
  const { exitCode, stdout, stderr } = await runColloquy('audit', path)
  expect(exitCode).toBe(1)
  expect(stdout + stderr).not.toMatch(/[^\P{Cc}\n]/u)
})
