/** The chart's pane: moved and enlarged by pointer, wheel, keys and buttons; transitions told; the moment marked on it. */
import { expect, test } from 'vitest'
import { specimen } from '../inspector/specimen.js'
import { type InspectedPage, inspecting, soon } from './inspected-page.js'

const id = 'support-4711'
const on = inspecting({ [id]: specimen(id) })
const view = (rest: string) => `conversation=${id}&pane=chart&${rest}`

/** Where a state is drawn on the screen: whatever moves or enlarges the chart moves or enlarges it. */
async function placed({ page }: InspectedPage) {
  const box = await page.locator('.chart .state[data-state="lifecycle.redirecting"]').boundingBox()
  if (!box) throw new Error('the chart is not drawn')
  const [x, y, width] = [box.x, box.y, box.width].map(Math.round) as [number, number, number]
  return { x, y, width }
}

type Placed = Awaited<ReturnType<typeof placed>>

async function becomes(inspected: InspectedPage, isSo: (now: Placed) => boolean): Promise<Placed> {
  await expect.poll(async () => isSo(await placed(inspected)), soon).toBe(true)
  return placed(inspected)
}
const same = (a: Placed) => (b: Placed) =>
  Math.abs(a.x - b.x) < 2 && Math.abs(a.y - b.y) < 2 && Math.abs(a.width - b.width) < 2

const box = '.chart-box'

test('The wheel enlarges and makes smaller, bounded on both sides; “fit” brings it back.', async () => {
  const inspected = on()
  const { page } = inspected
  await inspected.open(view('version=12'))
  const fit = await placed(inspected)
  await page.locator(box).hover()
  await page.mouse.wheel(0, -100)
  const larger = await becomes(inspected, ({ width }) => width > fit.width)
  await page.mouse.wheel(0, 100)
  await becomes(inspected, ({ width }) => width < larger.width)
  for (let times = 0; times < 20; times++) await page.mouse.wheel(0, -100)
  await becomes(inspected, ({ width }) => width > 3 * fit.width)
  expect((await placed(inspected)).width).toBeLessThan(20 * fit.width)
  for (let times = 0; times < 40; times++) await page.mouse.wheel(0, 100)
  await becomes(inspected, ({ width }) => width <= fit.width)
  expect((await placed(inspected)).width).toBeGreaterThan(fit.width / 5)
  await inspected.button('fit').click()
  await becomes(inspected, same(fit))
})

test('Enlarged, it is dragged along with the pointer, and stays when no button is held.', async () => {
  const inspected = on()
  const { page } = inspected
  await inspected.open(view('version=12'))
  const fit = await placed(inspected)
  for (let times = 0; times < 4; times++) await inspected.button('Larger').click()
  const before = await becomes(inspected, ({ width }) => width > 2 * fit.width)
  const around = await page.locator(box).boundingBox()
  if (!around) throw new Error('the chart has no box')
  const [x, y] = [around.x + around.width / 2, around.y + around.height / 2]
  await page.mouse.move(x, y)
  expect(same(before)(await placed(inspected))).toBe(true)
  await page.mouse.down()
  await page.mouse.move(x - 30, y - 20)
  await page.mouse.move(x - 60, y - 40)
  const after = await becomes(inspected, (now) => now.x < before.x - 20 && now.y < before.y - 10)
  await page.mouse.up()
  await page.mouse.move(x, y)
  expect(same(after)(await placed(inspected))).toBe(true)
})

test('Its keys enlarge, make smaller, move each way and fit; its buttons do what the keys do.', async () => {
  const inspected = on()
  const { page } = inspected
  await inspected.open(view('version=12'))
  await page.locator(box).focus()
  const fit = await placed(inspected)
  for (let times = 0; times < 4; times++) await page.keyboard.press('+')
  const large = await becomes(inspected, ({ width }) => width > 2 * fit.width)
  const moves = [
    ['ArrowLeft', (now: Placed) => now.x > large.x],
    ['ArrowRight', same(large)],
    ['ArrowRight', (now: Placed) => now.x < large.x],
    ['ArrowLeft', same(large)],
    ['ArrowUp', (now: Placed) => now.y > large.y],
    ['ArrowDown', same(large)],
    ['ArrowDown', (now: Placed) => now.y < large.y],
    ['ArrowUp', same(large)],
  ] as const
  for (const [key, isSo] of moves) {
    await page.keyboard.press(key)
    await becomes(inspected, isSo)
  }
  await page.keyboard.press('-')
  await becomes(inspected, ({ width }) => width < large.width)
  await page.keyboard.press('0')
  await becomes(inspected, same(fit))
  await inspected.button('Larger').click()
  const larger = await becomes(inspected, ({ width }) => width > fit.width)
  await inspected.button('Smaller').click()
  await becomes(inspected, ({ width }) => width < larger.width)
  await inspected.isAt(12, 35)
})

