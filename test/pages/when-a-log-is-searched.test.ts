/** The log's pane: narrowed, gone through by keys, pointer and scrolling, and the moment's event whole. */
import type { Locator } from 'playwright-core'
import { expect, test } from 'vitest'
import type { LogLine } from '../../src/inspector/log-line.js'
import { opened, received, sent } from '../../src/testing/events.js'
import { recordLog } from '../../src/testing/stories/recorded-logs.js'
import { specimen } from '../inspector/specimen.js'
import { inspecting, soon } from './inspected-page.js'

const id = 'support-4711'
const long = (word: string) => `${word} ${'and so on, '.repeat(40)}${word} to the end`
const spoken = (messageId: string, content: string) => ({
  ...received(messageId),
  data: { threadId: 'main', messageId, content },
})
const lengthy: readonly LogLine[] = recordLog(
  [opened(), spoken('u0', long('first')), sent('a0'), spoken('u1', long('second')), spoken('u2', 'short')],
  'long',
).map((event) => ({
  event: event.version === 3 ? { ...event, actor: { kind: 'assistant', id: 'helper-7' } } : event,
  hash: `${event.version}`.padStart(64, 'f'),
}))
const pairs = Array.from({ length: 300 }, (_, turn) => [received(`u${turn}`), sent(`a${turn}`)]).flat()
const many: readonly LogLine[] = recordLog([opened(), ...pairs], 'many').map((event) => ({ event, hash: 'ff' }))
const on = inspecting({ [id]: specimen(id), long: lengthy, many })

const versionIn = (words: string): number => Number(/version (\d+)/.exec(words)?.[1])

async function isSeenIn(list: Locator, row: Locator): Promise<boolean> {
  const [around, inner] = [await list.boundingBox(), await row.boundingBox()]
  if (!around || !inner) return false
  return inner.y >= around.y - 1 && inner.y + inner.height <= around.y + around.height + 1
}

test('It is narrowed by type, by actor and by text, each in the address and each beside the others; “show all” ends it.', async () => {
  const inspected = on()
  const { page } = inspected
  await inspected.open(`conversation=${id}`)
  await page.getByLabel('Show by actor').selectOption('assistant')
  await inspected.addressSays('actor=assistant')
  await expect.poll(() => inspected.listed(), soon).toEqual(['4', '7', '10', '13', '16', '19'])
  await page.getByLabel('Show by type').selectOption('message.sent')
  await expect.poll(() => inspected.listed(), soon).toEqual(['4', '7', '10', '13', '19'])
  await page.getByLabel('Search the log').fill('REDIRECTION')
  await expect.poll(() => inspected.listed(), soon).toEqual(['7', '10'])
  await inspected.addressSays('type=message.sent&actor=assistant&text=REDIRECTION')
  await page.getByLabel('Show by type').selectOption('')
  await inspected.addressIsSilentOf('type=')
  await inspected.button('show all').click()
  await inspected.addressIsSilentOf('text=')
  await inspected.addressIsSilentOf('actor=')
  await page.waitForSelector('[role=listbox][aria-label="Events, 35 shown"]')
  expect(await inspected.button('show all').count()).toBe(0)
})

test('It is narrowed to the thread that is looked at, and to all again.', async () => {
  const inspected = on()
  const { page } = inspected
  await inspected.open(`conversation=${id}&version=19&actor=assistant`)
  await page.getByLabel('only this thread').check()
  await inspected.addressSays('in=second-try')
  await expect.poll(() => inspected.listed(), soon).toEqual(['19'])
  await page.getByLabel('only second-try').uncheck()
  await inspected.addressIsSilentOf('in=')
  await expect.poll(() => inspected.listed().then(({ length }) => length), soon).toBe(6)
})

test('That nothing is of this kind is said.', async () => {
  const inspected = on()
  await inspected.open(`conversation=${id}&text=nowhere`)
  await inspected.says('.pane-log .empty', 'No event is of this kind.')
  await inspected.page.getByLabel('Search the log').fill('')
  await inspected.counts('.pane-log .empty', 0)
})

