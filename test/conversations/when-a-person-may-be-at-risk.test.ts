/** SPEC R5: while the person may be at risk nothing ends, nothing is warned of, and ending is not even mentioned. */
import { describe, expect, test } from 'vitest'
import { letters } from '../../src/lifecycle/alphabet.js'
import { automatonFor } from '../../src/lifecycle/automaton.js'
import { guidanceFor } from '../../src/lifecycle/guidance.js'
import { orThrow } from '../../src/or-throw.js'
import { variedPolicies } from '../../src/testing/stories/policies.js'
import { reachableStates } from '../lifecycle/exploration.js'
import { faultIn, here, openDoor, opened } from './door.js'
import { stores } from './stores.js'

const ending = /\bend(s|ed|ing)?\b|\bclos|\bwarn|\bterminat|\bstop|\bleave/i
const warning = { behavior: 'insults', alternative: 'the question' }

describe.each(variedPolicies.map((policy) => [JSON.stringify(policy), policy] as const))('under %s', (_, policy) => {
  const automaton = automatonFor(policy)
  const states = reachableStates(automaton).filter((state) => automaton.describe(state).risk === 'flagged')

  test('In every reachable state at risk the advice supports, offers no end, and speaks of none.', () => {
    expect(states.length).toBeGreaterThan(3)
    for (const state of states) {
      const { stance, mayEnd, grounds, endTool, instructions } = guidanceFor(automaton, state)
      const isEnded = automaton.describe(state).lifecycle === 'ended'
      expect({ stance, mayEnd, grounds, endTool }).toEqual({
        stance: isEnded ? 'closed' : 'support',
        mayEnd: false,
        grounds: [],
        endTool: 'none',
      })
      expect(instructions).not.toMatch(ending)
      expect(instructions).toMatch(/risk/)
    }
  })

  test('No step out of a state at risk ends a thread or warns.', () => {
    const forbidden = letters.flatMap(({ name }, letter) =>
      /thread\.ended|sent\(warning|end\.(proposed|requested)/.test(name) ? [letter] : [],
    )
    expect(forbidden).toHaveLength(5)
    for (const state of states) for (const letter of forbidden) expect(automaton.step(state, letter)).toBeLessThan(0)
  })
})

describe.each(stores)('over $name', ({ open }) => {
  test('A crisis in the middle of abuse: support, no warning, no end, on any thread; and afterwards all begins anew.', async () => {
    const { conversations, store } = await opened(openDoor({ store: await open() }), { redirections: 1 })
    const receive = async (content: string, threadId = 'main') =>
      orThrow(await conversations.receive({ ...here, threadId, content }))
    await receive('harm')
    const retried = orThrow(await conversations.send({ ...here, content: 'r', purpose: 'redirection' }))
    await receive('harm')
    orThrow(await conversations.fork({ ...here, messageId: retried.messageId ?? '', newThreadId: 'b' }))
    expect((await receive('crisis')).guidance).toMatchObject({ stance: 'support', mayEnd: false, endTool: 'none' })
    for (const threadId of ['main', 'b']) {
      const on = { ...here, threadId }
      const { guidance, state } = orThrow(await conversations.thread(on))
      expect(guidance.stance).toBe('support')
      expect(state).toMatchObject({ risk: 'flagged', lifecycle: 'engaging', failures: 0 })
      expect(await conversations.send({ ...on, content: 'w', purpose: 'warning', warning })).toMatchObject({
        left: { code: 'risk-flagged' },
      })
      expect(await conversations.end({ ...on, ground: 'persistent-harm', reason: 'r' })).toMatchObject({
        left: { code: 'risk-flagged' },
      })
      expect(await conversations.requestEnd(on)).toMatchObject({ left: { code: 'risk-flagged' } })
    }
    orThrow(await conversations.send({ ...here, content: 'I am here', purpose: 'support' }))
    expect((await receive('harm')).guidance.stance).toBe('support')
    expect(await conversations.clearRisk({ conversationId: 'c1', reason: 'ok', by: 'assessor' })).toMatchObject({
      left: { code: 'not-permitted' },
    })
    const clear = orThrow(await conversations.clearRisk({ conversationId: 'c1', reason: 'spoken with' }))
    expect(clear).toMatchObject({ threadId: 'main', state: { risk: 'clear', lifecycle: 'engaging', failures: 0 } })
    expect(await conversations.clearRisk({ conversationId: 'c1', reason: 'again' })).toMatchObject({
      left: { code: 'risk-not-flagged' },
    })
    expect(await faultIn(store)).toBeNull()
  })
})

test.each(['assessor', 'operator', 'assistant', 'system'] as const)('The %s may flag.', async (by) => {
  const { conversations } = await opened(openDoor())
  const turn = orThrow(
    await conversations.flagRisk({ conversationId: 'c1', kind: 'self-harm', threadId: 'main', note: 'n', by }),
  )
  expect(turn).toMatchObject({ state: { risk: 'flagged' }, event: { actor: { kind: by }, data: { note: 'n' } } })
})

test('Risk flagged after the end changes the ended thread in nothing but risk, and its advice speaks of help.', async () => {
  const { conversations } = await opened(openDoor())
  orThrow(await conversations.requestEnd(here))
  orThrow(await conversations.send({ ...here, content: '?', purpose: 'confirmation' }))
  orThrow(await conversations.confirmEnd(here))
  orThrow(await conversations.end({ ...here, ground: 'user-request', reason: 'asked' }))
  orThrow(await conversations.flagRisk({ conversationId: 'c1', kind: 'crisis' }))
  const { guidance, state } = orThrow(await conversations.thread(here))
  expect(state).toMatchObject({ lifecycle: 'ended', risk: 'flagged', closing: 'confirmed' })
  expect(guidance.stance).toBe('closed')
  expect(guidance.instructions).toMatch(/help/)
})
