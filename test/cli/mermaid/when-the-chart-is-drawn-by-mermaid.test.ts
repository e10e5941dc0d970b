/** The Mermaid text is drawn by Mermaid itself, in Chromium, without a network. */
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { readerPath } from '../../../scripts/services/programs.mjs'
import { chart, chartMermaid } from '../../../src/proof/chart.js'
import { pageIn } from '../../pages/browser.js'

const mermaid = join(readerPath('mermaid') ?? '', 'dist/mermaid.min.js')

/** The SVG that Mermaid draws, or what it says against the text. */
async function drawn(text: string): Promise<string> {
  const page = await pageIn({ width: 1280, height: 720 })
  await page.setContent('<!doctype html><title>Mermaid</title>')
  await page.addScriptTag({ path: mermaid })
  const draw = async (source: string): Promise<string> => {
    const { mermaid: drawer } = globalThis as unknown as {
      mermaid: { initialize(options: object): void; render(id: string, text: string): Promise<{ svg: string }> }
    }
    drawer.initialize({ startOnLoad: false })
    try {
      return (await drawer.render('chart', source)).svg
    } catch (error) {
      return `failed: ${error}`
    }
  }
  const svg = await page.evaluate(draw, text)
  await page.close()
  return svg
}

test('Mermaid draws every state and the words of every step.', async () => {
  const svg = await drawn(chartMermaid())
  expect(svg).toMatch(/^<svg/)
  const { root, transitions } = chart()
  for (const name of ['engaging', 'forked', 'tried', 'given', 'ignored', 'ended', 'flagged', 'pending', 'confirmed']) {
    expect(svg, name).toContain(name)
  }
  const steps = transitions.filter(({ source, refuses }) => source !== root.id && refuses === null)
  const guards = new Set(steps.flatMap(({ guard }) => guard ?? []))
  expect([...guards].filter((guard) => !svg.includes(guard))).toEqual([])
  const arrows = svg.match(/class="[^"]*\btransition\b[^"]*"/g)?.length ?? 0
  expect(arrows).toBeGreaterThanOrEqual(steps.length)
})

test('What is no Mermaid text is complained of.', async () => {
  expect(await drawn(chartMermaid().replace('stateDiagram-v2', 'stateDiagram-v2\n-->'))).toMatch(/^failed: /)
})
