/** A model's answer on its way into the log: what it says of it, what it is kept as, and what it is asked again for. */
import { expect, test } from 'vitest'
import { orThrow } from '../../src/or-throw.js'
import { here, logOf, openDoor, opened } from '../conversations/door.js'
import { answerBy, hear, kindsOf } from './answering.js'
import { calls, marks, says, warned, wordsOf } from './scripted-model.js'

const doorAfter = async (...said: readonly string[]) => {
  const door = await opened(openDoor())
  for (const content of said) await hear(door, content)
  return door
}
const lastOf = async (door: Parameters<typeof logOf>[0]) => (await logOf(door)).at(-1)

test('Text is passed on as it comes, and kept as one reply.', async () => {
  const door = await doorAfter('Hello')
  const answered = await answerBy(door, [[says('Good '), says('day.')]])
  expect(answered.events.slice(0, 2)).toEqual([
    { kind: 'text', text: 'Good ' },
    { kind: 'text', text: 'day.' },
  ])
  expect(kindsOf(answered)).toEqual(['text', 'text', 'sent', 'done'])
  expect(await lastOf(door)).toMatchObject({ data: { content: 'Good day.', purpose: 'reply' } })
})

test('Where nothing is due the model is offered no tool of ours.', async () => {
  const { prompts } = await answerBy(await doorAfter('Hello'), [[says('Hi.')]])
  expect(prompts.map(({ tools }) => tools)).toEqual([[]])
})

test.each([
  ['redirection', 'harm', {}],
  ['support', 'crisis', {}],
])(
  'A message that the model marks as a %s, when one is due, is kept as that, and the model is not asked again.',
  async (purpose, said, more) => {
    const door = await doorAfter(said)
    const answered = await answerBy(door, [[says('So be it.'), marks(purpose, more)]])
    expect(answered.prompts[0]?.tools.map(({ name }) => name)).toEqual(['mark_message'])
    expect(answered.prompts).toHaveLength(1)
    expect(await lastOf(door)).toMatchObject({ data: { content: 'So be it.', purpose } })
  },
)

test('A mark that comes before the text of the next step speaks for it.', async () => {
  const door = await doorAfter('harm')
  const answered = await answerBy(door, [[marks('redirection')], [says('Something else, perhaps?')]])
  expect(answered.prompts[1]?.turns.at(-1)).toMatchObject({ role: 'user', parts: [{ kind: 'result', isError: false }] })
  expect(await lastOf(door)).toMatchObject({ data: { content: 'Something else, perhaps?', purpose: 'redirection' } })
})

test('What says nothing of itself is a reply, whatever was due.', async () => {
  const door = await doorAfter('harm')
  await answerBy(door, [[says('Well.')]])
  expect(await lastOf(door)).toMatchObject({ data: { purpose: 'reply' } })
})

test('A message that claims to be a warning when none is due is kept as a reply, and that is noted.', async () => {
  const door = await doorAfter('harm')
  const answered = await answerBy(door, [[says('Last warning!'), marks('warning', warned)]])
  expect(answered.events).toContainEqual(
    expect.objectContaining({ kind: 'sent', purpose: 'reply', note: expect.stringContaining('warning-not-due') }),
  )
  expect(await lastOf(door)).toMatchObject({ data: { content: 'Last warning!', purpose: 'reply' } })
})

test.each([[{}], [{ behavior: 'insults' }], [{ behavior: ' ', alternative: 'x' }], [{ behavior: 1, alternative: 2 }]])(
  'A warning that does not name both its parts (%j) is kept as a reply.',
  async (named) => {
    const door = await opened(openDoor(), { redirections: 1 })
    await hear(door, 'harm')
    await answerBy(door, [[says('Elsewhere?'), marks('redirection')]])
    await hear(door, 'harm')
    await answerBy(door, [[says('Stop it.'), marks('warning', named)]])
    expect(await lastOf(door)).toMatchObject({ data: { content: 'Stop it.', purpose: 'reply' } })
    await answerBy(door, [[says('Stop it, now clearly.'), marks('warning', warned)]])
    expect(await lastOf(door)).toMatchObject({ data: { purpose: 'warning', warning: warned } })
  },
)

test('A user who asks to end is asked to confirm, once.', async () => {
  const door = await doorAfter('Hello')
  orThrow(await door.conversations.requestEnd(here))
  const first = await answerBy(door, [[says('Really?'), marks('confirmation')]])
  expect(await lastOf(door)).toMatchObject({ data: { purpose: 'confirmation' } })
  expect(first.prompts[0]?.tools.map(({ name }) => name)).toEqual(['mark_message'])
  const second = await answerBy(door, [[says('As you like.')]])
  expect(second.prompts[0]?.tools).toEqual([])
})

