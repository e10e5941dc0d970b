/** Sums, shares and the plan of runs: the same however the work was divided, and right against known figures. */
import { Readable } from 'node:stream'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { pageOf } from '../../../src/cli/backtest/page.js'
import type { PastConversation } from '../../../src/cli/backtest/past.js'
import { planFor } from '../../../src/cli/backtest/plan.js'
import { type Asked, type Report, reportOf } from '../../../src/cli/backtest/report.js'
import { runFiles } from '../../../src/cli/backtest/run-files.js'
import { emptyTally, roadsOf } from '../../../src/cli/backtest/tally.js'
import { textLines } from '../../../src/cli/backtest/text.js'
import { wilson } from '../../../src/cli/backtest/wilson.js'
import { defaultPolicy, withDefaults } from '../../../src/lifecycle/policy.js'
import { line, outcomeOf, trees } from './histories.js'

const risks: { readonly [kind: string]: object } = {
  harmful: { harm: 'harmful' },
  none: { harm: 'none' },
  risk: { risk: 'crisis' },
}

/** Conversations as assessed lines, named in their order. */
const linesOf = (conversations: readonly PastConversation[], name = (place: number) => `c${place}`): string =>
  conversations
    .flatMap(({ messages }, place) =>
      messages.map(({ messageId, parent, kind }) => {
        const role = kind === 'assistant' ? 'assistant' : 'user'
        const parentId = parent < 0 ? null : messages[parent]?.messageId
        return `${JSON.stringify({ conversationId: name(place), messageId, parentId, role, ...risks[kind] })}\n`
      }),
    )
    .join('')

const asked: Asked = { harmLabels: {}, riskLabels: {}, assumeHarmless: false }
const policies = [
  { name: 'default', policy: defaultPolicy },
  { name: 'lax', policy: withDefaults({ redirections: 1 }) },
]

async function reportOn(text: string, batchMessages: number): Promise<Report> {
  const plan = planFor(policies, false)
  const ledger = await runFiles({
    files: [{ name: 'f', chunks: Readable.from([Buffer.from(text)]) }],
    format: 'assessed',
    judging: { harmfulFrom: new Map(), riskFrom: new Map(), assumeHarmless: false },
    plan,
    batchMessages,
    // Threads load what was built; tests read the source.
    workers: 0,
    onFault: (_, __, why) => expect.unreachable(why),
    onProgress: () => {},
  })
  return reportOf(ledger, plan, asked)
}

describe('sums', () => {
  test('They count each conversation once, and are the same however the work is divided.', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(trees, { maxLength: 12 }),
        fc.integer({ min: 1, max: 60 }),
        async (drawn, batchMessages) => {
          const conversations = drawn.filter(({ messages }) => messages.length > 0)
          const text = linesOf(conversations)
          const report = await reportOn(text, 1_000_000)
          expect(await reportOn(text, batchMessages)).toEqual(report)
          const outcomes = conversations.map((conversation) => outcomeOf(conversation))
          const [policy] = report.policies
          expect(policy?.redirected.count).toBe(outcomes.filter(({ redirected }) => redirected).length)
          expect(policy?.warned.count).toBe(outcomes.filter(({ warned }) => warned).length)
          expect(policy?.unsaidMessages).toBe(outcomes.reduce((sum, { unsaid }) => sum + unsaid, 0))
          for (const { veto, ...held } of policy?.heldBack ?? []) {
            const turns = outcomes.flatMap(({ vetoed }) => vetoed.get(veto) ?? [])
            expect(held).toEqual({ turns: turns.reduce((sum, more) => sum + more, 0), conversations: turns.length })
          }
          const ended = outcomes.flatMap(({ end }, place) => (end ? [`c${place}`] : []))
          expect(policy?.ended).toMatchObject({ count: ended.length, of: conversations.length })
          expect(policy?.endedConversations.map(({ conversationId }) => conversationId)).toEqual(ended)
        },
      ),
      { numRuns: 30 },
    )
  })

  test('The grid holds, in its place, what a policy of those numbers comes to.', async () => {
    const { policies: reports } = await reportOn(
      linesOf(['hahah', 'hahahahah', 'hahahahahahahahah'].map((text) => line(text))),
      10,
    )
    const [first, second] = reports
    const at = (redirections: number, warnings: number) =>
      first?.sensitivity.redirectionsByWarnings.find(
        (cell) => cell.redirections === redirections && cell.warnings === warnings,
      )?.ended
    expect([at(1, 1), at(3, 1), at(4, 1), at(10, 3)]).toEqual([3, 2, 1, 0])
    expect([first?.ended.count, second?.ended.count]).toEqual([2, 3])
    expect(second?.sensitivity.redirectionsByWarnings).toEqual(first?.sensitivity.redirectionsByWarnings)
  })

  test('Runs that several ask for are made once, and thresholds only where there are scores.', () => {
    expect(planFor(policies, false).runs).toHaveLength(30 + 9 + 9)
    expect(planFor(policies.slice(0, 1), true).runs).toHaveLength(30 + 9 + 9)
    expect(planFor(policies.slice(0, 1), false).policies[0]?.thresholds).toEqual([])
  })

  test('The shortest and the median road, of an odd and an even number of them.', () => {
    const roads = (counts: readonly (readonly [number, number])[]) =>
      roadsOf({ ...emptyTally(), roads: new Map(counts), ended: counts.reduce((sum, [, count]) => sum + count, 0) })
    expect(roads([])).toBeNull()
    expect(roads([[7, 1]])).toEqual({ shortest: 7, median: 7 })
    expect(
      roads([
        [9, 1],
        [5, 1],
      ]),
    ).toEqual({ shortest: 5, median: 7 })
    expect(
      roads([
        [20, 2],
        [5, 2],
        [6, 1],
      ]),
    ).toEqual({ shortest: 5, median: 6 })
  })
})

