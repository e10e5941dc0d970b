/**
 * The report as data, which `--json` prints as it is. Its shape is versioned: a field may be added, and none changes its
 * meaning or goes without a new version.
 */
import { type Veto, vetoes } from '#machines/events.js'
import { machineId } from '../../lifecycle/machine-id.js'
import { assumptions } from './assumptions.js'
import type { EndedConversation, Ledger, ReadFile } from './ledger.js'
import type { Plan, PlannedPolicy } from './plan.js'
import { roadsOf, type Tally } from './tally.js'
import { type Share, wilson } from './wilson.js'

export interface PolicyReport {
  readonly name: string
  readonly policy: PlannedPolicy['policy']
  /** Of the conversations, with 95 % intervals. */
  readonly redirected: Share
  readonly warned: Share
  readonly supported: Share
  readonly ended: Share
  /** `null` without conversations. */
  readonly endsPer100000: { readonly rate: number; readonly low: number; readonly high: number } | null
  /** In messages of the user up to the end; `null` if nothing would have ended. */
  readonly roadToEnd: { readonly shortest: number; readonly median: number } | null
  /** Messages that would not have been said. */
  readonly unsaidMessages: number
  /** First vetoes, those that held anything back, in SPEC's order. */
  readonly heldBack: readonly { readonly veto: Veto; readonly turns: number; readonly conversations: number }[]
  /** In the order of the source; at most 100,000. `ended.count` says how many there are. */
  readonly endedConversations: readonly EndedConversation[]
  /** How many conversations would have ended with other numbers in the policy, or another threshold. */
  readonly sensitivity: {
    readonly redirectionsByWarnings: readonly Ended<{ redirections: number; warnings: number }>[]
    readonly calmTurns: readonly Ended<{ calmTurns: number }>[]
    /** Empty if no harm label was named. */
    readonly thresholds: readonly Ended<{ threshold: number }>[]
  }
}

type Ended<T> = Readonly<T> & { readonly ended: number }

export interface Report {
  readonly format: 'colloquy.backtest'
  readonly version: 1
  /** The hash of the chart that decided. */
  readonly machine: string
  readonly source: {
    readonly files: readonly ReadFile[]
    readonly harmLabels: { readonly [name: string]: number }
    readonly riskLabels: { readonly [name: string]: number }
    readonly assumeHarmless: boolean
    readonly conversations: number
    readonly messages: number
    readonly userMessages: number
    /** The user's messages that nobody assessed. */
    readonly unassessedMessages: number
    readonly conversationsAtRisk: number
    /** Lines that were not taken. */
    readonly linesNotTaken: number
    /** Conversations left out, since a line of theirs was not taken. */
    readonly conversationsLeftOut: number
  }
  readonly policies: readonly PolicyReport[]
  readonly assumptions: readonly string[]
}

/** What was asked, as it stands on the report. */
export type Asked = Pick<Report['source'], 'harmLabels' | 'riskLabels' | 'assumeHarmless'>

function endsPer100000({ share, low, high }: Share): PolicyReport['endsPer100000'] {
  if (share === null || low === null || high === null) return null
  return { rate: share * 1e5, low: low * 1e5, high: high * 1e5 }
}

function heldBackOf({ heldBack }: Tally): PolicyReport['heldBack'] {
  return vetoes.flatMap((veto) => (heldBack[veto].turns > 0 ? [{ veto, ...heldBack[veto] }] : []))
}

function policyReport(planned: PlannedPolicy, ended: readonly EndedConversation[], ledger: Ledger): PolicyReport {
  const tallyOf = (run: number) => ledger.tallies[run] as Tally
  const tally = tallyOf(planned.run)
  const shareOf = (count: number) => wilson(count, tally.conversations)
  const counting = <T extends { readonly run: number }>({ run, ...values }: T) => ({
    ...values,
    ended: tallyOf(run).ended,
  })
  return {
    name: planned.name,
    policy: planned.policy,
    redirected: shareOf(tally.redirected),
    warned: shareOf(tally.warned),
    supported: shareOf(tally.supported),
    ended: shareOf(tally.ended),
    endsPer100000: endsPer100000(shareOf(tally.ended)),
    roadToEnd: roadsOf(tally),
    unsaidMessages: tally.unsaid,
    heldBack: heldBackOf(tally),
    endedConversations: ended,
    sensitivity: {
      redirectionsByWarnings: planned.redirectionsByWarnings.map(counting),
      calmTurns: planned.calmTurns.map(counting),
      thresholds: planned.thresholds.map(counting),
    },
  }
}

/** What a finished back-test has to say. */
export function reportOf(ledger: Ledger, plan: Plan, asked: Asked): Report {
  return {
    format: 'colloquy.backtest',
    version: 1,
    machine: machineId(),
    source: {
      files: ledger.files,
      ...asked,
      conversations: ledger.conversations,
      messages: ledger.messages,
      userMessages: ledger.userMessages,
      unassessedMessages: ledger.unassessed,
      conversationsAtRisk: ledger.atRisk,
      linesNotTaken: ledger.faults,
      conversationsLeftOut: ledger.leftOut,
    },
    policies: plan.policies.map((planned, place) => policyReport(planned, ledger.ended[place] ?? [], ledger)),
    assumptions,
  }
}
