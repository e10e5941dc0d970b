/** Steps of the lifecycle: our table, letters found included, against XState itself and a hand-written switch. */
import { automatonFor, defaultPolicy, letterOf } from 'colloquy'
import { threadMachine } from 'colloquy/machines'
import { createActor, initialTransition, transition } from 'xstate'
import { conversationOf } from './logs.mjs'
import { compare, report } from './measure.mjs'
import { initial, step } from './switch-reducer.mjs'

const events = conversationOf(3_001).slice(1)
const times = (count, run) => () => {
  for (let i = 0; i < count; i++) run()
}

const automaton = automatonFor(defaultPolicy)
let sink = 0
function byTable() {
  let state = 0
  for (const event of events) {
    state = automaton.step(state, letterOf(event, true))
    sink += state
  }
}
function bySwitch() {
  let state = initial(defaultPolicy)
  for (const event of events) {
    state = step(state, event)
    sink += state.failures
  }
}
const forMachine = events.map((event) => (event.type === 'message.assessed' ? { ...event, latest: true } : event))
function byActor() {
  const actor = createActor(threadMachine, { input: { policy: defaultPolicy } }).start()
  for (const event of forMachine) actor.send(event)
  sink += actor.getSnapshot().context.failures
}
function byTransition() {
  let [snapshot] = initialTransition(threadMachine, { policy: defaultPolicy })
  for (const event of forMachine) snapshot = transition(threadMachine, snapshot, event)[0]
  sink += snapshot.context.failures
}

/** Compares rates: each side runs as often as it needs to be measured, and its seconds are divided by that. */
async function against(what, baseline, { repeat, aim }) {
  const ourRepeat = 2_000
  const result = await compare({ contestant: times(ourRepeat, byTable), baseline: times(repeat, baseline) })
  const scaled = { ...result, ratio: (result.ratio * ourRepeat) / repeat, theirs: (result.theirs * ourRepeat) / repeat }
  report({ what: 'lifecycle step by table', against: what, count: events.length * ourRepeat, result: scaled, aim })
}

await against('an immutable switch reducer', bySwitch, { repeat: 100, aim: 10 })
await against("XState's actor.send", byActor, { repeat: 1, aim: 300 })
await against("XState's pure transition", byTransition, { repeat: 1, aim: 300 })
if (sink === 0) throw new Error('nothing was measured')