test('In a narrowed log a click goes to the event, not to its place; what is later is marked, and what is of the thread.', async () => {
  const inspected = on()
  const { page } = inspected
  await inspected.open(`conversation=${id}&version=16&actor=assistant`)
  await page.locator('.log-row', { hasText: 'redirection: a2' }).click()
  await inspected.isAt(10, 35)
  await inspected.addressSays('version=10')
  const classed = (name: string) => page.locator(`.log-row.${name} .version`).allTextContents()
  await expect.poll(() => classed('is-later'), soon).toEqual(['13', '16', '19'])
  expect(await classed('is-own')).toEqual(['4', '7', '10', '13', '16'])
  expect(await page.locator('.log-row[aria-selected=true] .version').allTextContents()).toEqual(['10'])
  await inspected.goTo(`conversation=${id}&version=12&actor=assistant`, undefined)
  await inspected.isAt(12, 35)
  expect(await page.locator('.log-row[aria-selected=true] .version').allTextContents()).toEqual(['10'])
})

test('The keys go through it: up and down, by pages, to both ends and no further; the current one is named and seen.', async () => {
  const inspected = on()
  const { page } = inspected
  await inspected.open('conversation=many&version=5&pane=log')
  const list = page.getByRole('listbox', { name: 'Events, 601 shown' })
  await list.focus()
  const press = async (key: string, version: number) => {
    await page.keyboard.press(key)
    await inspected.isAt(version, 601)
    await expect.poll(() => list.getAttribute('aria-activedescendant'), soon).toBe(`log-${version - 1}`)
    const row = page.locator(`#log-${version - 1}`)
    expect(await row.getAttribute('aria-posinset')).toBe(String(version))
    await expect.poll(() => isSeenIn(list, row), soon).toBe(true)
  }
  await press('ArrowDown', 6)
  await press('ArrowUp', 5)
  await press('Home', 1)
  await press('ArrowUp', 1)
  await press('PageUp', 1)
  await press('End', 601)
  await press('ArrowDown', 601)
  await press('ArrowUp', 600)
  // A page is what is seen, at the list's ends as in its middle.
  const pages: number[] = []
  for (const [key, from] of [
    ['PageUp', 'End'],
    ['PageDown', 'Home'],
    ['PageDown', undefined],
  ] as const) {
    if (from) await page.keyboard.press(from)
    if (from) await inspected.isAt(from === 'End' ? 601 : 1, 601)
    const before = versionIn(await inspected.text('.moment'))
    await page.keyboard.press(key)
    await expect.poll(() => inspected.text('.moment').then(versionIn), soon).not.toBe(before)
    pages.push(Math.abs(versionIn(await inspected.text('.moment')) - before))
  }
  const rows =
    ((await list.boundingBox())?.height ?? 0) / ((await page.locator('.log-row').first().boundingBox())?.height ?? 1)
  for (const count of pages) expect(Math.abs(count - rows)).toBeLessThan(2)
})

test('Scrolled, it draws what is seen, and a click there goes there.', async () => {
  const inspected = on()
  const { page } = inspected
  await inspected.open('conversation=many&version=5&pane=log')
  const list = page.getByRole('listbox', { name: 'Events, 601 shown' })
  await list.evaluate((element) => element.scrollTo(0, element.scrollHeight / 2))
  await page.locator('#log-301').click()
  await inspected.isAt(302, 601)
  expect(await page.locator('.log-row').count()).toBeLessThan(80)
  await page.setViewportSize({ width: 1280, height: 1400 })
  await expect.poll(() => page.locator('.log-row').count(), soon).toBeGreaterThan(40)
})

test('The keys of a list scroll nothing but it.', async () => {
  const inspected = on()
  const { page } = inspected
  await page.setViewportSize({ width: 1280, height: 300 })
  await inspected.open('conversation=many&version=300&pane=log')
  await page.getByRole('listbox', { name: 'Events, 601 shown' }).focus()
  await page.evaluate(`window.addEventListener('keydown', (event) => {
    document.body.dataset.kept = String(event.defaultPrevented)
  })`)
  await page.keyboard.press('ArrowDown')
  await inspected.isAt(301, 601)
  await page.waitForSelector('body[data-kept=true]')
})

