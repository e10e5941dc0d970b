/** An audit of a store: every way to break a promise is found, and named by conversation and version. */
import { describe, expect, onTestFinished, test, vi } from 'vitest'
import { machineId } from '../../src/lifecycle/machine-id.js'
import type { Finding } from '../../src/log/audit/audit-finding.js'
import { Audit } from '../../src/log/audit.js'
import { orThrow } from '../../src/or-throw.js'
import { Observer } from '../../src/proof/observer.js'
import type { Driver } from '../../src/stores/sqlite/driver.js'
import { openSqliteStore } from '../../src/stores/sqlite/index.js'
import { calm, declined, ended, erased, ignoredWarnings, opened, sent } from '../conversation/events.js'
import { databaseWith, eraseVersions, keepSnapshot, tamper } from '../stores/databases.js'
import { recorded } from './recorded.js'

const harmed = recorded([opened(), ...ignoredWarnings(1, 3), ended('persistent-harm')], 'harmed')
const quiet = recorded([opened(), ...calm(1), sent('a1'), ...calm(2), sent('a2')], 'quiet')
const where = "WHERE conversation_id = 'quiet' AND version"

async function audited(path: string) {
  const store = orThrow(await openSqliteStore({ path }))
  const audit = new Audit(store)
  const findings: Finding[] = []
  for await (const finding of audit.findings()) findings.push(finding)
  await store.close()
  return { findings, totals: audit.totals }
}

/** What an audit finds after such a change: places and codes, in order. */
async function foundAfter(change: (driver: Driver) => void, path?: string): Promise<readonly string[]> {
  const tampered = path ?? (await databaseWith(harmed, quiet))
  await tamper(tampered, change)
  const { findings } = await audited(tampered)
  return findings.map(({ conversationId, version, code }) => `${conversationId} ${version} ${code}`)
}

describe('what was changed in an event', () => {
  test('A record: the event no longer follows from the one before.', async () => {
    const change = `UPDATE event SET record = replace(record, '"harm":"none"', '"harm":"none" ') ${where} = 3`
    expect(await foundAfter((driver) => driver.exec(change))).toEqual(['quiet 3 broken-link'])
  })

  test('A record that the rules would not have: the log does not replay either.', async () => {
    const change = `UPDATE event SET record = replace(record, '"purpose":"reply"', '"purpose":"confirmation"') ${where} = 4`
    expect(await foundAfter((driver) => driver.exec(change))).toEqual(['quiet 4 broken-link', 'quiet 4 not-accepted'])
  })

  test('A record that is no event any more.', async () => {
    const change = `UPDATE event SET record = 'gone' ${where} = 4`
    expect(await foundAfter((driver) => driver.exec(change))).toEqual([
      'quiet 4 broken-link',
      'quiet 4 wrong-content',
      'quiet 4 corrupt-event',
    ])
  })

  test('A record of a type from the future.', async () => {
    const change = `UPDATE event SET record = replace(record, 'message.sent', 'message.sung') ${where} = 4`
    expect(await foundAfter((driver) => driver.exec(change))).toEqual(['quiet 4 broken-link', 'quiet 4 unknown-event'])
  })

  test('A hash: it shows there, and where the next one was tied to it.', async () => {
    const change = `UPDATE event SET hash = replace(hash, substr(hash, 1, 4), 'beef') ${where} = 3`
    expect(await foundAfter((driver) => driver.exec(change))).toEqual(['quiet 3 broken-link', 'quiet 4 broken-link'])
  })

  test('Content.', async () => {
    const change = `UPDATE event SET content = '"never said"' ${where} = 2`
    expect(await foundAfter((driver) => driver.exec(change))).toEqual(['quiet 2 wrong-content'])
  })

  test('Salt.', async () => {
    const change = `UPDATE event SET salt = 'ffff' ${where} = 2`
    expect(await foundAfter((driver) => driver.exec(change))).toEqual(['quiet 2 wrong-content'])
  })

  test('An event id that is not the record’s.', async () => {
    const change = `UPDATE event SET event_id = 'other' ${where} = 2`
    expect(await foundAfter((driver) => driver.exec(change))).toEqual(['quiet 2 corrupt-event'])
  })
})

