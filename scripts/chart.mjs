/**
 * Lays out the statechart, for the page and the command line: writes `dist/inspector/chart-layout.json` with elkjs, which
 * nothing else needs, and the drawing's style beside the page, as `chart.css`. Run after `tsc -b`. It takes half a second, and nothing where the machine and the way of laying it out
 * are those of last time.
 */
import { createHash } from 'node:crypto'
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { inProject } from './prepare.mjs'

const built = inProject('dist/inspector/chart')
const written = inProject('dist/inspector/chart-layout.json')
const style = inProject('dist/inspector/page/chart.css')
const remembered = inProject('dist/inspector/chart-layout.key')

// All that a layout is made from: the chart itself, our part in laying it out, and the engine.
function keyOf(chart) {
  const engine = JSON.parse(readFileSync(inProject('node_modules/elkjs/package.json'), 'utf8')).version
  const sources = readdirSync(built)
    .filter((name) => name.endsWith('.js'))
    .sort()
  const texts = sources.map((name) => readFileSync(`${built}/${name}`, 'utf8'))
  return createHash('sha256')
    .update(JSON.stringify([engine, chart, texts]))
    .digest('hex')
}

const { chart } = await import('../dist/proof/chart.js')
const drawn = chart()
const key = keyOf(drawn)
const isCurrent = [written, style, remembered].every(existsSync) && readFileSync(remembered, 'utf8') === key

if (!isCurrent) {
  const { default: Elk } = await import('elkjs/lib/elk.bundled.js')
  const { layOut } = await import('../dist/inspector/chart/lay-out.js')
  const elk = new Elk()
  const layout = await layOut(drawn, (graph) => elk.layout(graph))
  const { chartStyle } = await import('../dist/inspector/chart/style.js')
  mkdirSync(inProject('dist/inspector/page'), { recursive: true })
  writeFileSync(written, `${JSON.stringify(layout)}\n`)
  writeFileSync(style, chartStyle)
  writeFileSync(remembered, key)
}
