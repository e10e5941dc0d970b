/** The inspector's chart under a person's hands: read as it stands, enlarged where they point, and never lost. */
import type { Browser, Page } from 'playwright-core'
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest'
import { type FixtureServer, serveFixture } from '../inspector/fixture-server.js'
import { specimen } from '../inspector/specimen.js'
import { openBrowser } from './browser.js'

let server: FixtureServer
let browser: Browser
let page: Page
const soon = { timeout: 5_000 }

beforeAll(async () => {
  server = await serveFixture({ one: specimen('one') })
  browser = await openBrowser()
})
afterEach(() => page.close())
afterAll(async () => {
  await browser.close()
  await server.close()
})

async function open(width: number, height: number, version = 16): Promise<void> {
  page = await browser.newPage({ viewport: { width, height } })
  await page.goto(`${server.url}#token=secret&conversation=one&version=${version}`)
  await page.waitForSelector('.panes')
}

interface Box {
  readonly x: number
  readonly y: number
  readonly width: number
  readonly height: number
}
const boxOf = async (selector: string): Promise<Box> => {
  const box = await page.locator(selector).first().boundingBox()
  if (!box) throw new Error(`${selector} is not seen`)
  return box
}
const state = (id: string): string => `.chart-box [data-state="${id}"] .frame`
const middleOf = ({ x, y, width, height }: Box) => ({ x: x + width / 2, y: y + height / 2 })

test('Beside the other panes at 1280 × 720, all of the chart is seen, and its smallest letters are 10 pixels high.', async () => {
  await open(1280, 720)
  const smallest = await page.evaluate<number>(`Math.min(...[...document.querySelectorAll('.chart-box text')].map(
    (text) => parseFloat(getComputedStyle(text).fontSize) * text.ownerSVGElement.getScreenCTM().a))`)
  expect(smallest).toBeGreaterThanOrEqual(10)
  const [chart, pane] = [await boxOf('.chart-box .root .frame'), await boxOf('.chart-box')]
  expect(chart.x).toBeGreaterThanOrEqual(pane.x)
  expect(chart.y).toBeGreaterThanOrEqual(pane.y)
  expect(chart.x + chart.width).toBeLessThanOrEqual(pane.x + pane.width)
  expect(chart.y + chart.height).toBeLessThanOrEqual(pane.y + pane.height)
})

test('The wheel enlarges what is under the pointer, and leaves it there.', async () => {
  await open(1280, 720)
  const at = middleOf(await boxOf(state('risk.flagged')))
  await page.mouse.move(at.x, at.y)
  await page.mouse.wheel(0, -100)
  await page.mouse.wheel(0, -100)
  await expect.poll(async () => (await boxOf(state('thread'))).width, soon).toBeGreaterThan(1500)
  const now = middleOf(await boxOf(state('risk.flagged')))
  expect(Math.hypot(now.x - at.x, now.y - at.y)).toBeLessThan(2)
})

test('Two fingers draw it apart about the one that rests, and one moves it; another pointer alone does not.', async () => {
  await open(1280, 720)
  const before = await boxOf(state('thread'))
  const pane = middleOf(await boxOf('.chart-box'))
  const touch = (type: string, pointerId: number, x: number) =>
    page.locator('.chart-box').dispatchEvent(type, {
      ...{ pointerId, pointerType: 'touch', bubbles: true },
      ...{ clientX: pane.x + x, clientY: pane.y },
    })
  await touch('pointermove', 1, 50)
  expect(await boxOf(state('thread'))).toEqual(before)
  await touch('pointerdown', 1, 0)
  await touch('pointermove', 1, 30)
  const moved = await boxOf(state('thread'))
  expect([moved.x - before.x, moved.width - before.width].map(Math.round)).toEqual([30, 0])
  await touch('pointerdown', 2, 130)
  await touch('pointermove', 2, 230)
  const drawnApart = await boxOf(state('thread'))
  expect(Math.round(drawnApart.width / moved.width)).toBe(2)
  const resting = pane.x + 30
  expect(Math.abs(resting - drawnApart.x - 2 * (resting - moved.x))).toBeLessThan(2)
  await touch('pointerup', 1, 30)
  await touch('pointerup', 2, 230)
  await touch('pointermove', 2, 400)
  expect(await boxOf(state('thread'))).toEqual(drawnApart)
})

test('However far it is moved, a part of it stays, and one key fits it again.', async () => {
  await open(1280, 720)
  const before = await boxOf(state('thread'))
  await page.locator('.chart-box').focus()
  for (const _ of Array(40)) await page.keyboard.press('ArrowRight')
  const [chart, pane] = [await boxOf(state('thread')), await boxOf('.chart-box')]
  expect(chart.x + chart.width).toBeGreaterThan(pane.x + 100)
  expect(chart.x).toBeLessThan(before.x - 200)
  await page.keyboard.press('0')
  expect(await boxOf(state('thread'))).toEqual(before)
})

test('The transition pointed at, by pointer or by key, is framed and told; without, the one just taken is.', async () => {
  await open(1280, 720)
  const told = () => page.locator('.chart-told').innerText()
  expect(await told()).toContain('just taken: thread.ended')
  await page.locator('[data-transition] text', { hasText: 'risk.cleared' }).hover()
  await expect.poll(told, soon).toContain('risk.cleared, if the policy counts the word of whoever clears it')
  expect(await page.locator('.pointed[data-event]').getAttribute('data-event')).toBe('risk.cleared')
  await page.mouse.move(640, 700)
  await expect.poll(told, soon).toContain('just taken: thread.ended')
  await page.locator('.chart-box').focus()
  await page.keyboard.press('n')
  const first = await told()
  expect(first).not.toContain('just taken')
  await page.keyboard.press('n')
  await page.keyboard.press('p')
  await expect.poll(told, soon).toBe(first)
})

test('On a telephone the chart keeps its size, and follows the lifecycle along.', async () => {
  await open(390, 844, 2)
  await page.getByRole('button', { name: 'Statechart', exact: true }).click()
  const isSeen = async (id: string) => {
    const { x } = middleOf(await boxOf(state(id)))
    return x > 0 && x < 390
  }
  await expect.poll(() => isSeen('lifecycle.engaging'), soon).toBe(true)
  expect(await isSeen('lifecycle.ended')).toBe(false)
  await page.locator('input[type=range]').fill('16')
  await expect.poll(() => isSeen('lifecycle.ended'), soon).toBe(true)
})
