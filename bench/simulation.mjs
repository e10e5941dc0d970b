/** Events a second through the simulation, all laws held at each, against the bare door doing about the same, unwatched. */
import { createConversations, openMemoryStore } from 'colloquy'
import { noFaults, simulate } from 'colloquy/testing'
import { compare, report } from './measure.mjs'

const count = 2_000
const turns = 10

let seed = 0
let simulated = 0
let findings = 0
const simulating = (faults) => async () => {
  const result = await simulate({ seed: ++seed, users: 4, pods: 3, events: count, ...(faults && { faults }) })
  simulated += result.events
  findings += result.findings.length
}

/** Conversations of about the length of a simulated one, through one door. */
async function bareDoor() {
  const store = openMemoryStore()
  const conversations = createConversations({ store, assess: () => ({ harm: 'none', risk: null }) })
  for (let events = 0; events < count; events += 3 * turns + 1) {
    const { right } = await conversations.open({})
    const { conversationId, threadId } = right
    const where = { conversationId, threadId }
    for (let turn = 0; turn < turns; turn++) {
      await conversations.receive({ ...where, content: 'a question', commandId: `q${turn}` })
      await conversations.send({ ...where, content: 'an answer', commandId: `a${turn}` })
    }
  }
}

for (const [what, faults] of [
  ['the service simulated, with faults', undefined],
  ['the service simulated, without faults', noFaults],
]) {
  const result = await compare({ contestant: simulating(faults), baseline: bareDoor, rounds: 7 })
  report({ what, against: 'the bare door', count, result })
}
console.log(`${simulated} events in ${seed} seeds, ${findings} findings`)
