/** The work of the door as entries for a structured log: one for each part, and for what came between. Never content. */
import { isLeft } from 'fp-ts/lib/Either.js'
import { type Activity, type Details, type Failure, type Happening, outcomeOf, type Telemetry } from './telemetry.js'

export interface LogEntry {
  /** `debug`: a part that went well; `info`: a rule refused, or writers met; `error`: the store or the assessor failed. */
  readonly level: 'debug' | 'info' | 'error'
  readonly what: Activity | Happening
  /** `ok`, or the code of why not; for a part of the work. */
  readonly outcome?: string
  readonly durationMs?: number
  /** `conversationId`, `command`, `attempt` and the like. */
  readonly details: Details
}

// A race is the order of the day; that it was lost for good is told by the command.
const expected = ['wrong-expected-version', 'duplicate-event']

const levelOf = ({ kind, code }: Failure): LogEntry['level'] =>
  kind === 'rejection' || expected.includes(code) ? 'info' : 'error'

/** Has `log` told of every part of the work; it must not throw. */
export const structuredLog = (log: (entry: LogEntry) => void): Telemetry => ({
  during: async (what, details, work) => {
    const begun = performance.now()
    const answer = await work()
    const level = isLeft(answer) ? levelOf(answer.left) : 'debug'
    log({ level, what, outcome: outcomeOf(answer), durationMs: performance.now() - begun, details })
    return answer
  },
  tell: (what, details) => log({ level: 'info', what, details }),
})
