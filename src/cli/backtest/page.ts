/**
 * The report as a page of its own: one file, no script, nothing fetched. What comes from a source or a file's name is
 * escaped and made visible; the policy of the page forbids whatever might slip through.
 */
import { counted } from '../counted.js'
import { visible } from '../paint.js'
import { style } from './page-style.js'
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

/** Ids listed on the page for each policy; all are in the JSON. */
export const endedOnPageMax = 1_000
/** Shades of the heat map, from nothing to the most. */
const shades = 7

const entities: { readonly [character: string]: string } = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
}

/** Text that stands for itself in a page, in an attribute too. */
export const escaped = (text: string): string => visible(text).replace(/[&<>"']/g, (sign) => entities[sign] ?? sign)

type Cells = readonly string[]

/** Rows with a heading each, cells as they are. */
function table(caption: string, headings: Cells, rows: readonly { readonly heading: string; readonly cells: Cells }[]) {
  const head = headings.map((text) => `<th scope="col">${escaped(text)}</th>`).join('')
  const body = rows.map(({ heading, cells }) => `<tr><th scope="row">${escaped(heading)}</th>${cells.join('')}</tr>`)
  return `<table><caption>${escaped(caption)}</caption><thead><tr>${head}</tr></thead><tbody>${body.join('\n')}</tbody></table>`
}

// A sign is not torn off its number.
const cell = (text: string): string => `<td>${escaped(text).replaceAll(' %', '&nbsp;%')}</td>`

function outcomes(report: PolicyReport): string {
  const rows = outcomeRows(report).map(([heading, share]) => ({
    heading,
    cells: [cell(grouped(share.count)), cell(shareWords(share)), cell(intervalWords(share))],
  }))
  return table('What would have come of it', ['', 'conversations', 'share', '95 % interval'], rows)
}

function facts(report: PolicyReport): string {
  const listed = [
    ['Ends per 100,000 conversations', endsWords(report)],
    ['Road to an end, in user messages', roadWords(report)],
    ['Messages never said', grouped(report.unsaidMessages)],
  ]
  return `<dl>${listed.map(([term, fact]) => `<div><dt>${term}</dt><dd>${fact}</dd></div>`).join('')}</dl>`
}

function heldBack({ heldBack: vetoes }: PolicyReport): string {
  if (vetoes.length === 0) return ''
  const rows = vetoes.map(({ veto, turns, conversations }) => ({
    heading: veto,
    cells: [cell(grouped(turns)), cell(grouped(conversations))],
  }))
  return table('Held back by', ['veto', 'turns', 'conversations'], rows)
}

/** A cell of the heat map: its shade, by the logarithm, is for the eye; its text says all. */
function heat(ended: number, of: number, most: number, isOwn: boolean): string {
  const shade = Math.ceil((Math.log1p(ended) / Math.log1p(most)) * (shades - 1))
  const own = isOwn ? ' own' : ''
  const mark = isOwn ? '<span class="mark"> (as it is)</span>' : ''
  return `<td class="heat h${shade}${own}">${rateWords(ended, of)}${mark}</td>`
}

function heatMaps({ policy, ended: { of }, sensitivity }: PolicyReport): string {
  const { redirectionsByWarnings, calmTurns, thresholds } = sensitivity
  const most = Math.max(1, ...[...redirectionsByWarnings, ...calmTurns, ...thresholds].map(({ ended }) => ended))
  const warnings = [...new Set(redirectionsByWarnings.map((one) => one.warnings))]
  const redirections = [...new Set(redirectionsByWarnings.map((one) => one.redirections))]
  const grid = redirections.map((count) => ({
    heading: String(count),
    cells: redirectionsByWarnings
      .filter((one) => one.redirections === count)
      .map(({ ended, warnings: w }) => heat(ended, of, most, count === policy.redirections && w === policy.warnings)),
  }))
  const calm = calmTurns.map(({ calmTurns: count, ended }) => ({
    heading: String(count),
    cells: [heat(ended, of, most, count === policy.calmTurns)],
  }))
  const bySteps = thresholds.map(({ threshold, ended }) => ({
    heading: threshold.toFixed(1),
    cells: [heat(ended, of, most, false)],
  }))
  return [
    '<h3>Ends per 100,000 conversations, with other numbers</h3>',
    '<p>Framed: as the policy has it. The shades go by orders of magnitude.</p><div class="maps">',
    table('Redirections and warnings', ['redirections', ...warnings.map((count) => counted(count, 'warning'))], grid),
    table('Calm turns', ['calm turns', 'ends'], calm),
    bySteps.length > 0 ? table('Threshold', ['from', 'ends'], bySteps) : '',
    '</div>',
  ].join('\n')
}

function ended({ ended: { count }, endedConversations }: PolicyReport): string {
  if (count === 0) return ''
  const shown = endedConversations.slice(0, endedOnPageMax)
  const items = shown.map(({ conversationId, messageId, userMessages }) => {
    const road = counted(userMessages, 'message by the user', 'messages by the user')
    return `<li><code>${escaped(conversationId)}</code> at message <code>${escaped(messageId)}</code>, after ${road}</li>`
  })
  const more = count > shown.length ? `<p>And ${grouped(count - shown.length)} more: see <code>--json</code>.</p>` : ''
  const words = counted(count, 'conversation that would have ended', 'conversations that would have ended')
  return `<details${count <= 20 ? ' open' : ''}><summary>${words}</summary><ol>${items.join('\n')}</ol>${more}</details>`
}

function section(report: PolicyReport, place: number): string {
  const id = `policy-${place + 1}`
  return [
    `<section aria-labelledby="${id}"><h2 id="${id}">${escaped(report.name)}</h2>`,
    `<p>${escaped(policyWords(report.policy))}</p>`,
    outcomes(report),
    facts(report),
    heldBack(report),
    heatMaps(report),
    ended(report),
    '</section>',
  ].join('\n')
}

/** The whole page. */
export function pageOf(report: Report): string {
  const files = report.source.files.map(({ name, format }) => `${name} (${format ?? 'empty'})`)
  const list = (lines: readonly string[]) => `<ul>${lines.map((line) => `<li>${escaped(line)}</li>`).join('\n')}</ul>`
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
<meta name="color-scheme" content="light dark">
<title>Colloquy back-test</title>
<style>${style}</style>
</head>
<body>
<main>
<h1>Back-test</h1>
<p>What these policies would have made of past conversations. ${escaped(files.join(', '))}</p>
${list([...sourceWords(report), `Judged: ${judgedWords(report)}`])}
${report.policies.map(section).join('\n')}
<section aria-labelledby="assumptions"><h2 id="assumptions">This rests on</h2>
${list(report.assumptions)}
</section>
<p class="machine">Machine ${escaped(report.machine)}</p>
</main>
</body>
</html>
`
}
