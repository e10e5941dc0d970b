/** `colloquy backtest`: what a policy would have made of past conversations. It writes nothing but its report. */
import { availableParallelism } from 'node:os'
import { type Command, InvalidArgumentError, Option } from 'commander'
import { defaultPolicy } from '../lifecycle/policy.js'
import { type Format, formats, type Ledger } from './backtest/ledger.js'
import { pageOf } from './backtest/page.js'
import { type NamedPolicy, planFor } from './backtest/plan.js'
import { type Asked, type Report, reportOf } from './backtest/report.js'
import { runFiles, type SourceFile } from './backtest/run-files.js'
import { textLines } from './backtest/text.js'
import { counted } from './counted.js'
import { answerNo, InputError } from './exit.js'
import { collectLabel } from './importing/label-option.js'
import { Progress } from './importing/progress.js'
import { readingSource, sourceBytes } from './importing/source-file.js'
import { mustBeNew, writeNew } from './new-file.js'
import { safeJson, visible } from './paint.js'
import { readPolicy } from './policy-file.js'
import { printLines } from './print.js'

interface Options {
  readonly format?: Format
  readonly policy: readonly string[]
  readonly harmLabel: ReadonlyMap<string, number>
  readonly riskLabel: ReadonlyMap<string, number>
  readonly assumeHarmless: boolean
  readonly workers: number
  readonly json?: boolean
  readonly html?: string
}

/** Each policy is run some fifty times, with other numbers. */
const policiesMax = 8
const workersMax = 16
/** Lines of which it is told what is wrong with them; the others are counted. */
const faultsToldMax = 20

const collect = (text: string, sofar: readonly string[]): readonly string[] => [...sofar, text]

function parseWorkers(text: string): number {
  const count = Number(text)
  if (Number.isInteger(count) && count >= 1 && count <= workersMax) return count
  throw new InvalidArgumentError(`It must be a whole number from 1 to ${workersMax}.`)
}

function policiesIn(paths: readonly string[]): readonly NamedPolicy[] {
  if (paths.length > policiesMax) throw new InputError(`--policy: at most ${policiesMax}`)
  if (paths.length === 0) return [{ name: 'default policy', policy: defaultPolicy }]
  return paths.map((path) => ({ name: path, policy: readPolicy(path) }))
}

/** Tells the first faults, a line each, and at last how many more there were. */
class Faults {
  private count = 0

  constructor(private readonly progress: Progress) {}

  tell(file: string, lineNumber: number, why: string): void {
    this.count += 1
    if (this.count <= faultsToldMax) this.write(`${file}:${lineNumber}: ${why}`)
  }

  finish(): void {
    const more = this.count - faultsToldMax
    if (more > 0) this.write(`and ${counted(more, 'more line', 'more lines')} not taken`)
    if (this.count > 0) answerNo()
  }

  private write(text: string): void {
    this.progress.clear()
    process.stderr.write(`${visible(text)}\n`)
  }
}

async function backtest(files: readonly string[], options: Options): Promise<Report> {
  const { format, harmLabel, riskLabel, assumeHarmless, workers } = options
  const plan = planFor(policiesIn(options.policy), harmLabel.size > 0)
  let sizeBytes = 0
  for (const file of files) sizeBytes += await sourceBytes(file)
  let readBytes = 0
  const onChunk = (bytes: number) => {
    readBytes += bytes
  }
  const sources: readonly SourceFile[] = files.map((name) => ({ name, chunks: readingSource(name, onChunk) }))
  const progress = new Progress(process.stderr)
  const faults = new Faults(progress)
  const ledger: Ledger = await runFiles({
    files: sources,
    format,
    judging: { harmfulFrom: harmLabel, riskFrom: riskLabel, assumeHarmless },
    plan,
    workers,
    onFault: (file, lineNumber, why) => faults.tell(file, lineNumber, why),
    onProgress: ({ conversations }) => progress.show(readBytes / sizeBytes, counted(conversations, 'conversation')),
  }).finally(() => progress.clear())
  faults.finish()
  const labels = { harmLabels: Object.fromEntries(harmLabel), riskLabels: Object.fromEntries(riskLabel) }
  const asked: Asked = { ...labels, assumeHarmless }
  return reportOf(ledger, plan, asked)
}

async function run(files: readonly string[], options: Options): Promise<void> {
  const { html, json = false } = options
  if (html !== undefined) await mustBeNew(html)
  const report = await backtest(files, options)
  if (html !== undefined) await writeNew(html, pageOf(report))
  await printLines(json ? [safeJson(report)] : textLines(report))
}

const notes = `
Exit code 1 if a line was not taken: standard error says which and why, and the rest is reported. Exit code 2 if a file or
a policy cannot be read: then there is no report.

assessed: a message a line, without its text, in the order in which they were said; a conversation's lines stand together.
{"conversationId", "messageId", "parentId"?, "role": "user" or "assistant", "harm"?: "none" or "harmful",
"risk"?: "self-harm", "crisis" or "harm-to-others", "scores"?: {NAME: 0 to 1}}. Without a parentId a message follows the
line before; null: it is a first one. messages and oasst: see colloquy import --help.

A message with a score by a named harm label is judged by that; else by the source's own word; else it stays unassessed.
The report says what it takes for granted.`

/** Adds the command to the program. */
export function addBacktest(program: Command): void {
  program
    .command('backtest')
    .description('Run past conversations through policies: how many would be redirected, warned, ended?')
    .argument('<file...>', 'JSON Lines')
    .addOption(
      new Option('--format <format>', 'assessed: messages without text, a line each; messages, oasst: as for import')
        .choices(formats)
        .default(undefined, "each file's first line tells"),
    )
    .addOption(
      new Option('--policy <file>', 'a policy as JSON; what it leaves out is the default; repeatable')
        .argParser(collect)
        .default([] as readonly string[], 'the default policy'),
    )
    .addOption(
      new Option(
        '--harm-label <name:value>',
        'at or over this value (0 to 1) the score or label means harm; repeatable',
      )
        .argParser(collectLabel)
        .default(new Map<string, number>(), 'none'),
    )
    .addOption(
      new Option('--risk-label <name:value>', 'at or over this value the person may be at risk; repeatable')
        .argParser(collectLabel)
        .default(new Map<string, number>(), 'none'),
    )
    .option('--assume-harmless', "take a user's message for harmless where nothing judges it", false)
    .option('--json', 'one line of JSON')
    .option('--html <file>', 'write the report as a page too: a new file')
    .addOption(
      new Option('--workers <count>', 'threads that walk conversations')
        .argParser(parseWorkers)
        .default(Math.min(availableParallelism(), workersMax), 'one a core'),
    )
    .addHelpText('after', notes)
    .action(run)
}