describe('what was removed', () => {
  test('An event in the middle.', async () => {
    expect(await foundAfter((driver) => driver.exec(`DELETE FROM event ${where} = 3`))).toEqual([
      'quiet 3 missing-event',
    ])
  })

  test('The first event.', async () => {
    expect(await foundAfter((driver) => driver.exec(`DELETE FROM event ${where} = 1`))).toEqual([
      'quiet 1 missing-event',
    ])
  })

  test('Content and salt, without a word in the log.', async () => {
    const change = `UPDATE event SET content = NULL, salt = NULL ${where} = 5`
    expect(await foundAfter((driver) => driver.exec(change))).toEqual(['quiet 5 missing-content'])
  })

  test('Content that another message’s erasure does not excuse.', async () => {
    const path = await databaseWith(recorded([opened(), ...calm(1), ...calm(2), erased('u1')]))
    await eraseVersions(path, 'c1', 2, 4)
    expect(await foundAfter(() => {}, path)).toEqual(['c1 4 missing-content'])
  })
})

test('Content that the log says was erased, and is still there.', async () => {
  const path = await databaseWith(recorded([opened(), ...calm(1), erased('u1')]))
  expect(await foundAfter(() => {}, path)).toEqual(['c1 2 content-not-erased'])
})

test('Two events that changed places are named, and the one that was tied to them.', async () => {
  const found = await foundAfter((driver) => {
    for (const [from, to] of [
      [4, 999],
      [5, 4],
      [999, 5],
    ])
      driver.exec(`UPDATE event SET version = ${to} ${where} = ${from}`)
  })
  expect(found).toEqual([
    'quiet 4 broken-link',
    'quiet 4 corrupt-event',
    'quiet 5 broken-link',
    'quiet 5 corrupt-event',
    'quiet 6 broken-link',
  ])
})

test('An event that was moved to another conversation is missed in the one, and foreign in the other.', async () => {
  const move = `UPDATE event SET conversation_id = 'harmed', version = ${harmed.length + 1}, event_id = 'e99' ${where} = 4`
  expect(await foundAfter((driver) => driver.exec(move))).toEqual([
    `harmed ${harmed.length + 1} broken-link`,
    `harmed ${harmed.length + 1} corrupt-event`,
    'quiet 4 missing-event',
  ])
})

describe('a snapshot that lies', () => {
  const lies: readonly (readonly [string, string])[] = [
    ['of a state', `text = replace(text, '"engaging"', '"ended"')`],
    ['of what was said', `text = replace(text, 'u1 says the user', 'u1 never said')`],
    ['of a counter', `text = replace(text, '"failures":0', '"failures":2')`],
    ['of the policy', `text = replace(text, '"redirections":3', '"redirections":1')`],
    ['of its hash', `text = replace(text, '"lastHash":"', '"lastHash":"0')`],
    ['and is no JSON', `text = 'gone'`],
  ]

  test.each(lies)('%s', async (_, lie) => {
    const path = await databaseWith(harmed, quiet)
    await keepSnapshot(path, 'quiet', 5)
    expect(await foundAfter((driver) => driver.exec(`UPDATE snapshot SET ${lie}`), path)).toEqual([
      'quiet 5 wrong-snapshot',
    ])
  })

  test('of its version', async () => {
    const path = await databaseWith(quiet)
    await keepSnapshot(path, 'quiet', 5)
    expect(await foundAfter((driver) => driver.exec('UPDATE snapshot SET version = 4'), path)).toEqual([
      'quiet 4 wrong-snapshot',
    ])
  })

  test('and is ahead of its log, whose end was cut off', async () => {
    const path = await databaseWith(quiet)
    await keepSnapshot(path, 'quiet', quiet.length)
    const cut = (driver: Driver) => driver.exec(`DELETE FROM event ${where} > 5`)
    expect(await foundAfter(cut, path)).toEqual([`quiet ${quiet.length} wrong-snapshot`])
  })

  test('A snapshot of another machine is not in use, and no divergence.', async () => {
    const path = await databaseWith(quiet)
    await keepSnapshot(path, 'quiet', 5)
    await tamper(path, (driver) => driver.exec(`UPDATE snapshot SET text = replace(text, 'xstate@', 'ystate@')`))
    expect(await audited(path)).toMatchObject({ findings: [], totals: { snapshots: 0, unusedSnapshots: 1 } })
  })
})

