/** The inspector's page in a browser, from pane to pane: by pointer, by keys, by address, and under hostile words. */
import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { fileURLToPath } from 'node:url'
import { gzipSync } from 'node:zlib'
import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { type FixtureServer, serveFixture } from '../inspector/fixture-server.js'
import { hostile, specimen } from '../inspector/specimen.js'
import { openBrowser } from './browser.js'

const id = 'support-4711'
const strange = '<img src=x onerror=window.broken=true>/../?#'
let server: FixtureServer
let browser: Browser
let page: Page
const complaints: string[] = []

beforeAll(async () => {
  server = await serveFixture({ [id]: specimen(id), [strange]: specimen(strange), live: specimen('live') })
  browser = await openBrowser()
})
afterAll(async () => {
  await browser.close()
  await server.close()
})
beforeEach(async () => {
  await page?.close()
  complaints.length = 0
  page = await browser.newPage({ viewport: { width: 1280, height: 720 } })
  page.on('pageerror', (error) => complaints.push(error.message))
  page.on('console', (message) => message.type() === 'error' && complaints.push(message.text()))
})

async function open(view: string): Promise<void> {
  await page.goto(`${server.url}#token=secret&${view}`)
  await page.waitForSelector(view.includes('conversation=') ? '.panes' : '.list tbody tr')
}
const text = (selector: string): Promise<string> => page.locator(selector).first().innerText()
const soon = { timeout: 5_000 }

describe('Why did this chat end?', () => {
  test('The moment of the end tells each step that led there, and a click goes to it.', async () => {
    await open(`conversation=${id}&version=16`)
    expect(await text('.ended-account')).toContain('for persistent harm')
    expect(await text('.ended-account')).toContain('2 of 2 redirections failed')
    await page.locator('.ended-account .event-link').nth(1).click()
    await expect.poll(() => text('.moment'), soon).toContain('version 12 of')
    await expect.poll(() => page.url(), soon).toContain('version=12')
  })

  test('Before the end, each veto stands with its cause and what would lift it.', async () => {
    await open(`conversation=${id}&version=11`)
    const why = await text('.why')
    expect(why).toContain('assessment-pending')
    expect(why).toContain('v11 user')
    expect(why).toContain('lifted when: the latest message is found harm')
  })
})

describe('The four panes', () => {
  test('move together: with the slider’s keys, the states, the log and the transcript are those of the moment.', async () => {
    await open(`conversation=${id}&version=13`)
    await page.locator('input[type=range]').focus()
    for (const _ of [1, 2, 3]) await page.keyboard.press('ArrowRight')
    await expect.poll(() => text('.standing'), soon).toContain('ended')
    expect(await text('#log-15')).toContain('thread.ended')
    expect(await page.locator('#log-15').getAttribute('aria-selected')).toBe('true')
    expect(await page.locator('.chart .current[data-state="lifecycle.ended"]').count()).toBe(1)
    expect(await text('.chart-told')).toContain('just taken: thread.ended')
  })

  test('are worked by keys alone: arrows in the log, numbers for a pane, escape back.', async () => {
    await open(`conversation=${id}&version=5`)
    await page.locator('[role=listbox]').first().focus()
    await page.keyboard.press('ArrowDown')
    await expect.poll(() => text('.moment'), soon).toContain('version 6 of')
    await page.keyboard.press('3')
    await expect.poll(() => page.locator('.pane-log.is-whole').count(), soon).toBe(1)
    await page.keyboard.press('Escape')
    await expect.poll(() => page.locator('.pane.is-whole').count(), soon).toBe(0)
  })

  test('show what is erased as erased, and what is malformed in its place.', async () => {
    await open(`conversation=${id}&version=16`)
    await page.locator('.transcript .virtual').evaluate((list) => list.scrollTo(0, 0))
    await expect.poll(() => page.locator('.erased').first().innerText(), soon).toContain('erased')
    await page.locator('select').first().selectOption('fault')
    await expect.poll(() => text('#log-0'), soon).toContain('malformed')
  })

  test('lay two branches beside each other from their last common event.', async () => {
    await open(`conversation=${id}&thread=second-try&compare=main&version=25`)
    expect(await text('.comparison')).toContain('7 events in common')
    expect(await page.locator('.columns .transcript').count()).toBe(2)
  })
})

test('What if: an event tried moves the panes, is in the address, and sends nothing.', async () => {
  await open(`conversation=${id}&version=10&thread=main`)
  await page.getByRole('button', { name: 'try events on a scratch copy' }).click()
  await page.getByRole('button', { name: 'the user writes', exact: true }).click()
  await page.getByRole('button', { name: 'the latest message is found harmful', exact: true }).click()
  await expect.poll(() => text('.standing'), soon).toContain('warning.due')
  expect(await text('.is-scratch')).toContain('2 events tried after version 10')
  await expect.poll(() => page.url(), soon).toContain('try=message.received&try=message.assessed')
  await page.getByRole('button', { name: 'leave', exact: true }).click()
  await expect.poll(() => text('.moment'), soon).toContain('version 10 of 35')
  expect([...server.methods]).toEqual(['GET'])
})

