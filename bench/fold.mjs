/** Folding a long conversation: ours against a hand-written reducer that builds the same messages. */
import { fold } from 'colloquy'
import { asRead, conversationOf } from './logs.mjs'
import { compare, report } from './measure.mjs'
import { foldByHand } from './switch-reducer.mjs'

const count = 100_000
const log = conversationOf(count)

let read = asRead(log)
const fresh = () => {
  read = asRead(log)
}
const contestant = () => fold(read)
const baseline = () => foldByHand(read)
fresh()
const result = await compare({ contestant, baseline, rounds: 15 })
report({ what: `fold of ${count} events`, against: 'a hand-written reducer', count, result, aim: 1 })
