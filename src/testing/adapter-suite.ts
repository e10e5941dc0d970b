/**
 * `adapterSuite`: what every adapter between threads and a model's provider must keep, whatever the provider: the end
 * is offered only when it is open, is not spoken of while someone may be at risk, and is decided by the machine even
 * when the model asks unbidden; and no response, however odd, makes it throw.
 */
import { isLeft } from 'fp-ts/lib/Either.js'
import type { Policy } from '#machines/events.js'
import { eventOf } from '../conversation/decide.js'
import type { Adapter } from '../llm/adapter.js'
import { parseEvent } from '../log/codec.js'
import { commandOf, type Dialect, type ToolCall } from './adapter/dialect.js'
import { carryOut, type Moment, momentsOf, stancesUnder } from './adapter/moments.js'
import { arbitraries } from './arbitraries.js'
import { type Arbitrary, type FastCheck, type RunSettings, settingsOf } from './fast-check.js'
import type { Runner } from './runner.js'
import { variedPolicies } from './stories/policies.js'
import { recordLog } from './stories/recorded-logs.js'

export interface AdapterSuite<Request, Answer> extends Runner, RunSettings {
  /** The caller's fast-check, 4.x. */
  readonly fc: FastCheck
  readonly adapter: Adapter<Request, Answer>
  readonly dialect: Dialect<Request, Answer>
  /** Under which the stories are told; by default eight that together turn every switch. */
  readonly policy?: Policy
  /** How many threads each rule looks at; 300. */
  readonly numRuns?: number
}

/** Long enough that an end is open in many. */
const attemptsMax = 160
/** Measured: every stance is met under every seed of forty. */
const numRunsUsual = 300

/** Words that speak of an end of the conversation, in English; what they speak of in a transcript is not looked at. */
const endWords =
  /\b(end(s|ed|ing)?|terminat\w*|clos(e|es|ed|ing) (the|this) (chat|conversation|thread)|hang(ing)? up)\b/i

const settingsWith = (suite: RunSettings): RunSettings =>
  settingsOf({ ...suite, numRuns: suite.numRuns ?? numRunsUsual })

function must(isMet: boolean, why: string): void {
  if (!isMet) throw new Error(why)
}

class Rules<Request, Answer> {
  constructor(private readonly suite: AdapterSuite<Request, Answer>) {}

  offersWhatIsOpen({ view }: Moment): void {
    const { adapter, dialect } = this.suite
    const { endTool } = view.guidance
    const isOffered = dialect.toolsIn(adapter.requestFor(view)).includes(dialect.endTool.name)
    must(isOffered === (endTool !== 'none'), `the end tool is ${isOffered ? '' : 'not '}offered; guidance: ${endTool}`)
  }

  isSilentAtRisk({ view }: Moment): void {
    if (view.state.risk === 'clear') return
    const { adapter, dialect } = this.suite
    const request = adapter.requestFor(view)
    const words = [dialect.wordsIn(request), ...dialect.toolsIn(request)].join('\n')
    must(!endWords.test(words), `it speaks of an end: ${JSON.stringify(endWords.exec(words)?.[0])}`)
  }

  /** A call of the end tool, offered or not, between text, and another call after it. */
  private endCall(ground: 'persistent-harm' | 'user-request'): unknown {
    const { name, input } = this.suite.dialect.endTool
    const calls: readonly ToolCall[] = [
      { id: 'call-1', name, input: input(ground) },
      { id: 'call-2', name, input: input(ground) },
    ]
    return this.suite.dialect.responseOf({ text: 'Goodbye.', calls, textAfter: 'One more thing.' })
  }

  asksTheMachine(moment: Moment): void {
    const { view } = moment
    for (const ground of ['persistent-harm', 'user-request'] as const) {
      const intents = this.suite.adapter.intentsFrom(this.endCall(ground), view)
      const ends = intents.filter(({ order }) => order !== 'send')
      must(ends.length === 1, `a call of the end tool asks for ${ends.length} ends, where it should for one`)
      must(intents.at(-1)?.order !== 'send', 'something is said after the end was asked for')
      const isProposal = view.guidance.endTool === 'propose' && ground === 'persistent-harm'
      const isGranted = view.guidance.grounds.includes(ground) || isProposal
      const { outcome } = carryOut(moment, ends)[0] ?? { outcome: { refused: 'nothing' } }
      const words = outcome === 'accepted' ? outcome : `refused: ${outcome.refused}`
      must(
        (outcome === 'accepted') === isGranted,
        `the end on ${ground} was ${words}; guidance: ${view.guidance.endTool}`,
      )
    }
  }