test('Live: a new event is shown as it comes, and not once a moment is chosen.', async () => {
  await open('conversation=live')
  await expect.poll(() => text('.moment'), soon).toContain('version 35 of 35')
  server.append('live', { version: 36, fault: 'a fault of its own', record: '' })
  await expect.poll(() => text('.moment'), soon).toContain('version 36 of 36')
  await page.keyboard.press(',')
  server.append('live', { version: 37, fault: 'another', record: '' })
  await expect.poll(() => text('.moment'), soon).toContain('version 35 of 37')
})

test('Words that would be markup stay words, in ids too, and the policy forbids the rest.', async () => {
  await open(`conversation=${encodeURIComponent(strange)}&thread=${encodeURIComponent('<b>third</b>')}`)
  await expect.poll(() => text('.crumb'), soon).toBe(strange)
  for (const words of hostile.slice(0, 5)) {
    await page.locator('input[type=search]').first().fill(words)
    await expect.poll(() => text('#log-0 .words'), soon).toContain(words)
  }
  expect(await page.evaluate("'broken' in window")).toBe(false)
  expect(await page.locator('#page b, #page script, #page img, #page a[href^="javascript"]').count()).toBe(0)
  expect(complaints).toEqual([])
})

test('The view is taken away as a picture of which every text is escaped, and the log as JSONL.', async () => {
  await open(`conversation=${id}&version=22`)
  const taken = async (name: string) => {
    const [download] = await Promise.all([page.waitForEvent('download'), page.getByRole('button', { name }).click()])
    return readFileSync(await download.path())
  }
  const picture = (await taken('Export the view as SVG')).toString()
  expect(picture).toContain('&lt;script&gt;')
  expect(picture).not.toContain('<script')
  expect((await taken('Export the view as PNG')).subarray(1, 4).toString()).toBe('PNG')
  const lines = (await taken('Export the log shown as JSONL')).toString().trim().split('\n')
  expect(lines.length).toBe(35)
  expect(JSON.parse(lines[0] ?? '')).toMatchObject({ event: { version: 1 } })
})

test('The list is searched, each row is a link, and its filters are in the address.', async () => {
  await open('')
  await page.getByLabel('at risk').check()
  await page.getByLabel('Search conversations by id').fill('4711')
  await expect.poll(() => page.locator('tbody tr').count(), soon).toBe(1)
  await expect.poll(() => page.url(), soon).toContain('search=4711&flagged=1')
  await page.locator('tbody a').click()
  await page.waitForSelector('.panes')
  expect(page.url()).toContain(`conversation=${id}`)
})

const axe = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8')
type Violation = { readonly id: string; readonly nodes: readonly { readonly html: string }[] }

test.each([
  ['the list', '', 'light'],
  ['an end', `conversation=${id}&version=16`, 'light'],
  ['an end, dark', `conversation=${id}&version=16`, 'dark'],
  ['a comparison', `conversation=${id}&thread=second-try&compare=main&version=25`, 'dark'],
  ['a what-if', `conversation=${id}&version=10&thread=main&try=message.received`, 'light'],
] as const)('axe finds nothing to say of %s, wide or narrow.', async (_, view, colorScheme) => {
  for (const viewport of [
    { width: 1280, height: 720 },
    { width: 390, height: 844 },
  ]) {
    // The policy forbids scripts from elsewhere, axe too: it is let in for its examination alone.
    const context = await browser.newContext({ viewport, colorScheme, bypassCSP: true })
    page = await context.newPage()
    await open(view)
    await page.evaluate(axe)
    const found = await page.evaluate<readonly Violation[]>('axe.run().then(({ violations }) => violations)')
    expect(found.map((one) => `${one.id}: ${one.nodes.map(({ html }) => html.slice(0, 120)).join(' | ')}`)).toEqual([])
    await context.close()
  }
})

test.each([
  [1280, 720, 'light'],
  [1280, 720, 'dark'],
  [390, 844, 'light'],
  [390, 844, 'dark'],
] as const)(
  'Pictures of %i × %i, %s, are kept to be looked at, and nothing runs out of the page.',
  async (width, height, colorScheme) => {
    await page.setViewportSize({ width, height })
    await page.emulateMedia({ colorScheme })
    for (const [name, view] of [
      ['list', ''],
      ['end', `conversation=${id}&version=16`],
      ['chart', `conversation=${id}&version=12&pane=chart`],
      ['log', `conversation=${id}&version=25&pane=log`],
      ['threads', `conversation=${id}&version=34&thread=second-try&pane=threads`],
    ] as const) {
      await page.goto('about:blank')
      await open(view)
      const path = fileURLToPath(
        new URL(`../../.colloquy/pages/inspector-${name}-${width}-${colorScheme}.png`, import.meta.url),
      )
      await page.screenshot({ path })
      expect(await page.evaluate<number>('document.documentElement.scrollWidth'), name).toBeLessThanOrEqual(width)
    }
  },
)

test('The page’s script is under 250 kB compressed.', () => {
  const script = readFileSync(new URL('../../dist/inspector/page/main.js', import.meta.url))
  expect(gzipSync(script).length).toBeLessThan(250_000)
})
