/**
 * The inspector's page over logs held in memory, anew for every test of a file. It must never wait for a time: only for what
 * the page shows.
 */
import type { BrowserContext, Locator, Page } from 'playwright-core'
import { afterAll, afterEach, beforeAll, beforeEach, expect } from 'vitest'
import type { LogLine } from '../../src/inspector/log-line.js'
import { type FixtureOptions, type FixtureServer, fixtureToken, serveFixture } from '../inspector/fixture-server.js'
import { sharedBrowser } from './browser.js'

/** How long the page may take to show what it should, on a machine that has other things to do. */
export const soon = { timeout: 20_000 }

export class InspectedPage {
  constructor(
    readonly page: Page,
    readonly server: FixtureServer,
  ) {}

  /** Opens a view, `conversation=…&version=…`, and waits until it is drawn. */
  async open(view: string): Promise<void> {
    await this.goTo(view)
    await this.page.waitForSelector(view.includes('conversation=') ? '.panes' : '.list tbody tr, .list .empty')
  }

  /** Opens a view, with a token or without. */
  async goTo(view: string, token: string | undefined = fixtureToken): Promise<void> {
    await this.page.goto(`${this.server.url}#${token === undefined ? '' : `token=${token}&`}${view}`)
  }

  /** What the first of these says now, by itself or in what is in it; nothing where there is none. */
  async text(selector: string): Promise<string> {
    const [first = ''] = await this.page.locator(selector).allTextContents()
    return first
  }

  async says(selector: string, words: string): Promise<void> {
    await expect.poll(() => this.text(selector), soon).toContain(words)
  }

  async counts(selector: string, count: number): Promise<void> {
    await expect.poll(() => this.page.locator(selector).count(), soon).toBe(count)
  }

  /** The moment, as the scrubber tells it. */
  isAt = (version: number, last: number): Promise<void> => this.says('.moment', `version ${version} of ${last}:`)

  async addressSays(words: string): Promise<void> {
    await expect.poll(() => decodeURIComponent(this.page.url()), soon).toContain(words)
  }

  async addressIsSilentOf(words: string): Promise<void> {
    await expect.poll(() => this.page.url(), soon).not.toContain(words)
  }

  button = (name: string): Locator => this.page.getByRole('button', { name, exact: true })

  /** The versions that the log lists, of those that are drawn. */
  listed(): Promise<readonly string[]> {
    return this.page.locator('.log-row .version').allTextContents()
  }
}

/** The file's server and, in `on`, the running test's page; a test fails if its page throws. */
export function inspecting(
  logs: { readonly [conversationId: string]: readonly LogLine[] },
  options: FixtureOptions = {},
): () => InspectedPage {
  let server: FixtureServer
  let context: BrowserContext
  let inspected: InspectedPage
  const thrown: string[] = []
  beforeAll(async () => {
    server = await serveFixture(logs, options)
  })
  afterAll(() => server.close())
  beforeEach(async () => {
    context = await (await sharedBrowser()).newContext({ viewport: { width: 1280, height: 720 } })
    const page = await context.newPage()
    thrown.length = 0
    page.on('pageerror', (error) => thrown.push(error.message))
    inspected = new InspectedPage(page, server)
  })
  afterEach(async () => {
    await context.close()
    expect(thrown).toEqual([])
  })
  return () => inspected
}