test('A long message is asked for whole when it is the moment’s, and never stands at another.', async () => {
  const inspected = on()
  const { page } = inspected
  const asked: string[] = []
  const answers: (() => void)[] = []
  await page.route('**/events/*', (route) => {
    asked.push(new URL(route.request().url()).pathname)
    answers.push(() => void route.continue())
  })
  await inspected.open('conversation=long&version=4')
  await inspected.says('.detail', '(the rest is being fetched)')
  await expect.poll(() => answers.length, soon).toBe(1)
  expect(await inspected.text('.detail .said')).not.toContain('second to the end')
  answers[0]?.()
  await inspected.says('.detail .said', 'second to the end')
  await inspected.counts('.detail em', 0)
  await page.keyboard.press('.')
  await inspected.says('.detail', '5 · message.received')
  expect(await inspected.text('.detail .said')).toBe('short')
  await page.keyboard.press(',')
  await expect.poll(() => answers.length, soon).toBe(2)
  // Its answer comes when another moment is shown.
  for (const _ of [3, 2]) await page.keyboard.press(',')
  await expect.poll(() => answers.length, soon).toBe(3)
  answers[2]?.()
  await inspected.says('.detail .said', 'first to the end')
  const late = page.waitForResponse('**/events/4')
  answers[1]?.()
  await (await late).finished()
  await page.evaluate('new Promise((done) => setTimeout(done))')
  expect(await inspected.text('.detail .said')).toContain('first to the end')
  expect(asked).toEqual(['4', '4', '2'].map((version) => `/api/conversations/long/events/${version}`))
})

test('The moment’s event tells its id, time, actor, cause and hash; of a fault, what stands there.', async () => {
  const inspected = on()
  await inspected.open(`conversation=${id}&version=3`)
  const facts = () => inspected.page.locator('.detail dl div').allTextContents()
  const hash = '3'.padStart(64, 'ab')
  expect(await facts()).toEqual([
    'idevent-3',
    'recorded2026-01-01T00:00:03.000Z',
    'actorassessor',
    'caused byevent-2',
    `hash${hash}`,
  ])
  expect(await inspected.page.locator('#log-2').textContent()).toContain(
    `2026-01-01 00:00:03assessormessage.assessedfinds u0 harmless${hash.slice(0, 8)}`,
  )
  await inspected.goTo(`conversation=${id}&version=35`, undefined)
  await inspected.says('.detail', '35 · malformed')
  expect(await facts()).toEqual(['faultcorrupt-event: not JSON', 'stands there<i>{</i>'])
  await inspected.goTo('conversation=long&version=3', undefined)
  await inspected.says('.detail', 'assistant helper-7')
})

test('Each event stands with its version, time, actor, type and the beginning of its hash; below, the moment’s hash whole.', async () => {
  const inspected = on()
  await inspected.open(`conversation=${id}&version=16`)
  const row = inspected.page.locator('#log-15')
  const parts = ['version', 'time', 'who', 'type', 'hash'].map((part) => row.locator(`.${part}`).textContent())
  expect(await Promise.all(parts)).toEqual(['16', '2026-01-01 00:00:16', 'assistant', 'thread.ended', 'abababab'])
  await inspected.says('.detail', `hash${'ab'.repeat(31)}16`)
})

test('The page asks nobody but the server it came from.', async () => {
  const inspected = on()
  const asked: string[] = []
  inspected.page.on('request', (request) => asked.push(new URL(request.url()).origin))
  await inspected.open(`conversation=${id}&version=16`)
  await inspected.says('.standing', 'ended')
  expect(asked.length).toBeGreaterThan(5)
  expect(new Set(asked)).toEqual(new Set([new URL(inspected.server.url).origin]))
})
