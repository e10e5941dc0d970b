/** Figures in words, the same on the terminal and on the page. */
import type { Policy } from '#machines/events.js'
import { counted } from '../counted.js'
import type { PolicyReport, Report } from './report.js'
import type { Share } from './wilson.js'

export const grouped = (count: number): string => count.toLocaleString('en')

const percent = (share: number): string => `${(share * 100).toFixed(2)} %`

/** `3.25 %`, or a dash of nothing. */
export const shareWords = ({ share }: Share): string => (share === null ? '–' : percent(share))

/** `1.10 % to 9.04 %`, or a dash of nothing. */
export const intervalWords = ({ low, high }: Share): string =>
  low === null || high === null ? '–' : `${percent(low)} to ${percent(high)}`

const rateDigits = (rate: number): string => rate.toLocaleString('en', { maximumFractionDigits: rate < 10 ? 1 : 0 })

/** Ends per 100,000 conversations, rounded. */
export const rateWords = (ended: number, of: number): string => (of === 0 ? '–' : rateDigits((ended / of) * 1e5))

export function endsWords({ endsPer100000: ends }: PolicyReport): string {
  return ends === null ? '–' : `${rateDigits(ends.rate)} (${rateDigits(ends.low)} to ${rateDigits(ends.high)})`
}

export const roadWords = ({ roadToEnd }: PolicyReport): string =>
  roadToEnd === null ? 'none' : `shortest ${roadToEnd.shortest}, median ${roadToEnd.median}`

export function policyWords({ redirections, warnings, calmTurns, handshake }: Policy): string {
  const counts = [counted(redirections, 'redirection'), counted(warnings, 'warning'), counted(calmTurns, 'calm turn')]
  return [...counts, ...(handshake ? ['handshake'] : [])].join(', ')
}

/** What was read, a sentence each. */
export function sourceWords({ source }: Report): readonly string[] {
  const { conversations, messages, userMessages, unassessedMessages: unassessed } = source
  const users = `${grouped(userMessages)} by users`
  return [
    `${counted(conversations, 'conversation')}, ${counted(messages, 'message')}, ${users}`,
    ...(unassessed > 0
      ? [`${grouped(unassessed)} of ${grouped(userMessages)} user messages were assessed by nobody`]
      : []),
    ...(source.conversationsAtRisk > 0 ? [`${counted(source.conversationsAtRisk, 'conversation')} with risk`] : []),
    ...(source.linesNotTaken > 0 ? [`${counted(source.linesNotTaken, 'line')} not taken`] : []),
    ...(source.conversationsLeftOut > 0
      ? [`${counted(source.conversationsLeftOut, 'conversation')} left out for a line that was not taken`]
      : []),
  ]
}

/** How the user's messages were judged. */
export function judgedWords({ source }: Report): string {
  const { harmLabels, riskLabels, assumeHarmless } = source
  const from = (labels: { readonly [name: string]: number }, means: string) =>
    Object.entries(labels).map(([name, value]) => `${name} from ${value} is ${means}`)
  const rules = [...from(harmLabels, 'harm'), ...from(riskLabels, 'risk')]
  const otherwise = assumeHarmless ? 'what nobody assessed is taken for harmless' : 'what nobody assessed stays so'
  return ['as the source says', ...rules, otherwise].join('; ')
}

export const outcomeRows = (report: PolicyReport): readonly (readonly [string, Share])[] => [
  ['redirected', report.redirected],
  ['warned', report.warned],
  ['supported at risk', report.supported],
  ['ended', report.ended],
]