test('A transition that is pointed at is told: its event, its guard in words, what it does.', async () => {
  const inspected = on()
  const { page } = inspected
  await inspected.open(view('version=3'))
  await inspected.says('.chart-told', 'just taken: message.assessed')
  const warning = page.locator('.chart .transition[data-event="message.sent"]').first()
  const sentence = (await warning.locator('title').textContent())?.split('. Times taken')[0] ?? ''
  await warning.hover()
  await inspected.says('.chart-told', sentence)
  expect(await inspected.text('.chart-told')).not.toContain('just taken')
  await page.locator('h1').hover()
  await page.locator('.chart .state[data-state="lifecycle.ended"]').hover()
  await inspected.says('.chart-told', 'just taken: message.assessed')
})

test('The keys n and p go through the transitions, around both ends.', async () => {
  const inspected = on()
  const { page } = inspected
  await inspected.open(view('version=3'))
  await page.locator(box).focus()
  const told = () => inspected.text('.chart-told > span')
  const press = async (key: string) => {
    const before = await told()
    await page.keyboard.press(key)
    await expect.poll(told, soon).not.toBe(before)
    return told()
  }
  const [first, second, third] = [await press('n'), await press('n'), await press('n')]
  expect(new Set([first, second, third]).size).toBe(3)
  expect(await press('p')).toBe(second)
  expect(await press('p')).toBe(first)
  const last = await press('p')
  expect(last).not.toBe(third)
  expect(await press('n')).toBe(first)
})

test('The states of the moment are lit, the transition just taken is traced and told, and a fault takes none.', async () => {
  const inspected = on()
  await inspected.open(view('version=16&thread=main'))
  const lit = () =>
    inspected.page
      .locator('.chart .state.current')
      .evaluateAll((all) => all.map((state) => state.getAttribute('data-state')))
  expect(await lit()).toEqual(['lifecycle.ended', 'risk.clear', 'assessment.current', 'closing.none'])
  expect(await inspected.page.locator('.chart .transition.taken').getAttribute('data-event')).toBe('thread.ended')
  expect(await inspected.page.locator('.chart .arrow.taken').getAttribute('data-target')).toBe('lifecycle.ended')
  await inspected.says('.chart-told', 'just taken: thread.ended')
  await inspected.goTo(view('version=35&thread=main'), undefined)
  await inspected.counts('.chart .taken', 0)
  await inspected.says('.chart-told', 'Point at a transition, or press n, to read it.')
  await inspected.goTo(view('version=12&thread=main'), undefined)
  await expect.poll(async () => (await lit())[0], soon).toBe('lifecycle.warning.due')
})

test('Counters stand against their limits, and are marked at them.', async () => {
  const inspected = on()
  await inspected.open(view('version=9&thread=main'))
  const counters = () => inspected.page.locator('[data-counter] text').allTextContents()
  await expect
    .poll(counters, soon)
    .toEqual(['failed redirections 1 of 2', 'ignored warnings 0 of 1', 'calm turns 0 of 2'])
  await inspected.counts('.counter.at-limit', 0)
  await inspected.goTo(view('version=16&thread=main'), undefined)
  await expect
    .poll(counters, soon)
    .toEqual(['failed redirections 2 of 2', 'ignored warnings 1 of 1', 'calm turns 0 of 2'])
  await inspected.counts('.counter.at-limit', 2)
})

test('What this thread met up to the moment is counted and shaded, and counted anew at another.', async () => {
  const inspected = on()
  const { page } = inspected
  const times = (state: string) => inspected.text(`.chart [data-state="${state}"] .count`)
  const shade = async (state: string) =>
    /heat-(\d)/.exec((await page.locator(`.chart .state[data-state="${state}"]`).getAttribute('class')) ?? '')?.[1]
  await inspected.open(view('version=11&thread=main'))
  await expect.poll(() => times('lifecycle.redirecting.due'), soon).toBe('2')
  expect([
    await times('assessment.pending'),
    await times('lifecycle.engaging'),
    await times('lifecycle.ended'),
  ]).toEqual(['4', '2', '0'])
  expect(await shade('lifecycle.ended')).toBe('0')
  expect(Number(await shade('assessment.pending'))).toBeGreaterThan(Number(await shade('lifecycle.engaging')))
  await inspected.goTo(view('version=16&thread=main'), undefined)
  await expect.poll(() => times('lifecycle.ended'), soon).toBe('1')
  expect(await shade('lifecycle.ended')).not.toBe('0')
  await inspected.goTo(view('version=3&thread=main'), undefined)
  await expect.poll(() => times('assessment.pending'), soon).toBe('1')
  expect(await page.locator('.chart .transition.unmet').count()).toBeGreaterThan(10)
})
