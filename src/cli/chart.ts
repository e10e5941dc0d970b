/** `colloquy chart`: the law as a picture or as data, read off the machine that decides. */
import { type Command, Option } from 'commander'
import { chart, chartMermaid } from '../proof/chart.js'
import { print } from './print.js'

type Format = 'mermaid' | 'json'

const written: { readonly [F in Format]: () => string } = {
  mermaid: chartMermaid,
  json: () => `${JSON.stringify(chart(), null, 2)}\n`,
}

/** Adds the command to the program. */
export function addChart(program: Command): void {
  program
    .command('chart')
    .description("print the lifecycle's statechart")
    .addOption(new Option('--format <format>', 'how to write it').choices(Object.keys(written)).default('mermaid'))
    .addHelpText('after', '\nMermaid text goes into any Markdown page, in a block that opens with ```mermaid.')
    .action(({ format }: { readonly format: Format }) => print(written[format]()))
}
