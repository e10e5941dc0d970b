/** What a simulation found, and what it holds the service to beside SPEC's own invariants. */

/** The laws of a service, by the names that findings use. SPEC's I1 to I14 and the machine's duties D1 to D8 go by theirs. */
export const serviceLaws = {
  accepted: 'Every log is accepted, event by event, by the acceptor that trusts nothing.',
  'one-winner': 'A store takes each version once, in order, without a gap.',
  kept: 'What a store took is read back as it was written, and nothing else is.',
  chain: 'Every log is tied together by its hashes.',
  'exactly-once':
    'A command that was answered with yes is in the log exactly once, and the answer is of it; one answered with no, not at all.',
  'declined-logged': 'An end that was refused by vetoes is in the log.',
  'assessed-truly': 'An assessment in the log is what the assessor said, in time; a failure is not an answer.',
  fresh: 'Who asks for a thread sees all that was stored before the question.',
  erased: 'After an answered erasure the content is gone from the store.',
  liveness: 'When faults stop, everything is answered, everyone may write, and an ended thread can be branched.',
  throws: 'Neither the door nor the store throws.',
} as const

export interface SimulationFinding {
  /** Give it to `simulate`, with the same options, to see the same again. */
  readonly seed: number
  /** SPEC's I1 to I14, a duty D1 to D8, or a name of `serviceLaws`. */
  readonly law: string
  readonly conversationId: string | null
  readonly version: number | null
  /** What was seen, and how it came to it: one line each. */
  readonly story: readonly string[]
}

const findingsMax = 20

export class Findings {
  readonly all: SimulationFinding[] = []

  constructor(private readonly seed: number) {}

  /** The most that one run tells have been found: what follows them is mostly their echo. */
  get isFull(): boolean {
    return this.all.length >= findingsMax
  }

  add(
    law: string,
    what: string,
    where: {
      readonly conversationId?: string | undefined
      readonly version?: number | undefined
      readonly story?: readonly string[]
    } = {},
  ): void {
    if (this.isFull) return
    const { conversationId = null, version = null, story = [] } = where
    const replay = `replay: simulate({ seed: ${this.seed}, … }) with the same options`
    this.all.push({ seed: this.seed, law, conversationId, version, story: [what, ...story, replay] })
  }
}
