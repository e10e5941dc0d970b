/** Stored text that is no UTF-8 any more: every driver answers, with U+FFFD in its place, and the audit names the row. */
import { describe, expect, test } from 'vitest'
import type { Finding } from '../../src/log/audit/audit-finding.js'
import { Audit } from '../../src/log/audit.js'
import { orThrow } from '../../src/or-throw.js'
import { opened, received, sent } from '../../src/testing/events.js'
import { recorded } from '../log/recorded.js'
import { databaseWith, tamper } from './databases.js'
import { openAt, presentDrivers } from './sqlite-files.js'

const said = [opened(), received('m1'), sent('m2')]
const logs = ['v', 'w', 'x'].map((conversationId) => recorded(said, conversationId))

/** A database in which a column of conversation `w`, version 2, begins with a byte that begins no text. */
async function damagedIn(column: string): Promise<string> {
  const path = await databaseWith(...logs)
  const damaged = `CAST(x'F7' || substr(CAST(${column} AS BLOB), 2) AS TEXT)`
  await tamper(path, (driver) =>
    driver.exec(`UPDATE event SET ${column} = ${damaged} WHERE conversation_id = 'w' AND version = 2`),
  )
  return path
}

async function findingsIn(path: string, driver: (typeof presentDrivers)[number]): Promise<readonly Finding[]> {
  const findings: Finding[] = []
  for await (const finding of new Audit(await openAt(path, driver)).findings()) findings.push(finding)
  return findings
}

describe.each(presentDrivers)('over %s', (driver) => {
  test.each(['event_id', 'record', 'hash', 'content', 'salt'])(
    'A damaged %s is read, and the audit names conversation and version.',
    async (column) => {
      const path = await damagedIn(column)
      const store = await openAt(path, driver)
      const [, event] = orThrow(await store.read({ conversationId: 'w' }))
      expect(Object.values(event ?? {}).filter((value) => String(value).startsWith('\ufffd'))).toHaveLength(1)
      expect(orThrow(await store.readAll({ afterPosition: 0 }))).toHaveLength(9)
      const places = (await findingsIn(path, driver)).map(({ conversationId, version }) => ({
        conversationId,
        version,
      }))
      expect(places).toContainEqual({ conversationId: 'w', version: 2 })
      expect(places.filter(({ conversationId }) => conversationId !== 'w')).toEqual([])
    },
  )

  test('A damaged conversation id is listed once, and audited once, although it is sorted by other bytes than it shows.', async () => {
    const findings = await findingsIn(await damagedIn('conversation_id'), driver)
    expect(findings.map(({ conversationId, version, code }) => [conversationId, version, code])).toEqual([
      ['w', 2, 'missing-event'],
      ['\ufffd', 1, 'missing-event'],
    ])
  })
})
