/** The branch tree, the transcript of a thread, and two of them beside each other. */
import { expect, test } from 'vitest'
import type { LogLine } from '../../src/inspector/log-line.js'
import { assessed, erased, forked, opened, received, sent } from '../../src/testing/events.js'
import { recordLog } from '../../src/testing/stories/recorded-logs.js'
import { specimen } from '../inspector/specimen.js'
import { type InspectedPage, inspecting, soon } from './inspected-page.js'

const id = 'support-4711'
const lines = (...events: Parameters<typeof recordLog>[0]): readonly LogLine[] =>
  recordLog(events, 'c').map((event) => ({ event, hash: 'ff' }))
const begun = [
  opened(),
  received('u0'),
  assessed('u0', 'none'),
  sent('a0'),
  forked('b', { messageId: 'u0' }, 'u1'),
] as const
const erasing = lines(...begun, assessed('u1', 'none', 'b'), erased('u1'))
const on = inspecting({ [id]: specimen(id), erasing, growing: erasing.slice(0, 4) })

/** What a list shows of each of its rows, by classes of what is in them. */
const rows = ({ page }: InspectedPage, list: string, part: string): Promise<readonly string[]> =>
  page.locator(`${list} ${part}`).allTextContents()

test('The tree tells each thread at the moment: its place, its state, how much was said, and what is not yet.', async () => {
  const inspected = on()
  await inspected.open(`conversation=${id}&version=19`)
  expect(await rows(inspected, '.tree-row', '.thread-name')).toEqual(['main', 'second-try', '<b>third</b>'])
  expect(await rows(inspected, '.tree-row', '.facts')).toEqual(['9 said', 'cut at v8 · 2 said', 'cut at v17 · 0 said'])
  const told = await inspected.page.locator('.tree-row').allTextContents()
  for (const [place, word] of ['■ ended', '● engaging', 'not yet'].entries()) expect(told[place]).toContain(word)
  const levels = await inspected.page
    .locator('.tree-row')
    .evaluateAll((all) => all.map((row) => row.getAttribute('aria-level')))
  expect(levels).toEqual(['1', '2', '3'])
})

test('The threads through which the looked-at one runs are marked, and it is the current one.', async () => {
  const inspected = on()
  await inspected.open(`conversation=${id}&version=34&thread=second-try`)
  expect(await rows(inspected, '.tree-row.is-on-line', '.thread-name')).toEqual(['main', 'second-try'])
  expect(await rows(inspected, '.tree-row[aria-selected=true]', '.thread-name')).toEqual(['second-try'])
})

test('The keys go through the tree; a thread that is not born yet is looked at from its birth.', async () => {
  const inspected = on()
  const { page } = inspected
  await inspected.open(`conversation=${id}&version=8`)
  await page.getByRole('tree').focus()
  await page.keyboard.press('ArrowDown')
  await inspected.isAt(17, 35)
  await inspected.says('.transcript h3', 'second-try')
  await inspected.addressSays('thread=second-try&version=17')
  await page.keyboard.press('Home')
  await inspected.says('.transcript h3', 'main')
  await inspected.isAt(17, 35)
  await page.keyboard.press('End')
  await inspected.says('.transcript h3', '<b>third</b> from message u2-again, v17')
  await inspected.isAt(32, 35)
  // Beyond the last there is none to go to.
  for (const key of ['ArrowDown', 'ArrowUp']) await page.keyboard.press(key)
  await inspected.says('.transcript h3', 'second-try')
  await inspected.button('follow the moment’s thread').click()
  await inspected.addressIsSilentOf('thread=')
  await inspected.goTo(`conversation=${id}&version=8`, undefined)
  await inspected.says('.transcript h3', 'main')
})

test('An address may show a thread before its birth: it says when that is.', async () => {
  const inspected = on()
  await inspected.open(`conversation=${id}&version=8&thread=second-try`)
  await inspected.says('.transcript .empty', 'This thread is born at version 17.')
})

