/** `colloquy chart`: the law as a picture or as data, read off the machine that decides; and what a database did on it. */
import { readFileSync } from 'node:fs'
import { type Command, Option } from 'commander'
import { drawChart } from '../inspector/chart/draw.js'
import type { ChartLayout } from '../inspector/chart/layout.js'
import type { Marks } from '../inspector/chart/marks.js'
import { chartStyle } from '../inspector/chart/style.js'
import { standaloneSvg } from '../inspector/chart/svg.js'
import type { DatabaseTraffic } from '../inspector/traffic-count.js'
import { chart, chartMermaid } from '../proof/chart.js'
import { chartDot } from '../proof/chart-dot.js'
import { chartScxml } from '../proof/chart-scxml.js'
import { chartStately } from '../proof/chart-stately.js'
import { counted } from './counted.js'
import { InputError } from './exit.js'
import { databaseWords } from './open-database.js'
import { print } from './print.js'
import { trafficOf } from './traffic.js'

type Format = 'mermaid' | 'scxml' | 'stately' | 'svg' | 'dot' | 'json'

/** Laid out when the library was built. */
const layoutFile = new URL('../inspector/chart-layout.json', import.meta.url)

function svgOf(marks: Marks): string {
  const layout = JSON.parse(readFileSync(layoutFile, 'utf8')) as ChartLayout
  return standaloneSvg(drawChart(layout, marks), chartStyle)
}

const jsonOf = (value: unknown): string => `${JSON.stringify(value, null, 2)}\n`

const written: { readonly [F in Format]: () => string } = {
  mermaid: chartMermaid,
  scxml: chartScxml,
  stately: chartStately,
  svg: () => svgOf({}),
  dot: chartDot,
  json: () => jsonOf(chart()),
}

function captionOf({ conversations, events }: DatabaseTraffic): string {
  return `how often states were entered and transitions taken: ${counted(conversations, 'conversation')}, ${counted(events, 'event')}`
}

async function printHeat(database: string, format: Format): Promise<void> {
  if (format !== 'svg' && format !== 'json') throw new InputError('--heat is written as svg or json')
  const traffic = await trafficOf(database)
  await print(
    format === 'json'
      ? jsonOf(traffic)
      : svgOf({ traffic, caption: captionOf(traffic), title: "A database's traffic on the statechart" }),
  )
}

interface Options {
  readonly format?: Format
  readonly heat?: boolean
}

async function run(database: string | undefined, { format, heat = false }: Options): Promise<void> {
  if (heat && database === undefined) throw new InputError('--heat wants a database')
  if (!heat && database !== undefined) throw new InputError('what to show of the database? Add --heat')
  if (database !== undefined) await printHeat(database, format ?? 'svg')
  else await print(written[format ?? 'mermaid']())
}

const help = `
mermaid  for any Markdown page, in a block that opens with \`\`\`mermaid
scxml    the W3C's state chart language; guards and actions are functions that whoever runs it defines
stately  the machine's configuration, for Stately's editor and XState's createMachine
svg      the picture, light and dark; with --heat shaded by traffic
dot      for Graphviz
json     states and transitions as data; with --heat the numbers

With --heat every conversation is read from the log, one at a time, and the transitions that its threads took are counted,
refused ones never. A state counts when it is entered. Nothing is written to the database.

Exit code: 0 done; 1 the log of some conversation could not be replayed (told on standard error, and not counted);
2 the database cannot be read.`

/** Adds the command to the program. */
export function addChart(program: Command): void {
  program
    .command('chart')
    .description("print the lifecycle's statechart")
    .argument('[db]', databaseWords)
    .addOption(
      new Option('--format <format>', 'how to write it (default: mermaid; with --heat: svg)').choices(
        Object.keys(written),
      ),
    )
    .option('--heat', "show the database's traffic on the chart")
    .addHelpText('after', help)
    .action(run)
}
