/** A model that says anything at any moment, in the SDK's own loop: the log stays one that the machine accepts, and nothing ends that may not. */
import { generateText, streamText, wrapLanguageModel } from 'ai'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { colloquyLoop } from '../../../src/llm/ai-sdk/index.js'
import { orThrow, RefusedError } from '../../../src/or-throw.js'
import { type Door, faultIn } from '../../conversations/door.js'
import { type Line, type Script, scripted, toolsIn, wordsOf } from './scripted-model.js'
import { askedToConfirm, atLastResort, atRisk, here, newThread } from './threads.js'

const grounds = fc.constantFrom('persistent-harm', 'user-request', '__proto__', null, 7)
const understood = {
  weight: 4,
  arbitrary: fc.record({ ground: fc.constantFrom('persistent-harm', 'user-request'), reason: fc.constant('r') }),
}
const inputs = fc.oneof(
  understood,
  { weight: 4, arbitrary: fc.record({ ground: grounds, reason: fc.constantFrom('because', '', ' ', 3) }) },
  { weight: 1, arbitrary: fc.jsonValue() },
  { weight: 1, arbitrary: fc.constantFrom('', '{', '{"ground":', '[]') },
)
const marks = fc.record({
  purpose: fc.constantFrom('redirection', 'warning', 'support', 'confirmation', 'reply', 'end'),
  behavior: fc.string(),
  alternative: fc.string(),
})
const names = fc.constantFrom('end_conversation', 'mark_message', 'weather', 'toString', '')
const calls = fc.oneof(
  fc.record({ name: fc.constant('end_conversation'), input: inputs }),
  fc.record({ name: fc.constant('mark_message'), input: marks }),
  fc.record({ name: names, input: inputs }),
)
const lines = fc.array(fc.oneof(fc.constantFrom('Hello.', ' ', 'Bye.'), calls), { maxLength: 5 })
const outright = fc.record({ name: fc.constant('end_conversation'), input: understood.arbitrary })
const steps = fc.oneof(
  lines,
  fc.tuple(outright, lines).map(([call, rest]) => ['Hello.', call, ...rest]),
)
const scripts = fc.array(steps, { minLength: 1, maxLength: 4 })

type Said = { readonly name: string; readonly input: unknown } | string
const scriptOf = (steps: readonly (readonly Said[])[]): Script =>
  steps.map((step, at) =>
    step.map((said, place): Line => (typeof said === 'string' ? said : { ...said, id: `${at}.${place}` })),
  )

const userActs = {
  nothing: async (_: Door) => {},
  harm: (door: Door) => door.conversations.receive({ ...here, content: 'harm' }),
  hello: (door: Door) => door.conversations.receive({ ...here, content: 'hello' }),
  crisis: (door: Door) => door.conversations.receive({ ...here, content: 'crisis' }),
  requestEnd: (door: Door) => door.conversations.requestEnd(here),
  confirmEnd: (door: Door) => door.conversations.confirmEnd(here),
}
const turns = fc.record({
  before: fc.oneof(
    fc.constant('nothing' as const),
    fc.constantFrom(...(Object.keys(userActs) as (keyof typeof userActs)[])),
  ),
  script: scripts,
  isStreamed: fc.boolean(),
  isTwice: fc.boolean(),
})

async function ask(door: Door, script: Script, isStreamed: boolean, commandId: string) {
  const { model, asked } = scripted(script)
  const loop = colloquyLoop({ conversations: door.conversations, ...here, commandId })
  const wrapped = wrapLanguageModel({ model, middleware: loop.middleware })
  const call = { model: wrapped, messages: [{ role: 'user' as const, content: 'hello' }], ...loop.settings }
  const errors: unknown[] = []
  const onError = ({ error }: { error: unknown }) => void errors.push(error)
  if (isStreamed) await streamText({ ...call, onError }).consumeStream()
  else await generateText(call).then(undefined, (error) => errors.push(error))
  // A thread that has ended is not answered; nothing else goes wrong.
  expect(errors.filter((error) => !(error instanceof RefusedError && error.code === 'ended'))).toEqual([])
  return asked
}

/** As when the user has confirmed: an end on their own wish is open. */
async function confirmed() {
  const door = await askedToConfirm()
  orThrow(await door.conversations.confirmEnd(here))
  return door
}

const starts = { newThread, atRisk, atLastResort, askedToConfirm, confirmed }
const ended = ({ heard }: Door) => heard.find(({ type }) => type === 'thread.ended')
let endings = 0

test('Whatever it calls, whenever: nothing ends but what the machine had open, and no word follows an end.', async () => {
  const moments = fc.constantFrom(...(Object.keys(starts) as (keyof typeof starts)[]))
  await fc.assert(
    fc.asyncProperty(moments, fc.array(turns, { minLength: 1, maxLength: 3 }), async (start, acts) => {
      const door = await starts[start]()
      for (const [turn, { before, script, isStreamed, isTwice }] of acts.entries()) {
        await userActs[before](door)
        if (ended(door)) break
        const { guidance, state } = orThrow(await door.conversations.thread(here))
        const asked = await ask(door, scriptOf(script), isStreamed, `answer-${turn}`)
        if (isTwice) await ask(door, scriptOf(script), isStreamed, `answer-${turn}`)
        for (const options of asked) {
          if (state.risk !== 'clear') expect(wordsOf(options)).not.toMatch(/\b(end(s|ed|ing)?|terminat\w*)\b/i)
        }
        expect(toolsIn(asked[0] ?? { prompt: [] }).includes('end_conversation')).toBe(
          asked.length > 0 && guidance.endTool !== 'none',
        )
        const end = ended(door)
        if (end) {
          endings++
          expect(guidance.mayEnd).toBe(true)
          expect(door.heard.at(-1)).toBe(end)
        }
      }
      expect(await faultIn(door.store)).toBeNull()
    }),
    { numRuns: 100 },
  )
  expect(endings).toBeGreaterThan(5)
})
