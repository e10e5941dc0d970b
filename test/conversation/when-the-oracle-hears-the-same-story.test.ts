/** The library and the oracle read SPEC §4 independently; they must agree on every story. */
import { isDeepStrictEqual } from 'node:util'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { Folding } from '../../src/conversation/fold.js'
import { judge } from '../../src/conversation/judge.js'
import type { Story } from '../../src/testing/stories/story.js'
import { eventWords } from '../../src/testing/words.js'
import { Census } from './census.js'
import { reportOf } from './report.js'
import { SpecOracle } from './spec-oracle.js'
import { stories } from './stories.js'

function expectAgreement({ attempts, states }: Story): void {
  const oracle = new SpecOracle()
  let version = 0
  for (const { event, code } of attempts) {
    const expected = oracle.offer(event)
    if (code !== expected) expect(code, eventWords(event)).toBe(expected)
    if (code === undefined) version += 1
    const [told, heard] = [oracle.report(), reportOf(states[version - 1] ?? null)]
    // Asked first, since `expect` is slow and there are very many of these.
    if (!isDeepStrictEqual(heard, told)) expect(heard).toEqual(told)
  }
}

function expectBulkAgreement({ attempts }: Story): void {
  const oracle = new SpecOracle()
  const folding = new Folding()
  for (const { event } of attempts) {
    const code = judge(folding.state, event)?.code
    expect(code).toBe(oracle.offer(event))
    if (code === undefined) folding.add(event)
  }
  expect(reportOf(folding.finish())).toEqual(oracle.report())
}

test('Judge and the live runner agree with the oracle on every acceptance, code, state, line and veto.', () => {
  const census = new Census()
  fc.assert(
    fc.property(stories, (story) => {
      census.count(story)
      expect(story.fault).toBeUndefined()
      expectAgreement(story)
    }),
    { numRuns: 1_200 },
  )
  census.expectWidth()
})

test('Judge and the bulk runner agree with the oracle.', () => {
  fc.assert(fc.property(stories, expectBulkAgreement), { numRuns: 300 })
})
