/** Chromium, for tests: without a network, and gone after the file's tests. */
import { type Browser, chromium } from 'playwright-core'
import { afterAll } from 'vitest'
import { chromiumPath } from '../../../scripts/services/programs.mjs'

const flags = [
  '--headless',
  '--no-sandbox',
  '--disable-gpu',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
]

let started: Promise<Browser> | undefined

afterAll(async () => {
  await (await started)?.close()
})

/** A page of its own, in a browser that the file's tests share. */
export async function pageIn(options: { readonly width: number; readonly height: number; readonly dark?: boolean }) {
  const executablePath = chromiumPath()
  started ??= chromium.launch({ args: flags, ...(executablePath && { executablePath }) })
  const { width, height, dark = false } = options
  const context = await (await started).newContext({
    viewport: { width, height },
    colorScheme: dark ? 'dark' : 'light',
    offline: true,
  })
  return context.newPage()
}
