/** Every view of the inspector is an address: opened, reloaded, gone back to; and the keys that lead from one to another. */
import { expect, test } from 'vitest'
import { specimen } from '../inspector/specimen.js'
import { type InspectedPage, inspecting, soon } from './inspected-page.js'

const id = 'support-4711'
const on = inspecting({ [id]: specimen(id), other: specimen('other') })

type Shown = (inspected: InspectedPage) => Promise<void>

const views: readonly (readonly [string, string, Shown])[] = [
  ['the last moment', '', (page) => page.isAt(35, 35)],
  ['a moment', '&version=8', (page) => page.isAt(8, 35)],
  ['a moment beyond the last', '&version=900', (page) => page.isAt(35, 35)],
  [
    'a thread at a moment',
    '&version=12&thread=main',
    async (page) => {
      await page.isAt(12, 35)
      await page.says('.transcript h3', 'main')
    },
  ],
  ['a pane alone', '&pane=threads', (page) => page.counts('.pane-threads.is-whole', 1)],
  [
    'a narrowed log',
    '&type=message.sent&actor=assistant&in=main&text=a2',
    async (page) => {
      await page.counts('.log-row', 1)
      expect(await page.listed()).toEqual(['10'])
    },
  ],
  ['faults', '&type=fault', (page) => page.says('.log-row', 'malformed')],
  ['a comparison', '&thread=second-try&compare=main', (page) => page.says('.comparison', '7 events in common')],
  [
    'a what-if',
    '&version=4&thread=main&try=message.received',
    (page) => page.says('.is-scratch', '1 event tried after version 4'),
  ],
  ['an empty what-if', '&version=4&try=nothing', (page) => page.says('.is-scratch', '0 events tried after version 4')],
]

test.each(views)(
  '%s is opened from its address, and shown again after a reload, the address unchanged.',
  async (_, view, isShown) => {
    const inspected = on()
    await inspected.open(`conversation=${id}${view}`)
    await isShown(inspected)
    const address = inspected.page.url()
    expect(address).toBe(`${inspected.server.url}#conversation=${id}${view}`)
    await inspected.page.reload()
    await isShown(inspected)
    expect(inspected.page.url()).toBe(address)
  },
)

test('Back and forward lead from the list to a conversation and to where a link led, each as it was left.', async () => {
  const inspected = on()
  const { page } = inspected
  await inspected.open('search=4711')
  await inspected.counts('tbody tr', 1)
  await page.locator('tbody a').click()
  await inspected.isAt(35, 35)
  for (const key of [',', ',', ',']) await page.keyboard.press(key)
  await page.getByLabel('Search the log').fill('u0')
  await inspected.addressSays('version=32&text=u0')
  await inspected.goTo(`conversation=${id}&version=16&thread=main`, undefined)
  await inspected.isAt(16, 35)
  await page.locator('.ended-account .event-link').first().click()
  await inspected.isAt(9, 35)
  await page.goBack()
  await inspected.isAt(16, 35)
  await page.goBack()
  await inspected.isAt(32, 35)
  expect(await page.getByLabel('Search the log').inputValue()).toBe('u0')
  await page.goBack()
  await page.waitForSelector('.list')
  expect(await page.getByLabel('Search conversations by id').inputValue()).toBe('4711')
  await page.goForward()
  await inspected.isAt(32, 35)
  await page.goForward()
  await page.goForward()
  await inspected.isAt(9, 35)
})

test('Steps of keys are in the address, and are one place to come back to, however many.', async () => {
  const inspected = on()
  const { page } = inspected
  await inspected.open(`conversation=${id}&version=8`)
  const before = await page.evaluate<number>('history.length')
  for (const key of ['.', '.', ',', '.']) await page.keyboard.press(key)
  await inspected.addressSays('version=10')
  await page.keyboard.press('.')
  await inspected.addressSays('version=11')
  expect(await page.evaluate('history.length')).toBe(before)
})

test('The page is named after the conversation, and the database is told.', async () => {
  const inspected = on()
  await inspected.open(`conversation=${id}`)
  expect(await inspected.page.title()).toBe(`${id} · Colloquy inspector`)
  const link = inspected.page.getByRole('link', { name: 'Conversations' })
  await expect.poll(() => link.getAttribute('title'), soon).toBe('All conversations of fixture')
  await link.click()
  await inspected.says('.about', 'fixture')
  await expect.poll(() => inspected.page.title(), soon).toBe('Colloquy inspector')
  expect(inspected.page.url()).toBe(`${inspected.server.url}#`)
})

test('The keys step, follow, choose a pane and leave; at the ends they stay.', async () => {
  const inspected = on()
  const { page } = inspected
  await inspected.open(`conversation=${id}&version=2`)
  await page.keyboard.press(',')
  await inspected.isAt(1, 35)
  await page.keyboard.press(',')
  await inspected.addressSays('version=1')
  await inspected.isAt(1, 35)
  await page.keyboard.press('.')
  await inspected.isAt(2, 35)
  await page.keyboard.press('l')
  await inspected.isAt(35, 35)
  await page.keyboard.press('.')
  await inspected.addressSays('version=35')
  for (const [place, pane] of ['chart', 'why', 'log', 'threads'].entries()) {
    await page.keyboard.press(String(place + 1))
    await inspected.counts(`.pane-${pane}.is-whole`, 1)
    expect(await page.locator('.pane:not(.is-hidden)').count()).toBe(1)
  }
  await page.keyboard.press('Escape')
  await inspected.counts('.pane.is-hidden', 0)
})