test('The transcript tells what was said and done, what is still to come dimmed, with the state beside it; a click goes there.', async () => {
  const inspected = on()
  const { page } = inspected
  await inspected.open(`conversation=${id}&version=19&thread=second-try&pane=threads`)
  expect(await rows(inspected, '.transcript-row:not(.is-later)', '.version')).toEqual([
    '1',
    '2',
    '3',
    '4',
    '5',
    '6',
    '7',
    '17',
    '18',
    '19',
  ])
  expect(await rows(inspected, '.transcript-row.is-by-user:not(.is-later)', '.version')).toEqual(['2', '5', '17'])
  const told = await page.locator('.transcript-row').allTextContents()
  expect(told[5]).toContain('redirecting.due')
  expect(told[9]).toContain('engaging')
  expect(told[7]).toContain('u2-again says the user instead')
  await page.locator('.transcript-row', { hasText: 'finds u1 harmful' }).click()
  await inspected.isAt(6, 35)
  await inspected.addressSays('thread=second-try&version=6')
})

test('The state stands in the margin where it changed, and is passed over where it stayed.', async () => {
  const inspected = on()
  await inspected.open('conversation=erasing&version=7&thread=b&pane=threads')
  const same = await rows(inspected, '.transcript-row:has(.margin.is-same)', '.version')
  expect(same).toEqual(['7'])
})

test('An edited message that is erased is shown as erased.', async () => {
  const inspected = on()
  await inspected.open('conversation=erasing&version=7&thread=b&pane=threads')
  expect(await inspected.page.locator('.transcript-row:has(.erased)').allTextContents()).toEqual([
    expect.stringContaining('user ⌫ erased'),
  ])
  expect(await inspected.page.content()).not.toContain('u1 says the user instead')
})

test('A branch that is born, and words that are erased, while somebody looks on, are shown so.', async () => {
  const inspected = on()
  const { server } = inspected
  await inspected.open('conversation=growing')
  await inspected.counts('.tree-row', 1)
  await inspected.says('.live', 'Live')
  server.append('growing', erasing[4] as LogLine)
  await inspected.counts('.tree-row', 2)
  await inspected.says('.transcript h3', 'b from message u0')
  await expect.poll(() => rows(inspected, '.transcript-row:not(.is-later)', '.version'), soon).toContain('5')
  server.append('growing', erasing[5] as LogLine)
  await expect.poll(() => rows(inspected, '.transcript-row:not(.is-later)', '.version'), soon).toContain('6')
  expect(await inspected.page.content()).toContain('u1 says the user instead')
  server.append('growing', erasing[6] as LogLine)
  await inspected.counts('.erased', 1)
  expect(await inspected.page.content()).not.toContain('u1 says the user instead')
})

test('Two branches are compared by name, from their last common event; the links lead there and away.', async () => {
  const inspected = on()
  const { page } = inspected
  await inspected.open(`conversation=${id}&version=19`)
  await page.getByLabel('Compare with thread').fill('main')
  await page.getByLabel('Compare with thread').press('Enter')
  await inspected.says('.comparison', '7 events in common, the last at version 7.')
  await inspected.addressSays('thread=second-try&version=19&compare=main')
  expect(await rows(inspected, '.columns', 'h3')).toEqual(['second-try', 'main'])
  const side = (ordinal: number) => rows(inspected, `[id^="side-${ordinal}-"]:not(.is-later)`, '.version')
  expect(await side(1)).toEqual(['7', '17', '18', '19'])
  expect((await side(0)).slice(-2)).toEqual(['15', '16'])
  await page.locator('[id^="side-0-"]', { hasText: 'ends the thread' }).click()
  await inspected.isAt(16, 35)
  await inspected.goTo(`conversation=${id}&thread=second-try&version=19&compare=main`, undefined)
  await inspected.isAt(19, 35)
  await inspected.button('go there').click()
  await inspected.isAt(7, 35)
  expect(await side(0)).toEqual(['7'])
  await page.goBack()
  await inspected.isAt(19, 35)
  await inspected.button('leave comparing').click()
  await inspected.counts('.comparison', 0)
  await inspected.addressIsSilentOf('compare')
})

test('A thread is not compared with itself, nor with one that is not there.', async () => {
  const inspected = on()
  const { page } = inspected
  for (const other of ['main', 'nobody']) {
    await inspected.open(`conversation=${id}&version=12&thread=main&compare=${other}`)
    await inspected.says('.transcript h3', 'main')
    await inspected.counts('.comparison', 0)
  }
  await inspected.goTo(`conversation=${id}&version=12&thread=main`, undefined)
  await inspected.isAt(12, 35)
  await page.getByLabel('Compare with thread').fill('nobody')
  await page.getByLabel('Compare with thread').press('Enter')
  await page.keyboard.press('Tab')
  await inspected.addressIsSilentOf('compare')
  await inspected.counts('.comparison', 0)
})
