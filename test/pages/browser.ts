/** Chromium for the tests of pages: Debian's, without a window, and with nothing of its own to say to anybody. */
import { type Browser, chromium } from 'playwright-core'
import { afterAll } from 'vitest'
import { chromiumPath } from '../../scripts/services/programs.mjs'

const quiet = ['--no-first-run', '--disable-background-networking', '--disable-component-update', '--disable-sync']

export const openBrowser = (): Promise<Browser> => {
  const executablePath = chromiumPath()
  const args = ['--headless', '--no-sandbox', '--disable-gpu', ...quiet]
  return chromium.launch({ args, ...(executablePath !== undefined && { executablePath }) })
}

let shared: Promise<Browser> | undefined
afterAll(async () => {
  await (await shared)?.close()
})

/** The browser that a file's tests share, and that is gone after them. */
export function sharedBrowser(): Promise<Browser> {
  shared ??= openBrowser()
  return shared
}

/** A page without a network, in the shared browser. */
export async function pageIn(options: { readonly width: number; readonly height: number; readonly dark?: boolean }) {
  const { width, height, dark = false } = options
  const colorScheme = dark ? 'dark' : 'light'
  const browser = await sharedBrowser()
  const context = await browser.newContext({ viewport: { width, height }, colorScheme, offline: true })
  return context.newPage()
}