test('Escape leaves a comparison and a what-if.', async () => {
  const inspected = on()
  await inspected.open(`conversation=${id}&thread=second-try&compare=main&version=25`)
  await inspected.page.keyboard.press('Escape')
  await inspected.counts('.comparison', 0)
  await inspected.addressIsSilentOf('compare')
  await inspected.goTo(`conversation=${id}&version=4&try=message.received`, undefined)
  await inspected.counts('.is-scratch', 1)
  await inspected.page.keyboard.press('Escape')
  await inspected.counts('.is-scratch', 0)
  await inspected.addressIsSilentOf('try')
})

test('Keys that are typed, or pressed with another, are not the page’s.', async () => {
  const inspected = on()
  const { page } = inspected
  await inspected.open(`conversation=${id}&version=8`)
  await page.getByLabel('Search the log').focus()
  await page.keyboard.type('l,.1')
  await inspected.addressSays('text=l,.1')
  await inspected.isAt(8, 35)
  await inspected.counts('.pane.is-whole', 0)
  await page.locator('.why').focus()
  await page.keyboard.press('Control+l')
  await page.keyboard.press('.')
  await inspected.isAt(9, 35)
})

test('A pane’s button shows it alone, and all again.', async () => {
  const inspected = on()
  await inspected.open(`conversation=${id}`)
  await inspected.button('Log alone').click()
  await inspected.counts('.pane-log.is-whole', 1)
  await inspected.addressSays('pane=log')
  await inspected.button('Log alone').click()
  await inspected.counts('.pane.is-whole', 0)
  await inspected.addressIsSilentOf('pane')
})

test('On a narrow page the panes are chosen by name.', async () => {
  const inspected = on()
  await inspected.page.setViewportSize({ width: 390, height: 844 })
  await inspected.open(`conversation=${id}`)
  for (const [name, pane] of [
    ['Log', 'log'],
    ['Statechart', 'chart'],
    ['Threads', 'threads'],
    ['Why / what if', 'why'],
  ] as const) {
    await inspected.page.locator('.pane-choice').getByRole('button', { name, exact: true }).click()
    await inspected.page.locator(`.pane-${pane}`).waitFor({ state: 'visible' })
    expect(await inspected.page.locator('.pane:visible').count()).toBe(1)
  }
})

test('The slider’s buttons lead one event back and on, and the slider says its moment.', async () => {
  const inspected = on()
  const { page } = inspected
  await inspected.open(`conversation=${id}&version=8`)
  await inspected.button('One event back').click()
  await inspected.isAt(7, 35)
  await inspected.button('One event on').click()
  await inspected.button('One event on').click()
  await inspected.isAt(9, 35)
  expect(await page.getByLabel('Version', { exact: true }).getAttribute('aria-valuetext')).toContain('version 9 of 35')
  await page.getByLabel('Version', { exact: true }).fill('35')
  await inspected.says('.moment', 'version 35 of 35: malformed')
})

test('Light or dark is as the system says, until it is chosen; the choice is kept.', async () => {
  const inspected = on()
  const { page } = inspected
  const isShown = (theme: string) => page.waitForSelector(`html[data-theme=${theme}]`)
  await page.emulateMedia({ colorScheme: 'light' })
  await inspected.open('')
  await isShown('light')
  await page.emulateMedia({ colorScheme: 'dark' })
  await isShown('dark')
  await inspected.button('Show in light colours').click()
  await isShown('light')
  await page.reload()
  await isShown('light')
  await page.emulateMedia({ colorScheme: 'light' })
  await page.emulateMedia({ colorScheme: 'dark' })
  await inspected.button('Show in dark colours').click()
  await isShown('dark')
  await inspected.button('Show in light colours').click()
  await isShown('light')
})

test('The scrubber is dragged: the moment goes along, and stays where it is let go.', async () => {
  const inspected = on()
  const { page } = inspected
  await inspected.open(`conversation=${id}&version=10`)
  const slider = await page.getByLabel('Version', { exact: true }).boundingBox()
  if (!slider) throw new Error('no scrubber is seen')
  const at = (part: number) => [slider.x + slider.width * part, slider.y + slider.height / 2] as const
  await page.mouse.move(...at(0.3))
  await page.mouse.down()
  await page.mouse.move(...at(0.999))
  await inspected.isAt(35, 35)
  await page.mouse.move(...at(0.001))
  await inspected.isAt(1, 35)
  await page.mouse.up()
  await page.mouse.move(...at(0.5))
  await inspected.says('.standing', 'at v1:')
  await inspected.addressSays('version=1')
})
