/** A conversation that grows while it is looked at: connections break, tokens are refused, servers go, and nothing is lost. */
import { expect, test } from 'vitest'
import type { LogLine } from '../../src/inspector/log-line.js'
import { opened, received, sent } from '../../src/testing/events.js'
import { recordLog } from '../../src/testing/stories/recorded-logs.js'
import { specimen } from '../inspector/specimen.js'
import { inspecting, soon } from './inspected-page.js'

const events = [opened(), received('u0'), sent('a0'), received('u1'), sent('a1'), received('u2'), sent('a2')]
/** A log of so many events of a quiet conversation. */
const quiet = (conversationId: string, count: number): readonly LogLine[] =>
  recordLog(events, conversationId)
    .slice(0, count)
    .map((event) => ({ event, hash: `hash-${event.version}` }))
const lineAt = (conversationId: string, version: number) => quiet(conversationId, version)[version - 1] as LogLine

const names = ['cut', 'unreached', 'refused', 'busy', 'left', 'chosen', 'again', 'slow'] as const
const on = inspecting(
  {
    ...Object.fromEntries(names.map((name) => [name, quiet(name, 3)])),
    broken: specimen('broken'),
    first: specimen('first'),
  },
  { halts: { broken: 20 } },
)

test('A stream that breaks is taken up again where it broke: nothing is lost, and nothing is doubled.', async () => {
  const inspected = on()
  const { server, page } = inspected
  const asked: string[] = []
  page.on('request', (request) => request.url().includes('/live') && asked.push(new URL(request.url()).search))
  await inspected.open('conversation=cut')
  await inspected.says('.live', 'Live')
  server.append('cut', lineAt('cut', 4))
  await inspected.isAt(4, 4)
  server.append('cut', lineAt('cut', 5))
  await inspected.isAt(5, 5)
  server.cut('cut')
  server.append('cut', lineAt('cut', 6))
  server.append('cut', lineAt('cut', 7))
  await inspected.isAt(7, 7)
  expect(await inspected.listed()).toEqual(['1', '2', '3', '4', '5', '6', '7'])
  expect(asked).toEqual(['?from=4', '?from=6'])
})

test('A log that breaks off midway is gone on with where it broke.', async () => {
  const inspected = on()
  await inspected.open('conversation=broken')
  await inspected.isAt(19, 19)
  inspected.server.cut('broken')
  await inspected.isAt(35, 35)
  await inspected.says('.live', 'Live')
  await inspected.counts('.notice', 0)
  await inspected.button('Log alone').click()
  await expect.poll(() => inspected.listed().then(({ length }) => length), soon).toBeGreaterThan(15)
  const versions = (await inspected.listed()).map(Number)
  expect(new Set(versions).size).toBe(versions.length)
})

test('While nobody answers it says “Reconnecting”, and “Live” once it is; what was read is there all the while.', async () => {
  const inspected = on()
  const { server, page } = inspected
  await inspected.open('conversation=unreached')
  await inspected.says('.live', 'Live')
  await page.route('**/live?*', (route) => route.abort())
  server.cut('unreached')
  await inspected.says('.live', 'Reconnecting')
  await inspected.isAt(3, 3)
  await page.unroute('**/live?*')
  await inspected.says('.live', 'Live')
  await expect.poll(() => server.followers('unreached'), soon).toBe(1)
})

test('It says “Live” only once the stream is there.', async () => {
  const inspected = on()
  const answers: (() => void)[] = []
  await inspected.page.route('**/live?*', (route) => answers.push(() => void route.continue()))
  await inspected.open('conversation=slow')
  await expect.poll(() => answers.length, soon).toBe(1)
  expect(await inspected.text('.live')).toContain('Loading')
  answers[0]?.()
  await inspected.says('.live', 'Live')
})

test('A token that is refused while the log is followed is told, and not asked with again.', async () => {
  const inspected = on()
  const { server, page } = inspected
  await inspected.open('conversation=refused')
  await inspected.says('.live', 'Live')
  let asked = 0
  await page.route('**/live?*', (route) => {
    asked += 1
    return route.fulfill({ status: 401, json: { code: 'unauthenticated', detail: 'no such token' } })
  })
  server.cut('refused')
  await inspected.says('.notice', 'no such token (unauthenticated)')
  await inspected.says('.live', 'Not live')
  await inspected.isAt(3, 3)
  expect(asked).toBe(1)
})

test.each([429, 503])('An answer of %i is no refusal for good: it is asked again.', async (status) => {
  const inspected = on()
  await inspected.page.route(
    '**/live?*',
    (route) => route.fulfill({ status, json: { code: 'too-many-streams', detail: 'wait' } }),
    { times: 1 },
  )
  await inspected.open('conversation=busy')
  await inspected.says('.live', 'Reconnecting')
  await inspected.says('.live', 'Live')
  await inspected.counts('.notice', 0)
})

