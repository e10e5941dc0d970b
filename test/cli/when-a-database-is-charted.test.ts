/** `colloquy chart DB --heat`: a database's traffic on the chart, the same as a picture and as numbers. */
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { createConversations } from '../../src/conversations.js'
import type { DatabaseTraffic } from '../../src/inspector/traffic-count.js'
import { orThrow } from '../../src/or-throw.js'
import { openSqliteStore } from '../../src/stores/sqlite/index.js'
import { tamper } from '../stores/databases.js'
import { runColloquy, temporaryFolder } from './run-colloquy.js'

/** Three conversations: each with one message more, assessed as harmless. */
async function database(): Promise<string> {
  const path = join(await temporaryFolder(), 'chat.db')
  const store = orThrow(await openSqliteStore({ path }))
  const door = createConversations({ store, assess: () => ({ harm: 'none', risk: null }) })
  for (const messages of [1, 2, 3]) {
    const place = orThrow(await door.open({ owner: '<script>alert(1)</script>' }))
    for (let said = 0; said < messages; said++) orThrow(await door.receive({ ...place, content: 'hello' }))
  }
  await store.close()
  return path
}

const numbersIn = (stdout: string) => JSON.parse(stdout) as DatabaseTraffic

describe('the heat of a database', () => {
  test('Numbers and picture agree, and the database is left as it was.', async () => {
    const path = await database()
    const [json, svg] = [
      await runColloquy('chart', path, '--heat', '--format', 'json'),
      await runColloquy('chart', path, '--heat'),
    ]
    expect([json.exitCode, svg.exitCode, json.stderr, svg.stderr]).toEqual([0, 0, '', ''])
    const { conversations, events, states } = numbersIn(json.stdout)
    expect([conversations, events]).toEqual([3, 3 + 2 * 6])
    expect(states).toMatchObject({
      'assessment.pending': 6,
      'assessment.current': 9,
      'lifecycle.engaging': 9,
      'risk.clear': 3,
    })
    expect(svg.stdout).toContain('3 conversations, 15 events')
    for (const [id, times] of Object.entries(states))
      expect(svg.stdout).toMatch(new RegExp(`<title>${id}\\..*Times entered: ${times}\\.`))
    expect(svg.stdout).not.toContain('<script')
  })

  test('A log that does not replay is told, the others are counted, and the answer is 1.', async () => {
    const path = await database()
    const store = orThrow(await openSqliteStore({ path }))
    const listed = orThrow(await store.list({}))
    const [first] = listed
    await store.close()
    await tamper(path, (driver) =>
      driver.exec(
        `UPDATE event SET record = replace(record, '"none"', '"some"') WHERE version = 3 AND conversation_id = '${first?.conversationId}'`,
      ),
    )
    const ran = await runColloquy('chart', path, '--heat', '--format', 'json')
    expect(ran.exitCode).toBe(1)
    expect(ran.stderr).toMatch(/^colloquy: not counted: .*version 3/)
    expect(numbersIn(ran.stdout).conversations).toBe(listed.length - 1)
  })
})
