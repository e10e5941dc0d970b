/** A past conversation under a policy: what would have come of it is what a log would say, and what SPEC promises. */
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { withDefaults } from '../../../src/lifecycle/policy.js'
import { line, lines, outcomeOf, policies, treeOf, trees } from './histories.js'
import { outcomeByLog } from './log-oracle.js'

const numRuns = 300

describe('by example', () => {
  test('Persistent harm ends after three redirections, a warning and one more word.', () => {
    expect(outcomeOf(line('hahahahaha'))).toMatchObject({
      redirected: true,
      warned: true,
      end: { userMessages: 5, message: 8 },
      unsaid: 1,
    })
    expect(outcomeOf(line('hahahaha')).end).toBeNull()
  })

  test('A last message that nothing follows is answered too.', () => {
    expect(outcomeOf(line('hahahahah'))).toMatchObject({ end: { userMessages: 5, message: 8 }, unsaid: 0 })
    expect(outcomeOf(line('h')).redirected).toBe(true)
  })

  test('Two messages in a row are answered once.', () => {
    expect(outcomeOf(line('hhhhhhhhhhhh'))).toMatchObject({ redirected: true, warned: false, end: null })
  })

  test('What follows an end was never said; a branch cut before it is walked on.', () => {
    const end = [
      ['h', -1],
      ['a', 0],
      ['h', 1],
      ['a', 2],
      ['h', 3],
      ['a', 4],
      ['n', 5],
    ] as const
    const policy = { redirections: 1 }
    expect(outcomeOf(treeOf(...end), policy)).toMatchObject({ end: { userMessages: 3, message: 4 }, unsaid: 2 })
    const branched = outcomeOf(treeOf(...end, ['r', 3]), policy)
    expect(branched).toMatchObject({ supported: true, unsaid: 2 })
  })

  test('At risk nobody is warned, and nothing ends.', () => {
    expect(outcomeOf(line('rahahahahahahaha'))).toMatchObject({ supported: true, warned: false, end: null })
  })

  test('Risk on one branch reaches those that are taken up later.', () => {
    const begun = [
      ['h', -1],
      ['a', 0],
      ['h', 1],
      ['a', 2],
    ] as const
    const gone = [...begun, ['h', 3]] as const
    expect(outcomeOf(treeOf(...gone), { redirections: 1 }).end).not.toBeNull()
    expect(outcomeOf(treeOf(...begun, ['r', -1], ['h', 3]), { redirections: 1 }).end).toBeNull()
  })

  test('The veto that held back is counted where the user was not known to be harmless, the first in order.', () => {
    expect([...outcomeOf(line('haua')).vetoed]).toEqual([
      ['redirections-remaining', 1],
      ['assessment-pending', 1],
    ])
    expect([...outcomeOf(line('nana')).vetoed]).toEqual([])
    expect([...outcomeOf(line('raha')).vetoed]).toEqual([['risk-flagged', 2]])
  })

  test('Under handshake the end is proposed and then called.', () => {
    expect(outcomeOf(line('hahah'), { redirections: 1, handshake: true }).end).toEqual({ userMessages: 3, message: 4 })
  })
})

describe('for any conversation and policy', () => {
  test('What comes of it is what a log says that the acceptor takes, event by event.', () => {
    let ends = 0
    fc.assert(
      fc.property(fc.oneof(trees, lines), policies, (conversation, policy) => {
        const byLog = outcomeByLog(conversation, policy)
        expect(outcomeOf(conversation, policy)).toEqual(byLog)
        ends += Number(byLog.end !== null)
      }),
      { numRuns },
    )
    expect(ends).toBeGreaterThan(numRuns / 20)
  })

  test('An end needs R + W + 1 harmful messages on its line, and none at risk.', () => {
    fc.assert(
      fc.property(trees, policies, ({ messages, ...rest }, policy) => {
        const { end } = outcomeOf({ ...rest, messages }, policy)
        if (end === null) return
        const onLine = []
        for (let at = end.message; at >= 0; at = messages[at]?.parent ?? -1) onLine.push(messages[at]?.kind)
        const harmful = onLine.filter((kind) => kind === 'harmful').length
        expect(harmful).toBeGreaterThanOrEqual(policy.redirections + policy.warnings + 1)
        expect(onLine).not.toContain('risk')
        expect(onLine[0]).toBe('harmful')
      }),
      { numRuns },
    )
  })

  test('A conversation that begins with risk never ends.', () => {
    fc.assert(
      fc.property(lines, policies, ({ messages }, policy) => {
        const text = messages.map(({ kind }) => (kind === 'none' ? 'n' : kind === 'assistant' ? 'a' : 'h')).join('')
        expect(outcomeOf(line(`r${text}`), policy)).toMatchObject({ end: null, warned: false, redirected: false })
      }),
      { numRuns },
    )
  })

  test('More redirections or more warnings never end what fewer did not, and never sooner.', () => {
    fc.assert(
      fc.property(
        fc.oneof(lines, trees),
        policies,
        fc.nat(2),
        fc.nat(1),
        (conversation, policy, redirections, warnings) => {
          const more = withDefaults({
            ...policy,
            redirections: policy.redirections + redirections,
            warnings: policy.warnings + warnings,
          })
          const strict = outcomeOf(conversation, more).end
          const lax = outcomeOf(conversation, policy).end
          expect(lax?.userMessages ?? Number.POSITIVE_INFINITY).toBeLessThanOrEqual(
            strict?.userMessages ?? Number.POSITIVE_INFINITY,
          )
        },
      ),
      { numRuns: 1_000 },
    )
  })
})