test('While someone may be at risk neither instructions nor tools speak of an end or a warning.', async () => {
  const { prompts } = await answerBy(await doorAfter('harm', 'crisis'), [[says('I am here.'), marks('support')]])
  expect(prompts).toHaveLength(1)
  for (const prompt of prompts) expect(wordsOf(prompt)).not.toMatch(/\bend|\bwarn|terminat|clos(e|ing)/i)
})

test('The caller’s own tools are run, and kept with the message, so that every branch replays them closed.', async () => {
  const door = await doorAfter('What is the weather?')
  const asked: unknown[] = []
  const weather = {
    name: 'weather',
    description: 'Tells the weather.',
    inputSchema: { type: 'object' },
    run: (input: unknown) => {
      asked.push(input)
      return 'sunny'
    },
  }
  const step = [says('Let me look.'), calls('weather', { place: 'here' }, 'w1')]
  const { prompts } = await answerBy(door, [step, [says('It is sunny.')]], { tools: [weather] })
  expect(asked).toEqual([{ place: 'here' }])
  const kept = (await logOf(door)).slice(-2).map(({ data }) => 'content' in data && data.content)
  expect(kept).toEqual([
    [
      { type: 'text', text: 'Let me look.' },
      { type: 'tool_use', id: 'w1', name: 'weather', input: { place: 'here' } },
      { type: 'tool_result', tool_use_id: 'w1', content: 'sunny', is_error: false },
    ],
    'It is sunny.',
  ])
  const [, second] = prompts
  await hear(door, 'Thanks')
  const later = await answerBy(door, [[says('You are welcome.')]], { tools: [weather] })
  expect(later.prompts[0]?.turns.slice(0, 3)).toEqual(second?.turns.slice(0, 3))
})

test('A tool of the caller’s that fails is an error for the model, and no more.', async () => {
  const door = await doorAfter('Hello')
  const broken = { name: 'broken', description: '', inputSchema: {}, run: () => Promise.reject(new Error('no power')) }
  const answered = await answerBy(door, [[calls('broken', {})], [says('It is broken.')]], { tools: [broken] })
  expect(answered.prompts[1]?.turns.at(-1)?.parts).toEqual([
    { kind: 'result', id: 'call of broken', name: 'broken', text: 'no power', isError: true },
  ])
  expect(kindsOf(answered)).toEqual(['sent', 'text', 'sent', 'done'])
})

test.each([['end_conversation'], ['mark_message']])('A tool of the caller’s cannot be named %s.', async (name) => {
  const tool = { name, description: '', inputSchema: {}, run: () => '' }
  await expect(answerBy(await doorAfter('Hello'), [], { tools: [tool] })).rejects.toThrow(`${name} is taken`)
})

test('A tool that there is not is answered so, and the model is asked again.', async () => {
  const answered = await answerBy(await doorAfter('Hello'), [[says('Hm.'), calls('gone', {})], [says('Well then.')]])
  expect(answered.prompts[1]?.turns.at(-1)?.parts).toMatchObject([
    { text: 'There is no such tool now.', isError: true },
  ])
  expect(kindsOf(answered)).toEqual(['text', 'sent', 'text', 'sent', 'done'])
})

test('An answer that is made twice under one command id is in the log once.', async () => {
  const door = await doorAfter('harm')
  const step = [says('Elsewhere?'), marks('warning', warned)]
  const first = await answerBy(door, [step], { commandId: 'answer 1' })
  const log = await logOf(door)
  const second = await answerBy(door, [step], { commandId: 'answer 1' })
  expect(await logOf(door)).toEqual(log)
  expect(kindsOf(second)).toEqual(kindsOf(first))
})

test('A thread that has ended gives no answer, and the model is not asked.', async () => {
  const door = await doorAfter('Hello')
  orThrow(await door.conversations.requestEnd(here))
  await answerBy(door, [[says('Really?'), marks('confirmation')]])
  orThrow(await door.conversations.confirmEnd(here))
  orThrow(await door.conversations.end({ ...here, ground: 'user-request', reason: 'goodbye', by: 'user' }))
  const answered = await answerBy(door, [[says('One more thing.')]])
  expect(kindsOf(answered)).toEqual(['failed: ended'])
  expect(answered.prompts).toEqual([])
})
