/** The proof of SPEC §5 for policies in force, and the faithfulness of what it is made on. */
import { isLeft } from 'fp-ts/lib/Either.js'
import { describe, expect, test } from 'vitest'
import type { Policy } from '../../machines/events.js'
import { threadsOf } from '../../src/conversation/state.js'
import { automatonFor } from '../../src/lifecycle/automaton.js'
import { defaultPolicy } from '../../src/lifecycle/policy.js'
import { Acceptor } from '../../src/log/acceptor.js'
import { logOf } from '../../src/proof/concrete.js'
import { explore, type Point, roadTo } from '../../src/proof/explore.js'
import { verify } from '../../src/proof/verify.js'

const policies: readonly Policy[] = [
  defaultPolicy,
  { ...defaultPolicy, handshake: true },
  { ...defaultPolicy, redirections: 1, calmTurns: 1, userMayEnd: false, riskClearedBy: ['assessor'] },
  { ...defaultPolicy, redirections: 2, warnings: 3, handshake: true, riskClearedBy: ['operator', 'assessor'] },
]
const named = policies.map((policy): [string, Policy] => [JSON.stringify(policy), policy])
const spec = ['I1', 'I2', 'I3', 'I4', 'I5', 'I6', 'I7', 'I8', 'I11', 'I12', 'I13', 'I14']

describe.each(named)('under %s', (_, policy) => {
  test('every property holds, over every log or to a stated bound', () => {
    const { ok, properties, steps } = verify(policy, { threads: 3, events: 3 })
    expect(properties.filter(({ holds }) => !holds)).toEqual([])
    expect(ok).toBe(true)
    expect(properties.map(({ id }) => id)).toEqual(expect.arrayContaining([...spec, 'I9', 'I10']))
    expect(steps).toBeGreaterThan(1_000)
  })

  test('each point of the space is a log that is accepted, and leads to that very state', () => {
    const automaton = automatonFor(policy)
    const { points } = explore(automaton)
    const astray = points.filter((point) => reached(policy, point) !== JSON.stringify(automaton.describe(point.state)))
    expect(astray.map((point) => roadTo(point))).toEqual([])
  })
})

/** The state to which the point's road leads, by the acceptor of raw logs; the code of what it does not accept. */
function reached(policy: Policy, point: Point): string {
  const acceptor = new Acceptor()
  for (const line of logOf(policy, roadTo(point))) {
    const accepted = acceptor.accept(line)
    if (isLeft(accepted)) return `${accepted.left.code}: ${accepted.left.message}`
  }
  const conversation = acceptor.finish()
  if (!conversation) return 'nothing was accepted'
  const last = threadsOf(conversation).at(-1)
  return JSON.stringify(last && automatonFor(policy).describe(last.state))
}

test('the counters reach the policy’s limits, calm one less, since it is forgiven there', () => {
  expect(verify(defaultPolicy, null).caps).toEqual({ failures: 3, ignored: 1, calm: 1 })
})