  answersEveryCall(moment: Moment, others: readonly string[]): void {
    const { adapter, dialect } = this.suite
    const { name, input } = dialect.endTool
    const names = [...others, name]
    const calls = names.map((called, place) => ({ id: `call-${place}`, name: called, input: input('user-request') }))
    const response = dialect.responseOf({ text: '', calls, textAfter: '' })
    const carried = carryOut(moment, adapter.intentsFrom(response, moment.view))
    const answered = adapter.answersTo(response, carried).map(dialect.callAnswered)
    const isWhole = answered.length === calls.length && calls.every(({ id }) => answered.includes(id))
    must(isWhole, `calls: ${calls.map(({ id }) => id).join(', ')}; answered: ${answered.join(', ') || 'none'}`)
  }

  survives(moment: Moment, response: unknown): void {
    const { adapter } = this.suite
    const intents = adapter.intentsFrom(response, moment.view)
    for (const intent of intents) {
      const [event] = recordLog([eventOf(commandOf(intent, moment.view.threadId, 'said-1'))], 'conversation-1')
      const parsed = parseEvent(event)
      if (isLeft(parsed)) throw new Error(`it asks for what no log takes: ${parsed.left.message}`)
    }
    adapter.answersTo(response, carryOut(moment, intents))
  }

  /** Anything at all, and responses as the provider gives them but for one part. */
  hostile(fc: FastCheck): Arbitrary<unknown> {
    const anything = fc.anything()
    const damaged = fc.tuple(fc.string(), fc.jsonValue(), fc.nat()).map(([text, part, lot]) => {
      const calls = [{ id: 'call-1', name: this.suite.dialect.endTool.name, input: part }]
      return damagedAt(this.suite.dialect.responseOf({ text, calls, textAfter: text }), part, lot)
    })
    return fc.oneof(anything, fc.jsonValue(), damaged)
  }
}

/** A copy of a value with one part of it, chosen by `lot`, replaced. */
function damagedAt(value: unknown, part: unknown, lot: number): unknown {
  let left = lot % Math.max(1, partsIn(value))
  const copy = (one: unknown): unknown => {
    if (left-- === 0) return part
    if (Array.isArray(one)) return one.map(copy)
    if (typeof one !== 'object' || one === null) return one
    return Object.fromEntries(Object.entries(one).map(([name, inner]) => [name, copy(inner)]))
  }
  return copy(value)
}

function partsIn(value: unknown): number {
  if (typeof value !== 'object' || value === null) return 1
  return Object.values(value).reduce<number>((sum, inner) => sum + partsIn(inner), 1)
}

/**
 * Registers five rules, each over threads from stories that come everywhere, which fast-check makes and shrinks; and one
 * test that they did come to every stance that guidance can take.
 * @example
 * adapterSuite({ test, fc, adapter: myAdapter, dialect: itsDialect })
 */
export function adapterSuite<Request, Answer>(suite: AdapterSuite<Request, Answer>): void {
  const { test, fc, policy } = suite
  const rules = new Rules(suite)
  const moments = momentsOf(fc, arbitraries(fc).conversations({ attemptsMax, ...(policy && { policy }) }))
  const settings = settingsWith(suite)
  const rule = (name: string, property: Parameters<FastCheck['check']>[0]) =>
    test(name, async () => {
      const run = await fc.check(property, settings)
      if (run.failed)
        throw new Error(`${name}\n${String(run.errorInstance)}\n\n${await fc.asyncDefaultReportMessage(run)}`)
    })
  rule(
    'The end tool is offered when guidance offers it, and only then.',
    fc.property(moments, (at) => rules.offersWhatIsOpen(at)),
  )
  rule(
    'While someone may be at risk nothing speaks of an end.',
    fc.property(moments, (at) => rules.isSilentAtRisk(at)),
  )
  rule(
    'An end that the model asks for, bidden or not, is asked of the machine, and nothing follows it.',
    fc.property(moments, (at) => rules.asksTheMachine(at)),
  )
  const others = fc.array(fc.string({ minLength: 1 }), { maxLength: 3 })
  rule(
    'Every tool call is answered, of tools that nobody offered too.',
    fc.property(moments, others, (at, names) => rules.answersEveryCall(at, names)),
  )
  rule(
    'No response makes it throw, or ask for what no log takes.',
    fc.property(moments, rules.hostile(fc), (at, response) => rules.survives(at, response)),
  )
  registerStances(suite, moments)
}

function registerStances<Request, Answer>(suite: AdapterSuite<Request, Answer>, moments: Arbitrary<Moment>): void {
  const { test, fc, policy, path } = suite
  if (path !== undefined) {
    test('One path is replayed: threads need not come to every stance.', () => {})
    return
  }
  test('The threads came to every stance that guidance can take.', async () => {
    const untold = new Set(stancesUnder(policy ? [policy] : variedPolicies))
    const met = fc.property(moments, ({ stance }) => {
      untold.delete(stance)
    })
    await fc.check(met, settingsWith(suite))
    must(untold.size === 0, `the rules were never tried while guidance said: ${[...untold].join('; ')}`)
  })
}
