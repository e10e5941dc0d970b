/** The report for a terminal: plain, no line wider than 100 columns but for ids that are. */
import { counted } from '../counted.js'
import { quoted, visible } from '../paint.js'
import { wrap } from '../wrap.js'
import type { PolicyReport, Report } from './report.js'
import {
  endsWords,
  grouped,
  intervalWords,
  judgedWords,
  outcomeRows,
  policyWords,
  rateWords,
  roadWords,
  shareWords,
  sourceWords,
} from './words.js'

const columnsMax = 100
/** Ids to read on a terminal; all are in the JSON. */
const endedShownMax = 20

/** Cells in columns as wide as their widest, numbers to the right. */
function table(rows: readonly (readonly string[])[]): readonly string[] {
  const widths = (rows[0] ?? []).map((_, column) => Math.max(...rows.map((row) => row[column]?.length ?? 0)))
  return rows.map((row) =>
    row
      .map((cell, column) => (column === 0 ? cell.padEnd(widths[0] ?? 0) : cell.padStart(widths[column] ?? 0)))
      .join('  '),
  )
}

const indented = (lines: readonly string[], by = 2): readonly string[] =>
  lines.map((line) => (line === '' ? '' : `${' '.repeat(by)}${line}`))

function heldBackLines({ heldBack }: PolicyReport): readonly string[] {
  if (heldBack.length === 0) return []
  const rows = heldBack.map(({ veto, turns, conversations }) => [veto, grouped(turns), grouped(conversations)])
  return ['', 'held back by', ...indented(table([['', 'turns', 'conversations'], ...rows]))]
}

function endedLines({ ended, endedConversations }: PolicyReport): readonly string[] {
  if (ended.count === 0) return []
  const shown = endedConversations.slice(0, endedShownMax)
  const lines = shown.map(({ conversationId, messageId, userMessages }) => {
    return `${quoted(conversationId)} at message ${quoted(messageId)}, ${userMessages} by the user`
  })
  const more = ended.count - shown.length
  return [
    '',
    'ended conversations',
    ...indented(lines),
    ...(more > 0 ? [`  and ${grouped(more)} more: see --json`] : []),
  ]
}

/** Tables beside each other. */
function beside(tables: readonly (readonly string[])[]): readonly string[] {
  const height = Math.max(...tables.map(({ length }) => length))
  const widths = tables.map(([first]) => first?.length ?? 0)
  return Array.from({ length: height }, (_, row) =>
    tables
      .map((lines, place) => (lines[row] ?? '').padEnd(widths[place] ?? 0))
      .join('    ')
      .trimEnd(),
  )
}

function sensitivityLines({ policy, ended: { of }, sensitivity }: PolicyReport): readonly string[] {
  const { redirectionsByWarnings, calmTurns, thresholds } = sensitivity
  const rate = (ended: number, isOwn: boolean) => (isOwn ? `[${rateWords(ended, of)}]` : rateWords(ended, of))
  const warnings = [...new Set(redirectionsByWarnings.map((cell) => cell.warnings))]
  const redirections = [...new Set(redirectionsByWarnings.map((cell) => cell.redirections))]
  const isOwnRow = (count: number) => count === policy.redirections
  const grid = redirections.map((count) => {
    const cells = redirectionsByWarnings.filter((cell) => cell.redirections === count)
    const rates = cells.map((cell) => rate(cell.ended, isOwnRow(count) && cell.warnings === policy.warnings))
    return [String(count), ...rates]
  })
  const byCalm = calmTurns.map((cell) => [
    String(cell.calmTurns),
    rate(cell.ended, cell.calmTurns === policy.calmTurns),
  ])
  const byThreshold = thresholds.map((cell) => [cell.threshold.toFixed(1), rate(cell.ended, false)])
  const tables = [
    table([['redirections', ...warnings.map((count) => counted(count, 'warning'))], ...grid]),
    table([['calm turns', ''], ...byCalm]),
    ...(byThreshold.length > 0 ? [table([['threshold', ''], ...byThreshold])] : []),
  ]
  const heading = 'ends per 100,000 conversations, with other numbers; [as the policy has it]'
  return ['', heading, ...indented(beside(tables))]
}

function policyLines(report: PolicyReport): readonly string[] {
  const rows = outcomeRows(report).map(([name, share]) => [
    name,
    grouped(share.count),
    shareWords(share),
    intervalWords(share),
  ])
  const { unsaidMessages } = report
  return [
    '',
    `${visible(report.name)}: ${policyWords(report.policy)}`,
    ...indented([
      ...table([['', 'conversations', 'share', '95 % interval'], ...rows]),
      '',
      `ends per 100,000 conversations  ${endsWords(report)}`,
      `road to an end, user messages   ${roadWords(report)}`,
      `messages never said             ${grouped(unsaidMessages)}`,
      ...heldBackLines(report),
      ...endedLines(report),
      ...sensitivityLines(report),
    ]),
  ]
}

const assumptionLines = (assumption: string): readonly string[] =>
  wrap(assumption, columnsMax - 4).map((line, place) => `${place === 0 ? '  - ' : '    '}${line}`)

/** The report, line by line. */
export function textLines(report: Report): readonly string[] {
  return [
    ...sourceWords(report),
    ...wrap(`judged: ${visible(judgedWords(report))}`, columnsMax),
    ...report.policies.flatMap(policyLines),
    '',
    'This rests on:',
    ...report.assumptions.flatMap(assumptionLines),
  ]
}
