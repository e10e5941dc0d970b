/**
 * A model that calls any tool at any moment, with anything, twice in a breath, with text after, and again after a crash, while
 * users ask to end, and go back on it, and risk comes and goes. Whatever it does, the log is one that the machine accepts and
 * the laws hold of, and no end is in it that SPEC would not have.
 */
import fc from 'fast-check'
import { expect, test } from 'vitest'
import type { Policy } from '../../machines/events.js'
import { Audit } from '../../src/log/audit.js'
import { type Door, here, logOf, openDoor, opened } from '../conversations/door.js'
import { answerBy } from './answering.js'
import { calls, endsFor, marks, type Step, says, warned } from './scripted-model.js'

const due: { readonly [stance: string]: Step } = {
  redirect: [says('Let us talk of something else.'), marks('redirection')],
  warn: [says('This is a warning.'), marks('warning', warned)],
  support: [says('I am here.'), marks('support')],
  'confirm-end': [says('Are you sure?'), marks('confirmation')],
}

const ends = fc
  .tuple(fc.constantFrom('persistent-harm', 'user-request', 'boredom', 7), fc.constantFrom('so', '', ' ', null))
  .map(([ground, reason]) => endsFor(ground, reason))
const goodEnd = fc.constantFrom('persistent-harm', 'user-request').map((ground) => endsFor(ground))
const anyCall = fc
  .tuple(fc.constantFrom('end_conversation', 'mark_message', 'gone'), fc.jsonValue())
  .map(([name, input]) => calls(name, input))
const anyMark = fc.constantFrom('warning', 'confirmation', 'support', 'redirection').map((it) => marks(it, warned))
const piece = fc.oneof(goodEnd, goodEnd, ends, anyCall, anyMark, fc.constant(says('word')))
/** Often it does as it is told, so that it comes to where an end is open; or it does as it likes. */
const step = fc.option(fc.array(piece, { minLength: 1, maxLength: 4 }), { nil: 'as told' as const, freq: 3 })
const answering = fc.record({ does: fc.constant('answer' as const), step, isRepeated: fc.boolean() })
const others = fc.constantFrom('harm', 'harm', 'harm', 'hello', 'crisis', 'request', 'confirm', 'withdraw', 'clear')
const act = fc.oneof(answering, others, others)
type Act = typeof act extends fc.Arbitrary<infer A> ? A : never
const asTold: Act = { does: 'answer', step: 'as told', isRepeated: false }
/** Alone, chance does not come far on either road to an end: so at times a whole stretch of it is gone. */
const stretch: fc.Arbitrary<readonly Act[]> = fc.oneof(
  act.map((one) => [one]),
  act.map((one) => [one]),
  fc.constant<readonly Act[]>(['harm', asTold, 'harm', asTold, 'harm']),
  fc.constant<readonly Act[]>(['hello', 'request', asTold, 'confirm']),
)

const policies: readonly Partial<Policy>[] = [
  { redirections: 1, calmTurns: 1 },
  { redirections: 1, handshake: true },
  { redirections: 2, warnings: 2 },
]

async function carryOn(door: Door, does: Act, turn: number): Promise<void> {
  const { conversations } = door
  switch (does) {
    case 'request':
      return void (await conversations.requestEnd(here))
    case 'confirm':
      return void (await conversations.confirmEnd(here))
    case 'withdraw':
      return void (await conversations.withdrawEnd(here))
    case 'clear':
      return void (await conversations.clearRisk({ ...here, reason: 'spoke to them' }))
    case 'harm':
    case 'hello':
    case 'crisis':
      return void (await conversations.receive({ ...here, content: does }))
  }
  const seen = await conversations.thread(here)
  const stance = seen._tag === 'Right' ? seen.right.guidance.stance : 'closed'
  const step = does.step === 'as told' ? (due[stance] ?? [says('Well.')]) : does.step
  const commandId = `answer ${turn}`
  // Once more, as after a crash that left it open how far the first one came.
  for (let times = does.isRepeated ? 2 : 1; times > 0; times--) await answerBy(door, [step, step], { commandId })
}

const met = new Map<string, number>()

test('No model ends a thread that the laws would not, or leaves a log that the machine would not accept.', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.constantFrom(...policies),
      fc.array(stretch, { minLength: 2, maxLength: 16 }),
      async (policy, stretches) => {
        const acts = stretches.flat()
        const door = await opened(openDoor(), policy)
        for (const [turn, does] of acts.entries()) await carryOn(door, does, turn)
        const findings = []
        for await (const finding of new Audit(door.store).findings()) findings.push(finding)
        expect(findings).toEqual([])
        for (const event of await logOf(door)) {
          const what = event.type === 'thread.ended' ? `ended for ${event.data.ground}` : event.type
          met.set(what, (met.get(what) ?? 0) + 1)
        }
      },
    ),
    { numRuns: 400 },
  )
}, 120_000)

test('It came to every kind of end, refusal and proposal.', () => {
  const wanted = ['ended for persistent-harm', 'ended for user-request', 'end.declined', 'end.proposed', 'risk.cleared']
  expect(wanted.filter((what) => !met.has(what))).toEqual([])
})
