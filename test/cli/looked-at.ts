/** What the command line shows of a database, wherever it lies: the same questions to PostgreSQL and to JetStream. */
import { expect, test } from 'vitest'
import { createConversations } from '../../src/conversations.js'
import type { EventLine } from '../../src/inspector/log-line.js'
import type { DatabaseTraffic } from '../../src/inspector/traffic-count.js'
import type { EventStore } from '../../src/log/event-store.js'
import { orThrow } from '../../src/or-throw.js'
import { endAsAsked, judgeByWord } from '../conversations/door.js'
import { eventsOf } from '../server/served.js'
import { runColloquy } from './run-colloquy.js'
import { asked, json, Running } from './running.js'

/** A database of a test's own. */
export interface Somewhere {
  /** As the command line is told it; there is nothing there yet. */
  readonly address: string
  /** A connection of its own, which the caller closes. */
  readonly open: () => Promise<EventStore>
  readonly hasIndex: boolean
}

const addressPrinted = /http:\/\/127\.0\.0\.1:\d+\/#token=[\w-]+/
const place = (conversationId: string) => ({ conversationId, threadId: 'main' })

const doorOn = (store: EventStore) => createConversations({ store, assess: judgeByWord })

/** Three conversations: one calm, one at risk, one that its user ended; and a text longer than a line shows. */
async function filled({ open }: Somewhere): Promise<void> {
  const store = await open()
  const door = doorOn(store)
  for (const [conversationId, owner, content] of [
    ['calm', 'ada', 'x'.repeat(300)],
    ['risky', 'bob', 'crisis'],
    ['over/%2e', 'ada', 'Hello'],
  ] as const) {
    orThrow(await door.open({ ...place(conversationId), owner }))
    orThrow(await door.receive({ ...place(conversationId), content }))
  }
  await endAsAsked({ conversations: door }, place('over/%2e'))
  await door.close()
  await store.close()
}

async function inspecting({ address }: Somewhere) {
  const running = new Running(['inspect', address])
  const [at] = await running.printed(addressPrinted)
  return { running, at }
}

async function linesOf(at: string, path: string): Promise<readonly EventLine[]> {
  const text = await (await asked(at, path)).text()
  return text
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line) as EventLine)
}

async function isFound(database: Somewhere): Promise<void> {
  await filled(database)
  const { running, at } = await inspecting(database)
  const ids = async (query: string) =>
    (await json(at, `api/conversations?${query}`)).conversations.map(({ conversationId }) => conversationId).sort()
  expect(await ids('')).toEqual(['calm', 'over/%2e', 'risky'])
  expect(await ids('owner=ada')).toEqual(['calm', 'over/%2e'])
  expect(await ids('risk=flagged')).toEqual(['risky'])
  expect(await ids('state=ended')).toEqual(['over/%2e'])
  expect(await ids('endedWithin=24h')).toEqual(['over/%2e'])
  expect(await ids('text=BOB')).toEqual(['risky'])
  expect(await ids('text=nobody')).toEqual([])
  const about = await json(at, 'api/about')
  expect(about.hasIndex).toBe(database.hasIndex)
  const { password } = new URL(database.address.split(',')[0] ?? '')
  expect(`${about.database}${running.stdout}`).not.toContain(password)
  expect(await running.interrupted()).toBe(0)
  expect(running.stderr).toBe('')
}