describe('Wilson’s interval', () => {
  // Known values: Newcombe 1998, table I (method 3), to four places; and R's prop.test(correct = FALSE).
  test.each([
    [81, 263, 0.2553, 0.3662],
    [15, 148, 0.0624, 0.1605],
    [0, 20, 0, 0.1611],
    [1, 29, 0.0061, 0.1718],
  ])('%i of %i: %f to %f.', (count, of, low, high) => {
    const interval = wilson(count, of)
    expect(interval.low).toBeCloseTo(low, 4)
    expect(interval.high).toBeCloseTo(high, 4)
  })

  test('Of nothing there is no share, and all of many is still not certain.', () => {
    expect(wilson(0, 0)).toEqual({ count: 0, of: 0, share: null, low: null, high: null })
    expect(wilson(20, 20)).toMatchObject({ share: 1, high: 1 })
    expect(wilson(20, 20).low).toBeCloseTo(0.8389, 4)
  })
})

describe('what is printed', () => {
  const drivers = ['\u001b', '\u202e']
  const hostile = '<img src=x onerror=alert(1)>\u001b[2J"&\u202e'
  const hostileReport = async (): Promise<Report> => {
    const text = linesOf([line('hahahahah'), line('hahahahah')], (place) => (place === 0 ? hostile : `c${place}`))
    return {
      ...(await reportOn(text, 100)),
      source: { ...(await reportOn(text, 100)).source, files: [{ name: hostile, format: 'assessed' }] },
    }
  }

  test('On the page nothing that a source says is markup, and nothing is fetched or run.', async () => {
    const page = pageOf(await hostileReport())
    expect(page).toContain('&lt;img src=x onerror=alert(1)&gt;␛[2J&quot;&amp;\\u{202e}')
    expect(page).not.toMatch(/<img|<script|https?:|url\(|@import/)
    expect(drivers.filter((sign) => page.includes(sign))).toEqual([])
    expect(page).toContain("default-src 'none'")
  })

  test('On the terminal nothing that a source says drives it, and lines fit 100 columns.', async () => {
    const lines = textLines(await hostileReport())
    expect(drivers.filter((sign) => lines.join('').includes(sign))).toEqual([])
    expect(lines.filter((text) => text.length > 100 || text.trimEnd() !== text)).toEqual([])
  })

  test('Both print every assumption, and every cell of the grid in words.', async () => {
    const report = await hostileReport()
    const text = textLines(report).join(' ').replaceAll(/\s+/g, ' ')
    const page = pageOf(report)
    expect(report.assumptions.length).toBeGreaterThan(5)
    expect(report.assumptions.filter((assumption) => !text.includes(assumption))).toEqual([])
    expect(report.assumptions.filter((assumption) => !page.includes(assumption))).toEqual([])
    expect(page.match(/class="heat h[0-6]( own)?">[\d,.]+/g)).toHaveLength(2 * (30 + 10))
  })
})
