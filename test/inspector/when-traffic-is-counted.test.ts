/** What threads did on the chart is counted as the machine did it: each transition that XState takes, once. */
import fc from 'fast-check'
import { isLeft, isRight, right } from 'fp-ts/lib/Either.js'
import { describe, expect, test } from 'vitest'
import { createActor } from 'xstate'
import { threadMachine } from '../../machines/thread.machine.js'
import { createConversations } from '../../src/conversations.js'
import { trafficAt } from '../../src/inspector/page/chart-marks.js'
import { threadLine } from '../../src/inspector/thread-line.js'
import { TrafficCount } from '../../src/inspector/traffic-count.js'
import { letterNamed, letters } from '../../src/lifecycle/alphabet.js'
import { automatonFor } from '../../src/lifecycle/automaton.js'
import { defaultPolicy } from '../../src/lifecycle/policy.js'
import type { EventStore } from '../../src/log/event-store.js'
import { orThrow } from '../../src/or-throw.js'
import { chart } from '../../src/proof/chart.js'
import { TakenTransitions } from '../../src/proof/taken.js'
import { openMemoryStore } from '../../src/stores/memory.js'
import { arbitraries } from '../../src/testing/arbitraries.js'
import { chained } from '../log/recorded.js'
import { timelineOf } from './timelines.js'

const { transitions } = chart()
const start = automatonFor(defaultPolicy).describe(0)

describe('what a step takes', () => {
  const taken = new TakenTransitions(defaultPolicy)
  const told = (state: typeof start, letter: string) =>
    taken.of(state, letterNamed(letter)).map((place) => {
      const { source, target, refuses } = transitions[place] as (typeof transitions)[number]
      return `${source} to ${target ?? refuses ?? 'nothing'}`
    })

  test('One transition for each region that moves.', () => {
    expect(told({ ...start, assessment: 'pending' }, 'message.assessed(risk)').sort()).toEqual([
      'assessment.pending to assessment.current',
      'closing to closing.none',
      'lifecycle to lifecycle.engaging',
      'risk.clear to risk.flagged',
    ])
  })

  test("Where no region moves, the root's own: accepted without effect, or refused.", () => {
    expect(told(start, 'welfare.noted')).toEqual(['thread to nothing'])
    expect(told(start, 'message.sent(warning)')).toEqual(['thread to warning-not-due'])
  })

  test('In every state, those that are taken lead where the automaton goes.', () => {
    const automaton = automatonFor({ ...defaultPolicy, handshake: true })
    const own = new TakenTransitions(automaton.policy)
    const strays: string[] = []
    for (let state = 0; state < automaton.size; state++) {
      for (const [letter, { name }] of letters.entries()) {
        const next = automaton.step(state, letter)
        if (next < 0) continue
        const [before, after] = [automaton.describe(state), automaton.describe(next)]
        const targets = own.of(before, letter).flatMap((place) => transitions[place]?.target ?? [])
        for (const region of ['lifecycle', 'risk', 'assessment', 'closing'] as const) {
          const leads = targets.filter((target) => target.startsWith(`${region}.`))
          const expected = leads.length > 0 ? leads : [`${region}.${before[region]}`]
          if (expected[0] !== `${region}.${after[region]}`) strays.push(`${name} in ${JSON.stringify(before)}`)
        }
      }
    }
    expect(strays).toEqual([])
    expect(automaton.size).toBeGreaterThan(50)
  })

  test('They are the ones that a running XState actor takes.', () => {
    const seen: (readonly string[])[] = []
    const actor = createActor(threadMachine, {
      input: { policy: defaultPolicy },
      inspect: (event) => {
        if (event.type !== '@xstate.microstep') return
        const steps = event._transitions.map(
          ({ source, eventType }) => `${source.id.replace('thread.', '')} ${eventType}`,
        )
        if (steps.length > 0 && event.event.type !== 'xstate.init') seen.push(steps)
      },
    }).start()
    actor.send({ type: 'message.received' })
    actor.send({ type: 'message.assessed', data: { harm: 'harmful', risk: null }, latest: true })
    const own = [
      taken.of(start, letterNamed('message.received')),
      taken.of({ ...start, assessment: 'pending' }, letterNamed('message.assessed(harmful)')),
    ]
    const places = own.map((step) => step.map((place) => `${transitions[place]?.source} ${transitions[place]?.event}`))
    expect(places.map((step) => [...step].sort())).toEqual(seen.map((step) => [...step].sort()))
  })
})

/** A person who goes on after two redirections, is calm, forks, and leaves. */
async function lived(): Promise<{ store: EventStore; conversationId: string }> {
  const store = openMemoryStore()
  const harmful = ({ content }: { content: unknown }) => ({
    harm: String(content).includes('idiot') ? ('harmful' as const) : ('none' as const),
    risk: null,
  })
  const door = createConversations({ store, assess: harmful })
  const { conversationId, threadId } = orThrow(await door.open({ owner: 'ada' }))
  const place = { conversationId, threadId }
  for (const _ of [1, 2]) {
    orThrow(await door.receive({ ...place, content: 'you idiot' }))
    orThrow(await door.send({ ...place, content: 'Let us not.', purpose: 'redirection' }))
  }
  orThrow(await door.receive({ ...place, content: 'sorry' }))
  orThrow(await door.requestEnd(place))
  return { store, conversationId }
}

