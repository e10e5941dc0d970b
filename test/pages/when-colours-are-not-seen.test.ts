/** The inspector without colours: what they say is also said by a sign, a word, a number or a lamp. A picture is kept to be looked at. */
import { fileURLToPath } from 'node:url'
import { expect, test } from 'vitest'
import { specimen } from '../inspector/specimen.js'
import { inspecting, soon } from './inspected-page.js'

const id = 'support-4711'
const on = inspecting({ [id]: specimen(id) })

test('Every stage has a sign and a word of its own; what is on has a lamp, and how often it was met a number.', async () => {
  const inspected = on()
  const { page } = inspected
  const vision = await page.context().newCDPSession(page)
  await vision.send('Emulation.setEmulatedVisionDeficiency', { type: 'achromatopsia' })
  const signs = new Map<string, string>()
  for (const [version, stage] of [
    [3, 'engaging'],
    [6, 'redirecting'],
    [12, 'warning'],
    [16, 'ended'],
  ] as const) {
    await inspected.goTo(`conversation=${id}&thread=main&version=${version}`)
    await inspected.says('.standing', `main at v${version}`)
    const [badge = ''] = await page.locator('.standing .badge').allTextContents()
    expect(badge).toContain(stage)
    signs.set([...badge][0] ?? '', stage)
    const lit = await page.locator('.chart .current').count()
    expect([lit, await page.locator('.chart .current > .lamp').count()]).toEqual([4, 4])
  }
  expect(signs.size).toBe(4)
  const innermost = '.chart .state:is(.atomic, .final)'
  const states = await page.locator(innermost).count()
  await expect.poll(() => page.locator(`${innermost} > .count`).count(), soon).toBe(states)
  const path = fileURLToPath(new URL('../../.colloquy/pages/inspector-end-1280-grey.png', import.meta.url))
  await page.screenshot({ path })
})
