/** A model that throws, hangs, says nothing or too much: what was shown stands, nothing is ended, and the failure has a code. */
import { expect, test } from 'vitest'
import { answer } from '../../src/llm/answer.js'
import { here, logOf, openDoor, opened } from '../conversations/door.js'
import { answerBy, atTheLastResort, hear, kindsOf } from './answering.js'
import { endsFor, marks, type Step, says, scripted, warned } from './scripted-model.js'

const failing: readonly (readonly [string, Step, object])[] = [
  ['model-failed', [says('Half a '), new Error('overloaded')], {}],
  ['model-timeout', [says('Half a '), 'hangs'], { timeoutMs: 20 }],
  ['model-too-long', [says('Half a '), says('word'.repeat(100))], { stepCharsMax: 150 }],
]

test.each(failing)('%s: what was said until then is kept, as a reply.', async (code, step, options) => {
  const door = await opened(openDoor())
  await hear(door, 'harm')
  const answered = await answerBy(door, [[marks('redirection')], step], options)
  expect(kindsOf(answered)).toEqual(['text', 'sent', `failed: ${code}`])
  expect((await logOf(door)).at(-1)).toMatchObject({ data: { content: 'Half a ', purpose: 'reply' } })
})

test.each(failing)('%s: an end that was asked for before is not carried out.', async (_, step, options) => {
  const door = await atTheLastResort()
  const before = await logOf(door)
  await answerBy(door, [[endsFor('persistent-harm'), ...step]], options)
  expect(await logOf(door)).toEqual(before)
})

test.each(failing)('%s: half a warning is no warning.', async (_, step, options) => {
  const door = await opened(openDoor(), { redirections: 1 })
  await hear(door, 'harm')
  await answerBy(door, [[says('Elsewhere?'), marks('redirection')]])
  await hear(door, 'harm')
  await answerBy(door, [[marks('warning', warned), ...step]], options)
  expect((await logOf(door)).at(-1)).toMatchObject({ data: { purpose: 'reply' } })
})

test('A model that says nothing is model-silent, and nothing is recorded.', async () => {
  const door = await opened(openDoor())
  const answered = await answerBy(door, [[says('  ')]])
  expect(kindsOf(answered)).toEqual(['text', 'failed: model-silent'])
  expect(await logOf(door)).toHaveLength(1)
})

test('Whoever asked can break the answer off; what was shown is kept.', async () => {
  const door = await opened(openDoor())
  const abort = new AbortController()
  const { model } = scripted([says('To begin with, '), 'hangs'])
  const kinds: string[] = []
  const options = { conversations: door.conversations, model }
  for await (const event of answer(options, { ...here, signal: abort.signal })) {
    kinds.push(event.kind === 'failed' ? event.error.code : event.kind)
    abort.abort()
  }
  expect(kinds).toEqual(['text', 'sent', 'answer-aborted'])
})

test('An unknown thread is a rejection, and the model is not asked.', async () => {
  const answered = await answerBy(openDoor(), [[says('Hello?')]])
  expect(kindsOf(answered)).toEqual(['failed: unknown-thread'])
  expect(answered.prompts).toEqual([])
})

test('A store that is not there is a failure with its own code.', async () => {
  const door = await opened(openDoor())
  await door.conversations.close()
  expect(kindsOf(await answerBy(door, [[says('Hello?')]]))).toEqual(['failed: closed'])
})
