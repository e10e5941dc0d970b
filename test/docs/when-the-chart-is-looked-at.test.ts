/** The picture in the README is the machine's own: whoever changes the chart draws it anew. */
import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { drawChart } from '../../src/inspector/chart/draw.js'
import { chartStyle } from '../../src/inspector/chart/style.js'
import { standaloneSvg } from '../../src/inspector/chart/svg.js'
import { laidOut } from '../inspector/laid-out.js'

const read = (path: string): string => readFileSync(new URL(`../../${path}`, import.meta.url), 'utf8')
const remedy = 'draw it anew: npm run build && node dist/cli/main.js chart --format svg > docs/chart.svg'

test('docs/chart.svg is what `colloquy chart --format svg` draws of the machine as it is.', async () => {
  expect(read('docs/chart.svg'), remedy).toBe(standaloneSvg(drawChart(await laidOut()), chartStyle))
})

test('The README shows it.', () => {
  expect(read('README.md')).toMatch(/!\[[^\]]+\]\(docs\/chart\.svg\)/)
})
