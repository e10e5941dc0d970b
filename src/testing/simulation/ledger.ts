/**
 * What every command was answered, kept by those who sent it: the other side of the books, against which the log is
 * held at the end. It must know nothing but what a client of the service can know.
 */
import { type Either, isLeft } from 'fp-ts/lib/Either.js'
import type { Refused } from '../../conversations/journal.js'
import type { Turn } from '../../conversations/turn.js'
import type { RecordedEvent } from '../../log/recorded-event.js'
import type { Findings } from './findings.js'

export interface Entry {
  /** Sent as correlation id, and, if it may be sent twice, as command id. */
  readonly id: string
  readonly kind: string
  readonly conversationId: string
  readonly isNamed: boolean
  /** The thread that the answer must speak of; `null` for any. */
  readonly about: string | null
  readonly turns: Turn[]
  /** Codes of the rejections; `vetoed` among them where vetoes came with one. */
  readonly rejections: string[]
  isVetoed: boolean
  /** Answered with no, though it was in the log before it was sent that time. */
  isDenied: boolean
  /** Some answer was none: lost, or the world refused, or the pod died. */
  isUncertain: boolean
  /** No answer was ever lost: the world refused each time, and said that nothing was done. */
  isRefusedByWorld: boolean
  /** The messages that it erases. */
  readonly erases: readonly string[]
}

type Answered = Either<Refused, Turn>

const bringsMessage = (kind: string): boolean => kind === 'receive' || kind === 'fork'
// No other command uses its ids: only its own first coming can stand in its way like this.
const fromItself = ['duplicate-message', 'duplicate-thread', 'already-opened', 'command-id-reused']
// What follows a message or an erasure can fail when they are stored already.
const isDoneAtOnce = (kind: string): boolean => !bringsMessage(kind) && kind !== 'erase'
const isAssessment = ({ type }: RecordedEvent): boolean => type === 'message.assessed' || type === 'assessment.failed'

export class Ledger {
  private readonly entries = new Map<string, Entry[]>()

  begin(entry: Pick<Entry, 'id' | 'kind' | 'conversationId' | 'isNamed' | 'about' | 'erases'>): Entry {
    const begun: Entry = {
      ...entry,
      turns: [],
      rejections: [],
      isVetoed: false,
      isDenied: false,
      isUncertain: false,
      isRefusedByWorld: false,
    }
    const known = this.entries.get(entry.conversationId)
    if (known) known.push(begun)
    else this.entries.set(entry.conversationId, [begun])
    return begun
  }

  of(conversationId: string): readonly Entry[] {
    return this.entries.get(conversationId) ?? []
  }
}

/**
 * Notes one answer; `null` for none.
 * @param wasDone whether the command was in the log before it was sent this time; then only yes is true, or the vetoes.
 */
export function note(entry: Entry, answer: Answered | null, wasDone: boolean): void {
  const isFirst = entry.turns.length + entry.rejections.length === 0 && !entry.isUncertain
  const says = answer !== null && isLeft(answer) && answer.left.kind === 'store' ? answer.left.code : undefined
  const isPlainNo = says !== undefined && says !== 'unknown-outcome'
  entry.isRefusedByWorld = isPlainNo && (isFirst || entry.isRefusedByWorld)
  if (answer === null || says !== undefined) entry.isUncertain = true
  else if (!isLeft(answer)) entry.turns.push(answer.right)
  else if (answer.left.kind === 'rejection') {
    entry.rejections.push(answer.left.code)
    entry.isVetoed ||= answer.left.vetoes !== undefined
    entry.isDenied ||= wasDone && answer.left.vetoes === undefined
  }
}

function faultOf(entry: Entry, logged: readonly RecordedEvent[], log: readonly RecordedEvent[]): string | undefined {
  const orders = bringsMessage(entry.kind) ? logged.filter((event) => !isAssessment(event)) : logged
  if (orders.length > 1) return `is in the log ${orders.length} times`
  if (logged.length - orders.length > 1) return 'had its message assessed more than once'
  const told = entry.turns.find(({ event }) => log[event.version - 1]?.hash !== event.hash)
  if (told) return `was told of an event at version ${told.event.version} that the log does not have`
  if (entry.turns.length > 0 && orders.length === 0) return 'was answered with yes and is not in the log'
  const later = entry.turns.find(({ version, event }) => version !== event.version)
  if (later) return `was told of version ${later.version}, not of the one just after its event`
  const astray = entry.turns.find(({ threadId }) => entry.about !== null && threadId !== entry.about)
  if (astray) return `was about ${entry.about}, and was answered about ${astray.threadId}`
  const own = entry.rejections.find((code) => fromItself.includes(code))
  if (own) return `was refused for what it did itself: ${own}`
  if (entry.isDenied) return 'was answered with no when it was in the log'
  if (isDoneAtOnce(entry.kind) && entry.isRefusedByWorld && orders.length > 0) {
    return 'was told that nothing was stored, and is in the log'
  }
  const isRefused = entry.turns.length === 0 && entry.rejections.length > 0 && !entry.isUncertain
  return isRefused && !entry.isVetoed && orders.length > 0 ? 'was answered with no and is in the log' : undefined
}

const isDeclined = (entry: Entry, own: readonly RecordedEvent[]): boolean =>
  !entry.isVetoed || own.some(({ type }) => type === 'end.declined')

/** Holds the books of one conversation against its log. */
export function audit(entries: readonly Entry[], log: readonly RecordedEvent[], findings: Findings): void {
  const byCorrelation = new Map<string, RecordedEvent[]>()
  for (const event of log) {
    const id = event.correlationId ?? ''
    const known = byCorrelation.get(id)
    if (known) known.push(event)
    else byCorrelation.set(id, [event])
  }
  for (const entry of entries) {
    const own = byCorrelation.get(entry.id) ?? []
    const where = { conversationId: entry.conversationId, version: own[0]?.version }
    const answers = [`answers: ${entry.turns.length} yes, no: ${entry.rejections.join(' ') || 'none'}`]
    const story = [...answers, `in the log: ${own.map(({ type, version }) => `${version} ${type}`).join(', ')}`]
    const fault = faultOf(entry, own, log)
    if (fault) findings.add('exactly-once', `${entry.kind} ${entry.id} ${fault}`, { ...where, story })
    if (!isDeclined(entry, own)) {
      findings.add('declined-logged', `${entry.kind} ${entry.id} was vetoed, and no one wrote it down`, {
        ...where,
        story,
      })
    }
  }
}