test('A snapshot whose policy is written in another order is the same policy.', async () => {
  const both = { riskClearedBy: ['operator', 'assessor'] as const }
  const path = await databaseWith(recorded([opened(both), ...calm(1)]))
  await keepSnapshot(path, 'c1', 3)
  const swapped = `UPDATE snapshot SET text = replace(text, '["operator","assessor"]', '["assessor","operator"]')`
  expect(await foundAfter((driver) => driver.exec(swapped), path)).toEqual([])
})

test('A conversation longer than a page of events is audited to its end.', async () => {
  const long = recorded([opened(), ...Array.from({ length: 400 }, (_, n) => sent(`a${n}`))], 'long')
  const path = await databaseWith(long)
  expect(await audited(path)).toMatchObject({ findings: [], totals: { events: 401, links: 401, replayed: 1 } })
  const change = `UPDATE event SET content = '"x"' WHERE version IN (64, 65, 401)`
  expect(await foundAfter((driver) => driver.exec(change), path)).toEqual(
    [64, 65, 401].map((version) => `long ${version} wrong-content`),
  )
})

test('More conversations than a page of them are all audited.', async () => {
  const logs = Array.from({ length: 300 }, (_, n) => recorded([opened()], `c${n}`))
  expect((await audited(await databaseWith(...logs))).totals.conversations).toBe(300)
})

describe('what another machine recorded', () => {
  const before = '0123456789abcdef xstate@5.0.0'
  const openedBy = (machine: string) => {
    const opening = opened()
    return { ...opening, data: { ...opening.data, machine } }
  }
  const found = async (path: string) =>
    (await audited(path)).findings.map(({ version, code, message }) => `${version} ${code}: ${message}`)

  test('and today’s decides alike, is counted.', async () => {
    const path = await databaseWith(recorded([openedBy(before), ...ignoredWarnings(1, 3), ended('persistent-harm')]))
    expect(await audited(path)).toMatchObject({ findings: [], totals: { replayed: 1, otherMachines: 1 } })
    const ours = await databaseWith(recorded([openedBy(machineId()), ...calm(1)]))
    expect(await audited(ours)).toMatchObject({ findings: [], totals: { replayed: 1, otherMachines: 0 } })
  })

  test('and today’s would refuse, is told with both machines.', async () => {
    const path = await databaseWith(recorded([openedBy(before), ...calm(1), ended('persistent-harm')]))
    const why = `recorded by ${before}, today ${machineId()}: the log does not replay: redirections-remaining`
    expect(await found(path)).toEqual([expect.stringContaining(`4 decided-differently: ${why}`)])
  })

  test.each([before, machineId()])(
    'and declined for other reasons than today’s would, is told (%s).',
    async (machine) => {
      const log = [openedBy(machine), ...calm(1), declined(['redirections-remaining']), declined(['risk-flagged'])]
      const why = 'the end was declined for risk-flagged, which is not what stands in the way'
      expect(await found(await databaseWith(recorded(log)))).toEqual([`5 decided-differently: ${why}`])
    },
  )

  test('A log that names no machine may decline for any reason: it was imported.', async () => {
    expect(await found(await databaseWith(recorded([opened(), ...calm(1), declined(['risk-flagged'])])))).toEqual([])
  })

  test('and left a snapshot with other states, is told.', async () => {
    const path = await databaseWith(quiet)
    await keepSnapshot(path, 'quiet', 5)
    const change = `UPDATE snapshot SET text = replace(replace(text, 'xstate@', 'ystate@'), '"calm":0', '"calm":1')`
    expect(await foundAfter((driver) => driver.exec(change), path)).toEqual(['quiet 5 decided-differently'])
  })
})

test('An invariant that an accepted event broke is named, with the thread.', async () => {
  const broken = { id: 'I1', law: 'No thread enters ended while risk is flagged.', threadId: 'main' }
  const hearing = vi
    .spyOn(Observer.prototype, 'hear')
    .mockReturnValue([])
    .mockReturnValueOnce([])
    .mockReturnValueOnce([broken])
  onTestFinished(() => hearing.mockRestore())
  const { findings } = await audited(await databaseWith(quiet))
  expect(findings.map(({ version, code, message }) => `${version} ${code}: ${message}`)).toEqual([
    '2 invariant-broken: I1 on thread "main": No thread enters ended while risk is flagged.',
  ])
})
