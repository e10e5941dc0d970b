/** A model that asks to end, bidden or not: the machine decides, the model hears why not, and after an end it is not heard. */
import { expect, test } from 'vitest'
import { orThrow } from '../../src/or-throw.js'
import { here, logOf, openDoor, opened, typesOf } from '../conversations/door.js'
import { answerBy, atTheLastResort, hear, kindsOf } from './answering.js'
import { calls, endsFor, marks, says } from './scripted-model.js'

const thread = async ({ conversations }: Awaited<ReturnType<typeof opened>>) =>
  orThrow(await conversations.thread(here))

test('Unbidden, it is refused with every veto as the tool’s result, the refusal is logged, and the conversation goes on.', async () => {
  const door = await opened(openDoor())
  await hear(door, 'harm')
  const answered = await answerBy(door, [[says('Enough.'), endsFor('persistent-harm')], [says('Let us go on.')]])
  expect(kindsOf(answered)).toEqual(['text', 'sent', 'declined', 'text', 'sent', 'done'])
  expect(answered.events).toContainEqual(expect.objectContaining({ vetoes: ['redirections-remaining'] }))
  const [, second] = answered.prompts
  expect(second?.turns.slice(-2)).toMatchObject([
    { role: 'assistant', parts: [says('Enough.'), { kind: 'call' }] },
    {
      role: 'user',
      parts: [{ kind: 'result', text: expect.stringContaining('redirections-remaining'), isError: true }],
    },
  ])
  expect(typesOf(await logOf(door)).slice(-3)).toEqual(['message.sent', 'end.declined', 'message.sent'])
})

test('Every veto is told, not the first alone.', async () => {
  const door = await opened(openDoor({ assess: () => Promise.reject(new Error('down')) }))
  await hear(door, 'harm')
  const answered = await answerBy(door, [[endsFor('persistent-harm')], [says('I stay.')]])
  expect(answered.prompts[1]?.turns.at(-1)?.parts).toMatchObject([
    { text: expect.stringContaining('assessment-pending, redirections-remaining') },
  ])
})

test('At the last resort the tool is offered for that ground, and its call ends the thread.', async () => {
  const door = await atTheLastResort()
  const answered = await answerBy(door, [[says('I end this here.'), endsFor('persistent-harm')]])
  expect(answered.prompts[0]?.tools).toMatchObject([
    { name: 'end_conversation', inputSchema: { properties: { ground: { enum: ['persistent-harm'] } } } },
  ])
  expect(kindsOf(answered)).toEqual(['text', 'sent', 'ended', 'done'])
  expect((await thread(door)).ended).toMatchObject({ ground: 'persistent-harm', reason: 'it went on' })
})

test('What it says after the call is neither passed on nor recorded, whether it ends or not.', async () => {
  for (const open of [() => atTheLastResort(), async () => opened(openDoor())]) {
    const door = await open()
    const step = [says('Before.'), endsFor('persistent-harm'), says('After.'), endsFor('persistent-harm', 'again', 'b')]
    const answered = await answerBy(door, [step, [says('Later.')]])
    expect(JSON.stringify(answered.events)).not.toContain('After.')
    expect(JSON.stringify(await logOf(door))).not.toContain('After.')
    expect(typesOf(await logOf(door)).filter((type) => /^(thread\.ended|end\.declined)$/.test(type))).toHaveLength(1)
  }
})

test.each([
  ['no input', undefined],
  ['an empty one', {}],
  ['no reason', { ground: 'persistent-harm' }],
  ['a blank reason', { ground: 'persistent-harm', reason: ' ' }],
  ['a ground that is none', { ground: 'boredom', reason: 'so' }],
  ['text', 'persistent-harm'],
])('With %s the call ends nothing, though an end is open, and the model is told.', async (_, input) => {
  const door = await atTheLastResort()
  const { version } = await thread(door)
  const answered = await answerBy(door, [[calls('end_conversation', input)], [says('I stay.')]])
  expect(answered.prompts[1]?.turns.at(-1)?.parts).toMatchObject([
    { isError: true, text: expect.stringMatching(/^Not understood/) },
  ])
  expect(await thread(door)).toMatchObject({ ended: null, version: version + 1 })
})

test('Under a handshake the first call proposes, and a second one in the same breath is not heard.', async () => {
  const door = await atTheLastResort({ handshake: true })
  const twice = [endsFor('persistent-harm', 'so it is', 'a'), endsFor('persistent-harm', 'again', 'b')]
  const answered = await answerBy(door, [twice, [says('I think again.')]])
  expect(kindsOf(answered)).toEqual(['proposed', 'text', 'sent', 'done'])
  expect(answered.prompts[1]?.turns.at(-1)?.parts).toMatchObject([
    { isError: false },
    { isError: true, text: expect.stringMatching(/^Not heard/) },
  ])
  expect(await thread(door)).toMatchObject({ ended: null, state: { closing: 'proposed' } })
  expect(kindsOf(await answerBy(door, [[endsFor('persistent-harm')]]))).toEqual(['ended', 'done'])
})

test('Under a handshake a message of the user between the two calls takes the proposal back.', async () => {
  const door = await atTheLastResort({ handshake: true })
  await answerBy(door, [[endsFor('persistent-harm')], [says('I think again.')]])
  await hear(door, 'I am sorry.')
  const answered = await answerBy(door, [[endsFor('persistent-harm')], [says('All is well.')]])
  expect(kindsOf(answered)).toEqual(['declined', 'text', 'sent', 'done'])
})

test('Risk that is flagged while the model speaks outranks what it was offered.', async () => {
  const door = await atTheLastResort()
  const flagged = async () => {
    orThrow(await door.conversations.flagRisk({ conversationId: here.conversationId, kind: 'crisis' }))
    return 'flagged'
  }
  const look = { name: 'look', description: '', inputSchema: {}, run: flagged }
  const steps = [[calls('look', {})], [endsFor('persistent-harm')], [says('I am here.'), marks('support')]]
  const answered = await answerBy(door, steps, { tools: [look] })
  expect(kindsOf(answered)).toEqual(['sent', 'declined', 'text', 'sent', 'done'])
  expect(answered.prompts.map(({ tools }) => tools.map(({ name }) => name))).toEqual([
    ['look', 'end_conversation'],
    ['look', 'mark_message'],
    ['look', 'mark_message'],
  ])
})

test('A model that asks for nothing but an end is asked a bounded number of times, and leaves no word.', async () => {
  const door = await opened(openDoor())
  const answered = await answerBy(door, Array(9).fill([endsFor('persistent-harm')]), { stepsMax: 3 })
  expect(answered.prompts).toHaveLength(3)
  expect(kindsOf(answered)).toEqual(['declined', 'declined', 'declined', 'failed: model-silent'])
})
