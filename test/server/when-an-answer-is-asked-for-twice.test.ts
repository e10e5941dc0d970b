/** An answer is made once for what it answers: whoever asks again hears it, and whoever goes away does not break it off. */
import { expect, test } from 'vitest'
import { logOf, typesOf } from '../conversations/door.js'
import { allOf, countedModel, eventsOf, kindsOf, openedBy, patientModel, said, served, wordsOf } from './served.js'

const testModel = (model: ReturnType<typeof countedModel>['model']) => ({ name: 'a test', isDemo: true, model })
const headers = { 'idempotency-key': 'once' }

test('A message that is sent twice is taken once, and its answer is streamed from the log, without the model.', async () => {
  const { model, asked } = countedModel()
  const client = await served({ model: testModel(model) })
  const { thread, conversationId } = await openedBy(client)
  const first = await said(client, thread, 'Hello', { headers })
  const second = await said(client, thread, 'Hello', { headers })
  expect(asked()).toBe(1)
  expect(wordsOf(second)).toBe(wordsOf(first))
  expect(kindsOf(second)).toEqual(kindsOf(first))
  expect(second[0]).toEqual(first[0])
  expect(second.at(-1)).toEqual(first.at(-1))
  expect(typesOf(await logOf(client, conversationId))).toEqual([
    'conversation.opened',
    'message.received',
    'message.assessed',
    'message.sent',
  ])
})

test('Many that send the same message at once hear the same answer, and the model is asked once.', async () => {
  const { model, asked } = countedModel()
  const client = await served({ model: testModel(model) })
  const { thread } = await openedBy(client)
  const all = await Promise.all(Array.from({ length: 8 }, () => said(client, thread, 'Hello', { headers })))
  expect(asked()).toBe(1)
  expect(new Set(all.map(wordsOf))).toEqual(new Set(['Good day.']))
  expect(new Set(all.map((heard) => heard.at(-1)?.data.version))).toEqual(new Set([4]))
})

test('A message that is sent again while it is answered is answered from the beginning of that answer.', async () => {
  const patient = patientModel()
  const client = await served({ model: testModel(patient.model) })
  const { thread } = await openedBy(client)
  const ask = () => client.post(`${thread}/messages`, { headers, body: { content: 'Hello' } })
  const first = await ask()
  patient.say('Good ')
  const second = await ask()
  patient.say('day.')
  patient.finish()
  expect([wordsOf(await allOf(first)), wordsOf(await allOf(second))]).toEqual(['Good day.', 'Good day.'])
  expect(patient.asked()).toBe(1)
})

test('A key that was used for another message is refused, and the model is not asked.', async () => {
  const { model, asked } = countedModel()
  const client = await served({ model: testModel(model) })
  const { thread } = await openedBy(client)
  await said(client, thread, 'Hello', { headers })
  const refused = await client.post(`${thread}/messages`, { headers, body: { content: 'Other' } })
  expect([refused.status, await refused.json()]).toMatchObject([422, { code: 'command-id-reused' }])
  expect(asked()).toBe(1)
})

test('A client that goes away does not break its answer off; it is recorded, and a subscriber hears of it.', async () => {
  const patient = patientModel()
  const client = await served({ model: testModel(patient.model) })
  const { thread, path } = await openedBy(client)
  const gone = new AbortController()
  const response = await client.post(`${thread}/messages`, { body: { content: 'Hello' }, signal: gone.signal })
  const heard = eventsOf(response)
  const taken = (await heard.next()).value
  gone.abort()
  await heard.next().catch(() => undefined)
  patient.say('Good day.')
  patient.finish()
  const again = new AbortController()
  const subscription = await client.get(`${path}/stream`, {
    headers: { 'last-event-id': `${taken?.id}` },
    signal: again.signal,
  })
  const next = (await eventsOf(subscription).next()).value
  expect(next).toMatchObject({ event: 'message.sent', id: 4, data: { data: { content: 'Good day.' } } })
  again.abort()
})

test('Where the model failed and said nothing, asking again asks it again; an answer that is there is told from the log.', async () => {
  let asked = 0
  const model = async function* fails() {
    asked += 1
    if (asked === 1) throw new Error('a secret of the provider')
    yield { kind: 'text', text: 'Here I am.' } as const
  }
  const client = await served({ model: testModel(model) })
  const { thread } = await openedBy(client)
  const failed = await said(client, thread, 'Hello')
  expect(failed.at(-1)).toMatchObject({ event: 'failed', data: { code: 'model-failed' } })
  expect(JSON.stringify(failed)).not.toContain('secret')
  expect(client.errors).toMatchObject([{ code: 'model-failed', cause: { message: 'a secret of the provider' } }])
  const again = await allOf(await client.post(`${thread}/answer`))
  expect([wordsOf(again), kindsOf(again)]).toEqual(['Here I am.', ['text', 'sent', 'done']])
  expect(wordsOf(await allOf(await client.post(`${thread}/answer`)))).toBe('Here I am.')
  expect(asked).toBe(2)
})

test('A fork, a retry and a request to end that are sent twice act once.', async () => {
  const client = await served()
  const { thread, conversationId } = await openedBy(client)
  await said(client, thread, 'Hello')
  const { messages } = (await (await client.get(thread)).json()) as { messages: { messageId: string }[] }
  const orders = [
    [`${thread}/fork`, { messageId: messages[0]?.messageId, content: 'Hi' }],
    [`${thread}/retry`, { messageId: messages[1]?.messageId }],
    [`${thread}/end/request`, {}],
  ] as const
  for (const [place, [path, body]] of orders.entries()) {
    const key = { 'idempotency-key': `order-${place}` }
    const first = await allOf(await client.post(path, { headers: key, body }))
    const written = client.written()
    const second = await allOf(await client.post(path, { headers: key, body }))
    expect(client.written()).toBe(written)
    expect([second[0], second.at(-1), wordsOf(second)]).toEqual([first[0], first.at(-1), wordsOf(first)])
  }
  const confirm = { headers: { 'idempotency-key': 'confirmed' } }
  const ended = await (await client.post(`${thread}/end/confirm`, confirm)).json()
  expect(await (await client.post(`${thread}/end/confirm`, confirm)).json()).toEqual(ended)
  expect(typesOf(await logOf(client, conversationId)).filter((type) => type === 'thread.ended')).toHaveLength(1)
})
