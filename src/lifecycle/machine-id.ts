/** Which machine decided: recorded in every conversation's first event, so that a later one can be held against it. */
import { sha256 } from '@noble/hashes/sha2.js'
import { bytesToHex, utf8ToBytes } from '@noble/hashes/utils.js'
import { conjunctions, places, predicates } from '#machines/guards.js'
import { threadMachine } from '#machines/thread.machine.js'

/** The statechart engine, pinned exactly in package.json: patch releases were seen to change a step. A test compares. */
export const engine = 'xstate@5.33.3'

// Structure and names, not function text, which differs between builds of one source.
const describeChart = (): string =>
  JSON.stringify([threadMachine.config, conjunctions, places, Object.keys(predicates)])

let known: string | undefined

/** The chart's hash (16 hex digits of a SHA-256) and the engine's version, `0123456789abcdef xstate@5.33.3`. */
export function machineId(): string {
  known ??= `${bytesToHex(sha256(utf8ToBytes(describeChart()))).slice(0, 16)} ${engine}`
  return known
}