async function isRead(database: Somewhere): Promise<void> {
  await filled(database)
  const { running, at } = await inspecting(database)
  const log = await linesOf(at, 'api/conversations/calm/log')
  expect(log.map(({ event }) => event.type)).toEqual(['conversation.opened', 'message.received', 'message.assessed'])
  expect(log[1]).toMatchObject({ cut: true, event: { data: { content: 'x'.repeat(200) } } })
  const [whole] = await linesOf(at, 'api/conversations/calm/events/2')
  expect(whole).toMatchObject({ hash: log[1]?.hash, event: { data: { content: 'x'.repeat(300) } } })
  const [closing] = (await linesOf(at, `api/conversations/${encodeURIComponent('over/%2e')}/log`)).slice(-1)
  expect(closing?.event.type).toBe('thread.ended')

  for (const question of ['conversations/%00/log', 'conversations/%00/live', `conversations/${'x'.repeat(513)}/log`]) {
    expect((await asked(at, `api/${question}`)).status).toBe(404)
  }
  for (const filter of ['owner=%00', 'text=%00']) {
    expect((await json(at, `api/conversations?${filter}`)).conversations).toEqual([])
  }
  expect((await asked(at, 'api/conversations?cursor=%00')).status).toBe(400)

  const live = await asked(at, 'api/conversations/calm/live', { headers: { 'last-event-id': '3' } })
  const others = await database.open()
  orThrow(await doorOn(others).receive({ ...place('calm'), content: 'from elsewhere' }))
  const heard = eventsOf(live)
  expect((await heard.next()).value).toMatchObject({
    id: 4,
    data: { event: { data: { content: 'from elsewhere' } } },
  })
  // The stream is read on: what follows is heard by one who had already caught up.
  orThrow(await doorOn(others).receive({ ...place('calm'), content: 'and again' }))
  expect((await heard.next()).value).toMatchObject({ id: 5 })
  expect((await heard.next()).value).toMatchObject({ id: 6, data: { event: { data: { content: 'and again' } } } })
  await others.close()
  expect(await running.interrupted()).toBe(0)
  expect(running.stderr).toBe('')
}

async function isCounted(database: Somewhere): Promise<void> {
  await filled(database)
  const { running, at } = await inspecting(database)
  const heat = await json(at, 'api/heat')
  expect(heat).toMatchObject({ conversations: 3, isWhole: true, faulty: 0, states: { 'lifecycle.ended': 1 } })
  const ran = await runColloquy('chart', database.address, '--heat', '--format', 'json')
  expect([ran.exitCode, ran.stderr]).toEqual([0, ''])
  expect(heat).toMatchObject(JSON.parse(ran.stdout) as DatabaseTraffic)
  expect((await runColloquy('chart', database.address, '--heat')).stdout).toContain('3 conversations')
  expect(await running.interrupted()).toBe(0)
}

async function isServed(database: Somewhere): Promise<void> {
  const serving = new Running(['serve', '--store', database.address, '--port', '0', '--model', 'demo'])
  const [, url] = await serving.printed(/page +(\S+)\n/)
  const order = { method: 'POST', headers: { 'content-type': 'application/json' } }
  const opened = await asked(url ?? '', 'v1/conversations', order)
  const { conversationId, threadId } = (await opened.json()) as Record<string, string>
  const { running, at } = await inspecting(database)
  const messages = `v1/conversations/${conversationId}/threads/${threadId}/messages`
  const said = await asked(url ?? '', messages, { ...order, body: '{"content":"Hello"}' })
  expect(await said.text()).toContain('event: done')
  const log = await linesOf(at, `api/conversations/${conversationId}/log`)
  expect(log.map(({ event }) => event.type)).toContain('message.sent')
  expect((await json(at, 'api/conversations')).conversations).toMatchObject([{ conversationId, owner: 'demo-user' }])
  expect([await serving.interrupted(), await running.interrupted()]).toEqual([0, 0])
  expect([serving.stderr, running.stderr]).toEqual(['', ''])
}

async function isNotMade({ address }: Somewhere): Promise<void> {
  const { password } = new URL(address.split(',')[0] ?? '')
  for (const args of [
    ['inspect', address],
    ['chart', address, '--heat'],
  ]) {
    const { exitCode, stdout, stderr } = await runColloquy(...args)
    expect([exitCode, stdout]).toEqual([2, ''])
    expect(stderr).toMatch(/^colloquy: cannot read .+\n$/)
    expect(stderr).not.toContain(password)
  }
}

const laws: readonly (readonly [law: string, holds: (database: Somewhere) => Promise<void>])[] = [
  ['conversations are found by owner, risk, state, end and text, with password and token unsaid.', isFound],
  ["a log comes in order, one event whole, and another connection's append as it is made.", isRead],
  ['traffic is counted over every conversation, by the inspector as by the chart.', isCounted],
  ['what `colloquy serve` was told is what `colloquy inspect` shows.', isServed],
  ['a database that is not there is told in one line, without a password, and is not made.', isNotMade],
]

/** Adds the tests, named after where the database lies. */
export function looksAtDatabases(where: string, somewhere: () => Somewhere): void {
  for (const [law, holds] of laws) test(`In ${where} ${law}`, () => holds(somewhere()))
}
