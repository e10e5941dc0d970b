/** The list of a database's conversations: narrowed, gone on with, empty, and each row a link. */
import { describe, expect, test } from 'vitest'
import { specimen } from '../inspector/specimen.js'
import { type InspectedPage, inspecting, soon } from './inspected-page.js'

const rows = [
  {
    conversationId: 'a/1',
    version: 35,
    owner: 'ada',
    state: 'engaging',
    risk: 'flagged',
    lastActivity: '2026-11-23T10:00:00.000Z',
  },
  { conversationId: 'b2', version: 16, owner: 'ben', state: 'ended', risk: 'clear', ended: 'persistent-harm' },
  { conversationId: 'c3', version: 3, owner: 'ada', state: 'ended', risk: 'clear', lastActivity: 'long ago' },
  { conversationId: 'd4', version: 4, state: 'engaging', risk: 'clear' },
  { conversationId: 'd5', version: 5, state: 'engaging', risk: 'clear' },
] as const
const on = inspecting({ 'a/1': specimen('a/1') }, { rows, rowsPerPage: 2 })
const none = inspecting({})

const ids = ({ page }: InspectedPage) => page.locator('tbody th').allTextContents()
const isListed = (inspected: InspectedPage, expected: readonly string[]) =>
  expect.poll(() => ids(inspected), soon).toEqual(expected)