test('A conversation that is left is followed no longer, and its moment does not come along.', async () => {
  const inspected = on()
  const { server, page } = inspected
  await inspected.open('conversation=left')
  await expect.poll(() => server.followers('left'), soon).toBe(1)
  await inspected.goTo('conversation=first', undefined)
  await inspected.isAt(35, 35)
  await expect.poll(() => server.followers('left'), soon).toBe(0)
  await page.getByRole('link', { name: 'Conversations' }).click()
  await page.waitForSelector('.list tbody tr')
  await expect.poll(() => server.followers('first'), soon).toBe(0)
})

test('While another log is fetched nothing of the last is shown.', async () => {
  const inspected = on()
  const answers: (() => void)[] = []
  await inspected.page.route('**/first/log?*', (route) => answers.push(() => void route.continue()))
  await inspected.open('conversation=left')
  await inspected.isAt(3, 3)
  await inspected.goTo('conversation=first', undefined)
  await inspected.says('.empty', 'Loading the log')
  await inspected.counts('.panes', 0)
  await expect.poll(() => answers.length, soon).toBe(1)
  answers[0]?.()
  await inspected.isAt(35, 35)
})

test('“Live” is pressed while what comes is shown; pressed again it stays at the moment, and a third time it follows.', async () => {
  const inspected = on()
  const { server, page } = inspected
  await inspected.open('conversation=chosen')
  await page.locator('.live[aria-pressed=true]').click()
  await page.waitForSelector('.live[aria-pressed=false]')
  await inspected.addressSays('version=3')
  server.append('chosen', lineAt('chosen', 4))
  await inspected.isAt(3, 4)
  await page.locator('.live').click()
  await inspected.isAt(4, 4)
  await inspected.addressIsSilentOf('version')
  server.append('chosen', lineAt('chosen', 5))
  await inspected.isAt(5, 5)
})

test('An unknown conversation is said to be unknown, and one that is opened next is shown without a word of it.', async () => {
  const inspected = on()
  await inspected.goTo('conversation=nobody')
  await inspected.says('.notice', 'there is no such conversation (not-opened)')
  await inspected.says('.empty', 'There is no such conversation here.')
  await inspected.goTo('conversation=first', undefined)
  await inspected.isAt(35, 35)
  await inspected.counts('.notice', 0)
})

test.each(['', 'conversation=first'])('A missing or wrong token is told in one line, at "%s".', async (view) => {
  const inspected = on()
  for (const token of [undefined, 'wrong']) {
    await inspected.page.goto('about:blank')
    await inspected.page.goto(`${inspected.server.url}#${token ? `token=${token}&` : ''}${view}`)
    await inspected.says('.notice', '⚠ the token that was printed at the start is needed (unauthenticated)')
    await inspected.counts('.notice', 1)
    expect(await inspected.page.locator('.empty[role=status]').allTextContents()).toEqual(view === '' ? [] : [''])
  }
})

test('The address of another run, opened in the same tab, brings its token, which is gone from the address at once.', async () => {
  const inspected = on()
  await inspected.goTo('conversation=again', 'of-yesterday')
  await inspected.says('.notice', 'unauthenticated')
  await inspected.goTo('conversation=again')
  await inspected.isAt(3, 3)
  await inspected.counts('.notice', 0)
  expect(inspected.page.url()).not.toContain('token')
})

test.each(['', 'conversation=first'])('That the server is gone is told in one line, at "%s".', async (view) => {
  const inspected = on()
  await inspected.page.route('**/api/**', (route) => route.abort())
  await inspected.goTo(view)
  await inspected.says('.notice', 'the inspector’s server does not answer (unreachable)')
  await inspected.counts('.notice', 1)
})

test('What went wrong is told until it is well again.', async () => {
  const inspected = on()
  const { page } = inspected
  await inspected.open('')
  await page.route('**/conversations?*', (route) => route.abort())
  await page.getByLabel('Search conversations by id').fill('f')
  await inspected.says('.notice', 'unreachable')
  await page.unroute('**/conversations?*')
  await page.getByLabel('Search conversations by id').fill('fi')
  await inspected.counts('.notice', 0)
  await inspected.counts('.list tbody tr', 1)
})

test('Of a log longer than the page can hold its first events are shown, and it is said.', async () => {
  const inspected = on()
  const { page } = inspected
  // The bound is lowered in the page's own script: a million events are too many for a test.
  let lowered = 0
  await page.route('**/main.js', async (route) => {
    const response = await route.fetch()
    const script = (await response.text()).replaceAll(/version>=1e6\)throw/g, () => {
      lowered += 1
      return 'version>=20)throw'
    })
    await route.fulfill({ response, body: script })
  })
  await inspected.open('conversation=first')
  await inspected.says('.notice', 'the page shows the first 1000000 events (too-long)')
  await inspected.says('.live', 'Too long')
  await inspected.isAt(20, 20)
  expect(lowered).toBe(1)
})