describe('what a database did', () => {
  test('Transitions are counted as often as they were taken, and states as often as entered.', async () => {
    const { store, conversationId } = await lived()
    const count = new TrafficCount(store)
    expect(isRight(await count.add(conversationId))).toBe(true)
    const { states, transitions: times, conversations, events } = count.total()
    expect([conversations, events]).toEqual([1, 10])
    const taken = Object.entries(times)
      .filter(([place, often]) => often > 0 && transitions[Number(place)]?.source !== 'thread')
      .map(([place, often]) => `${transitions[Number(place)]?.source} ${transitions[Number(place)]?.event}: ${often}`)
    expect(taken.sort()).toEqual([
      'assessment.current message.received: 3',
      'assessment.pending message.assessed: 3',
      'closing.none end.requested: 1',
      'lifecycle message.assessed: 1',
      'lifecycle.engaging message.assessed: 1',
      'lifecycle.redirecting.due message.sent: 2',
      'lifecycle.redirecting.tried message.assessed: 1',
    ])
    expect(states).toMatchObject({
      'lifecycle.engaging': 2,
      'lifecycle.redirecting.due': 2,
      'lifecycle.redirecting.tried': 2,
      'lifecycle.ended': 0,
      'risk.clear': 1,
      'assessment.pending': 3,
      'assessment.current': 4,
      'closing.requested': 1,
    })
  })

  test('Risk on one thread is counted on each that it reaches.', async () => {
    const { store, conversationId } = await lived()
    const door = createConversations({ store })
    const view = orThrow(await door.events({ conversationId }))
    const said = view.find(({ type }) => type === 'message.received')
    if (said?.type !== 'message.received') throw new Error('nothing was said')
    const { threadId, messageId } = said.data
    orThrow(await door.fork({ conversationId, threadId, messageId, edit: { content: 'hello' } }))
    orThrow(await door.flagRisk({ conversationId, kind: 'crisis', by: 'operator' }))
    const count = new TrafficCount(store)
    await count.add(conversationId)
    expect(count.total().states['risk.flagged']).toBe(2)
    expect(count.total().states['lifecycle.forked']).toBe(1)
  })

  test('A log that does not replay is named, and nothing of it is counted.', async () => {
    const { store, conversationId } = await lived()
    let isTorn = true
    const torn: Pick<EventStore, 'read'> = {
      read: async (range) => {
        const page = await store.read(range)
        return isLeft(page) ? page : { ...page, right: page.right.filter(({ version }) => !isTorn || version !== 7) }
      },
    }
    const count = new TrafficCount(torn)
    const answer = await count.add(conversationId)
    expect(isLeft(answer) && answer.left.code).toBe('corrupt-event')
    const { conversations, events, states } = count.total()
    expect([conversations, events, ...new Set(Object.values(states))]).toEqual([0, 0, 0])
    isTorn = false
    await count.add(conversationId)
    const whole = new TrafficCount(store)
    await whole.add(conversationId)
    expect(count.total()).toEqual(whole.total())
  })

  test('Whatever was counted twice counts double.', async () => {
    const { store, conversationId } = await lived()
    const [once, twice] = [new TrafficCount(store), new TrafficCount(store)]
    await once.add(conversationId)
    await twice.add(conversationId)
    await twice.add(conversationId)
    const doubled = Object.fromEntries(
      Object.entries(once.total().transitions).map(([place, often]) => [place, 2 * often]),
    )
    expect(twice.total().transitions).toEqual(doubled)
  })
})

test('On one thread, the page counts as the whole database is counted: what is entered from itself, too.', async () => {
  let selfEntered = 0
  await fc.assert(
    fc.asyncProperty(arbitraries(fc).logs({ attemptsMax: 60 }), async (log) => {
      const cut = log.findIndex(({ type }) => type === 'thread.forked')
      const alone = cut < 0 ? log : log.slice(0, cut)
      const count = new TrafficCount({ read: async () => right(chained(alone)) })
      orThrow(await count.add('conversation-1'))
      const timeline = timelineOf(alone)
      const { automaton, version } = timeline
      if (!automaton) return
      const { states, transitions: met } = trafficAt(automaton, threadLine(timeline, 0), version)
      const total = count.total()
      expect(states).toEqual(total.states)
      expect({ ...Object.fromEntries(transitions.map((_, place) => [place, 0])), ...met }).toEqual(total.transitions)
      selfEntered += (states['lifecycle.engaging'] ?? 0) > 1 ? 1 : 0
    }),
    { numRuns: 40, seed: 2 },
  )
  expect(selfEntered).toBeGreaterThan(3)
})