describe('A database with conversations', () => {
  test('Each row tells owner, state, risk, end, last activity and size; and is a link, whatever the id.', async () => {
    const inspected = on()
    await inspected.open('')
    const told = (row: number) => inspected.page.locator('tbody tr').nth(row).locator('th, td').allTextContents()
    expect(await told(0)).toEqual(['a/1', 'ada', 'engaging', '♥ at risk', '', '2026-11-23 10:00:00', '35'])
    expect(await told(1)).toEqual(['b2', 'ben', 'ended', '', 'persistent-harm', '', '16'])
    await inspected.page.getByRole('link', { name: 'a/1' }).click()
    await inspected.isAt(35, 35)
    expect(await inspected.text('.crumb')).toBe('a/1')
  })

  test('“more” goes on where the last page stopped, until there is nothing more; a second click adds nothing.', async () => {
    const inspected = on()
    const { page } = inspected
    await inspected.open('')
    await isListed(inspected, ['a/1', 'b2'])
    const answers: (() => void)[] = []
    await page.route('**/conversations?*cursor*', (route) => answers.push(() => void route.continue()))
    await inspected.button('more').click()
    await inspected.button('more').click()
    await expect.poll(() => answers.length, soon).toBe(2)
    for (const answer of answers) answer()
    await page.unroute('**/conversations?*cursor*')
    await isListed(inspected, ['a/1', 'b2', 'c3', 'd4'])
    await inspected.button('more').click()
    await isListed(inspected, ['a/1', 'b2', 'c3', 'd4', 'd5'])
    expect(await inspected.button('more').count()).toBe(0)
    expect(await page.locator('tbody tr').nth(2).locator('td').allTextContents()).toContain('long ago')
  })

  test.each([
    ['owner', (at: InspectedPage) => at.page.getByLabel('Owner', { exact: true }).fill('ben'), 'owner=ben', ['b2']],
    ['state', (at: InspectedPage) => at.page.getByLabel('State').selectOption('ended'), 'state=ended', ['b2', 'c3']],
    ['risk', (at: InspectedPage) => at.page.getByLabel('at risk').check(), 'flagged=1', ['a/1']],
    ['a late end', (at: InspectedPage) => at.page.getByLabel('ended in the last day').check(), 'ended=1', ['b2']],
    ['id', (at: InspectedPage) => at.page.getByLabel('Search conversations by id').fill('d'), 'search=d', ['d4', 'd5']],
  ] as const)(
    'It is narrowed by %s, which is in the address and comes back from it.',
    async (_, narrow, address, expected) => {
      const inspected = on()
      await inspected.open('')
      await isListed(inspected, ['a/1', 'b2'])
      await narrow(inspected)
      await isListed(inspected, expected)
      await inspected.addressSays(`#${address}`)
      await inspected.page.reload()
      await isListed(inspected, expected)
    },
  )

  test('Narrowed twice it is narrowed by both, from the first page again; widened, it is whole.', async () => {
    const inspected = on()
    const { page } = inspected
    await inspected.open('')
    await inspected.button('more').click()
    await isListed(inspected, ['a/1', 'b2', 'c3', 'd4'])
    await page.getByLabel('Owner', { exact: true }).fill('ada')
    await isListed(inspected, ['a/1', 'c3'])
    await page.getByLabel('at risk').check()
    await isListed(inspected, ['a/1'])
    await inspected.addressSays('owner=ada&flagged=1')
    await page.getByLabel('Owner', { exact: true }).fill('')
    await page.getByLabel('at risk').uncheck()
    await isListed(inspected, ['a/1', 'b2'])
    await inspected.addressIsSilentOf('owner')
    await inspected.addressIsSilentOf('flagged')
    await page.getByLabel('State').selectOption('ended')
    await isListed(inspected, ['b2', 'c3'])
    await page.getByLabel('State').selectOption('')
    await isListed(inspected, ['a/1', 'b2'])
  })

  test('An answer that comes when something else is asked for is passed over.', async () => {
    const inspected = on()
    const { page } = inspected
    await inspected.open('')
    const held: (() => void)[] = []
    await page.route('**/conversations?*text=b*', (route) => held.push(() => void route.continue()))
    await page.getByLabel('Search conversations by id').fill('b')
    await expect.poll(() => held.length, soon).toBe(1)
    await page.getByLabel('Search conversations by id').fill('c')
    await isListed(inspected, ['c3'])
    const answered = page.waitForResponse('**/conversations?*text=b*')
    held[0]?.()
    await (await answered).finished()
    await page.getByLabel('at risk').focus()
    await isListed(inspected, ['c3'])
  })

  test('What is typed is asked for once, at rest.', async () => {
    const inspected = on()
    const { page } = inspected
    await inspected.open('')
    const asked: (string | null)[] = []
    page.on('request', (request) => {
      const { pathname, searchParams } = new URL(request.url())
      if (pathname.endsWith('/conversations')) asked.push(searchParams.get('text'))
    })
    // All in one task, so that no machine is slow enough to rest between the letters.
    await page.getByLabel('Search conversations by id').evaluate((field) => {
      for (const text of ['d', 'd4', 'd', 'd5']) {
        Object.assign(field, { value: text })
        field.dispatchEvent(new Event('input', { bubbles: true }))
      }
    })
    await isListed(inspected, ['d5'])
    expect(asked).toEqual(['d5'])
  })

  test('A search that finds nothing says so.', async () => {
    const inspected = on()
    await inspected.open('search=nowhere')
    await inspected.says('.list .empty', 'No conversation is like this.')
    await inspected.page.getByLabel('Search conversations by id').fill('')
    await inspected.counts('.list .empty', 0)
  })

  test('Without an index, where logs are read instead, every filter can be set and taken back.', async () => {
    const inspected = on()
    const { page } = inspected
    await page.route('**/api/about', (route) =>
      route.fulfill({ json: { version: '0', machine: 'test', database: 'plain', hasIndex: false } }),
    )
    await inspected.open('owner=nobody')
    await inspected.says('.about', 'plain')
    await inspected.says('.list .empty', 'No conversation is like this.')
    await page.getByLabel('Owner', { exact: true }).fill('')
    await page.waitForSelector('.list tbody tr')
    await inspected.addressIsSilentOf('owner=')
  })
})

test('An empty database says that nothing is there.', async () => {
  const inspected = none()
  await inspected.open('')
  await inspected.says('.list .empty', 'No conversation is like this.')
  await inspected.counts('.notice', 0)
  expect(await inspected.button('more').count()).toBe(0)
})
