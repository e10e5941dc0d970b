/** The page in a browser over the real server: the log it hands over is the log, nothing cut, or it says why it is not. */
import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { left } from 'fp-ts/lib/Either.js'
import type { Page } from 'playwright-core'
import { afterEach, beforeAll, beforeEach, expect, test } from 'vitest'
import { encode, parseEvent } from '../../../../src/log/codec.js'
import { storeError } from '../../../../src/log/errors.js'
import type { EventStore } from '../../../../src/log/event-store.js'
import { chainStart } from '../../../../src/log/hash-chain.js'
import { orThrow } from '../../../../src/or-throw.js'
import { readPage, serveInspector } from '../../../../src/server/index.js'
import { openMemoryStore } from '../../../../src/stores/memory.js'
import { opened, received } from '../../../../src/testing/events.js'
import { recordLog } from '../../../../src/testing/stories/recorded-logs.js'
import { sharedBrowser } from '../../../pages/browser.js'

const built = fileURLToPath(new URL('../../../../dist/inspector/page', import.meta.url))
/** More cut lines than the page ever asked for one by one, in a conversation whose id is a way up. */
const messages = 2_200
const conversationId = '..'
const soon = { timeout: 30_000 }

let store: EventStore
let isBroken = false

beforeAll(async () => {
  const memory = openMemoryStore()
  const said = Array.from({ length: messages }, (_, at) => {
    const message = received(`m${at}`)
    return { ...message, data: { ...message.data, content: `${at} <b>${'long '.repeat(100)}` } }
  })
  let previous = chainStart
  const stored = recordLog([opened(), ...said], conversationId).map((event) => {
    const one = encode(orThrow(parseEvent(event)), { previous, salt: 'salt' })
    previous = one.hash
    return one
  })
  for (let from = 0; from < stored.length; from += 500) {
    orThrow(await memory.append({ conversationId, expectedVersion: from, events: stored.slice(from, from + 500) }))
  }
  const read: EventStore['read'] = async (range) =>
    isBroken && (range.fromVersion ?? 1) > 500 ? left(storeError('unavailable', 'a cable')) : memory.read(range)
  store = { ...memory, list: (range) => memory.list(range), listen: memory.listen as never, read }
})

let page: Page
let serving: Awaited<ReturnType<typeof serveInspector>>

beforeEach(async () => {
  isBroken = false
  serving = await serveInspector({ store, page: readPage(built) })
  page = await (await (await sharedBrowser()).newContext({ viewport: { width: 1280, height: 720 } })).newPage()
})

afterEach(async () => {
  await page.context().close()
  await serving.close()
})

async function open(view: string): Promise<void> {
  await page.goto(`${serving.address}&conversation=${encodeURIComponent(conversationId)}${view}`)
  await expect.poll(() => page.locator('.moment').first().textContent(), soon).toMatch(/version \d+ of \d+/)
}

const button = () => page.getByRole('button', { name: 'Export the log shown as JSONL' })

async function exported(): Promise<readonly string[]> {
  const [download] = await Promise.all([page.waitForEvent('download', soon), button().click()])
  return readFileSync(await download.path(), 'utf8')
    .split('\n')
    .slice(0, -1)
}

async function wholeLog(): Promise<readonly string[]> {
  const headers = { authorization: `Bearer ${serving.token}` }
  const answer = await fetch(`${serving.url}/api/conversations/=../log?whole=1`, { headers })
  return (await answer.text()).split('\n').slice(0, -1)
}

const all = `version ${messages + 1} of ${messages + 1}`

test('Unfiltered it is the log to the letter, however many of its lines the page holds cut.', async () => {
  await open('')
  await expect.poll(() => page.locator('.moment').first().textContent(), soon).toContain(all)
  const lines = await exported()
  expect(lines).toHaveLength(messages + 1)
  expect(lines).toEqual(await wholeLog())
  expect(lines.some((line) => line.includes('"cut"'))).toBe(false)
  expect(await page.getByRole('status').allTextContents()).not.toContain('Exporting…')
})

test('Filtered it is the lines that are listed, as whole as the others.', async () => {
  await open('&text=7%20%3Cb%3E')
  await expect.poll(() => page.locator('.moment').first().textContent(), soon).toContain(all)
  const expected = (await wholeLog()).filter((line) => line.includes('7 <b>'))
  expect(expected.length).toBe(messages / 10)
  expect(await exported()).toEqual(expected)
})

test('Of a scratch copy it is the log up to where it begins, and then what was tried.', async () => {
  await open('&version=3&thread=main&try=message.received')
  const [lines, stored] = [await exported(), await wholeLog()]
  expect(lines.slice(0, 3)).toEqual(stored.slice(0, 3))
  expect(lines).toHaveLength(4)
  expect(JSON.parse(lines[3] ?? '')).toMatchObject({ event: { version: 4, type: 'message.received' } })
  expect(lines[3]).not.toBe(stored[3])
})

test('A log that breaks off is not handed over: the page says so, and another try may do.', async () => {
  await open('')
  await expect.poll(() => page.locator('.moment').first().textContent(), soon).toContain(all)
  const downloads: string[] = []
  page.on('download', (download) => downloads.push(download.url()))
  isBroken = true
  await button().click()
  await expect.poll(() => page.locator('.export [role=status]').textContent(), soon).toMatch(/^Not exported: /)
  expect(downloads).toEqual([])
  isBroken = false
  expect(await exported()).toHaveLength(messages + 1)
  expect(await page.locator('.export [role=status]').textContent()).toBe('')
})
