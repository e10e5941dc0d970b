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

/** A page without a network, in a browser that the file's tests share and that is gone after them. */
export async function pageIn(options: { readonly width: number; readonly height: number; readonly dark?: boolean }) {
  shared ??= openBrowser()
  const { width, height, dark = false } = options
  const colorScheme = dark ? 'dark' : 'light'
  const context = await (await shared).newContext({ viewport: { width, height }, colorScheme, offline: true })
  return context.newPage()
}
