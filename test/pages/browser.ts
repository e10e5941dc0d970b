/** Chromium for the tests of pages: Debian's, without a window, and with nothing of its own to say to anybody. */
import { type Browser, chromium } from 'playwright-core'
import { chromiumPath } from '../../scripts/services/programs.mjs'

const quiet = ['--no-first-run', '--disable-background-networking', '--disable-component-update', '--disable-sync']

export const openBrowser = (): Promise<Browser> => {
  const executablePath = chromiumPath()
  const args = ['--headless', '--no-sandbox', '--disable-gpu', ...quiet]
  return chromium.launch({ args, ...(executablePath !== undefined && { executablePath }) })
}
