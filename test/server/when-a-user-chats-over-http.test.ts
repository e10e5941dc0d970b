/** The whole road over HTTP: open, chat, redirection, warning, end, fork, retry, confirmation, feedback, risk. */
import { expect, test } from 'vitest'
import { faultIn } from '../conversations/door.js'
import { allOf, eventsOf, kindsOf, openedBy, said, served, wordsOf } from './served.js'

const jsonOf = async (response: Promise<Response>) => (await (await response).json()) as Record<string, never>

test('A conversation is opened, and a message is answered piece by piece, and then with guidance.', async () => {
  const client = await served()
  const opened = await client.post('/v1/conversations')
  expect(opened.status).toBe(201)
  expect(opened.headers.get('etag')).toBe('"1"')
  const { conversationId, threadId } = (await opened.json()) as Record<string, string>
  expect(opened.headers.get('location')).toBe(`/v1/conversations/${conversationId}`)
  const heard = await said(client, `/v1/conversations/${conversationId}/threads/${threadId}`, 'Hello')
  expect(kindsOf(heard)).toEqual(['taken', 'text', 'sent', 'done'])
  expect(heard.filter(({ event }) => event === 'text').length).toBeGreaterThan(3)
  expect(wordsOf(heard)).toContain('You said: Hello')
  expect(heard.at(-1)).toMatchObject({ id: 4, data: { version: 4, guidance: { stance: 'engage' } } })
})

test('Rude words lead from redirections over a warning to an end; then the user may fork, and say it again.', async () => {
  const client = await served()
  const { thread, path, conversationId } = await openedBy(client)
  const purposes: unknown[] = []
  for (let turn = 0; turn < 5; turn++) {
    const heard = await said(client, thread, 'you idiot')
    purposes.push(...heard.filter(({ event }) => event === 'sent').map(({ data }) => data.purpose))
    if (turn === 4) expect(kindsOf(heard)).toEqual(['taken', 'text', 'sent', 'ended', 'done'])
  }
  expect(purposes).toEqual(['redirection', 'redirection', 'redirection', 'warning', 'reply'])
  const refused = await client.post(`${thread}/messages`, { body: { content: 'more' } })
  expect([refused.status, await refused.json()]).toMatchObject([409, { code: 'ended' }])
  const { messages, ended } = (await jsonOf(client.get(thread))) as unknown as {
    messages: { messageId: string; role: string }[]
    ended: object
  }
  expect(ended).toMatchObject({ ground: 'persistent-harm' })
  const forked = await allOf(
    await client.post(`${thread}/fork`, { body: { messageId: messages[0]?.messageId, content: 'Hello' } }),
  )
  expect(kindsOf(forked)).toEqual(['taken', 'text', 'sent', 'done'])
  const branch = `${path}/threads/${forked[0]?.data.threadId}`
  expect(await jsonOf(client.get(branch))).toMatchObject({
    messages: [{ content: 'Hello' }, { role: 'assistant' }],
    siblings: { length: 2 },
  })
  const feedback = await client.post(`${thread}/feedback`, { body: { rating: 'down', comment: 'too soon' } })
  expect(feedback.status).toBe(200)
  expect(await faultIn(client.store, conversationId)).toBeNull()
})

test("A retry gives the assistant's message anew on another thread, and leaves the first as it was.", async () => {
  const client = await served()
  const { thread, path } = await openedBy(client)
  await said(client, thread, 'Hello')
  const before = (await jsonOf(client.get(thread))) as unknown as { messages: { messageId: string }[] }
  const heard = await allOf(
    await client.post(`${thread}/retry`, { body: { messageId: before.messages[1]?.messageId } }),
  )
  expect(kindsOf(heard)).toEqual(['taken', 'text', 'sent', 'done'])
  const branch = `${path}/threads/${heard[0]?.data.threadId}`
  const after = (await jsonOf(client.get(branch))) as unknown as typeof before
  expect(after.messages[0]).toEqual(before.messages[0])
  expect(after.messages[1]?.messageId).not.toBe(before.messages[1]?.messageId)
  expect((await jsonOf(client.get(thread))).messages).toEqual(before.messages)
})

test('A user asks to end, is asked to confirm, and ends by confirming; or takes it back.', async () => {
  const client = await served()
  const { thread } = await openedBy(client)
  await said(client, thread, 'Hello')
  const asked = await allOf(await client.post(`${thread}/end/request`))
  expect(asked.find(({ event }) => event === 'sent')?.data.purpose).toBe('confirmation')
  expect((await client.post(`${thread}/end/withdraw`)).status).toBe(200)
  const early = await client.post(`${thread}/end/confirm`)
  expect([early.status, await early.json()]).toMatchObject([409, { code: 'not-asked' }])
  await allOf(await client.post(`${thread}/end/request`, { body: { reason: 'enough for today' } }))
  const confirmed = await client.post(`${thread}/end/confirm`)
  expect(await confirmed.json()).toMatchObject({ state: { lifecycle: 'ended' } })
})

test('An operator flags risk and clears it; meanwhile the person is supported, and nothing ends.', async () => {
  const client = await served()
  const { thread, path } = await openedBy(client)
  expect((await client.post(`${path}/risk/flag`, { as: 'op', body: { kind: 'crisis', note: 'a note' } })).status).toBe(
    200,
  )
  const heard = await said(client, thread, 'you idiot')
  expect(heard.find(({ event }) => event === 'sent')?.data.purpose).toBe('support')
  const refused = await client.post(`${thread}/end/request`)
  expect([refused.status, await refused.json()]).toMatchObject([409, { code: 'risk-flagged' }])
  expect(await jsonOf(client.get('/v1/review', { as: 'op' }))).toMatchObject({ entries: { length: 1 } })
  const seen = JSON.stringify(await jsonOf(client.get(`${path}/events`)))
  expect(seen).toContain('risk.flagged')
  expect(seen).not.toContain('a note')
  expect(seen).not.toContain('olga')
  expect(JSON.stringify(await jsonOf(client.get(`${path}/events`, { as: 'op' })))).toContain('a note')
  expect((await client.post(`${path}/risk/clear`, { as: 'op', body: { reason: 'spoken with' } })).status).toBe(200)
  expect(await jsonOf(client.get(path))).toMatchObject({ risk: 'clear' })
})

test('A thread is read as it was at a version, under the tag of that version.', async () => {
  const client = await served()
  const { thread } = await openedBy(client)
  await said(client, thread, 'Hello')
  const now = await client.get(thread)
  expect(now.headers.get('etag')).toBe('"4"')
  const then = await client.get(`${thread}?version=2`)
  expect(then.headers.get('etag')).toBe('"2"')
  expect(await then.json()).toMatchObject({ version: 2, messages: { length: 1 }, state: { assessment: 'pending' } })
  const never = await client.get(`${thread}?version=5`)
  expect([never.status, await never.json()]).toMatchObject([404, { code: 'unknown-version' }])
})

test('An order at another version than the one that its user knows is refused, and nothing is written.', async () => {
  const client = await served()
  const { thread } = await openedBy(client)
  await said(client, thread, 'Hello', { headers: { 'if-match': '"1"' } })
  const before = client.written()
  for (const path of ['messages', 'end/request']) {
    const body = path === 'messages' ? { content: 'again' } : undefined
    const refused = await client.post(`${thread}/${path}`, { ...(body && { body }), headers: { 'if-match': '"1"' } })
    expect([refused.status, await refused.json()]).toMatchObject([412, { code: 'version-conflict' }])
  }
  expect(client.written()).toBe(before)
})

test('A subscriber hears what was, and then what comes, and goes on from the version it saw last.', async () => {
  const client = await served()
  const { thread, path } = await openedBy(client)
  const gone = new AbortController()
  const response = await client.get(`${path}/stream`, { headers: { 'last-event-id': '1' }, signal: gone.signal })
  const events = eventsOf(response)
  const first = events.next()
  await said(client, thread, 'Hello')
  const heard = [(await first).value, (await events.next()).value, (await events.next()).value]
  expect(heard.map((event) => event?.event)).toEqual(['message.received', 'message.assessed', 'message.sent'])
  expect(heard.map((event) => event?.id)).toEqual([2, 3, 4])
  gone.abort()
})

test('What is served names its model and assessor, and says that they are demo ones.', async () => {
  const client = await served()
  expect(await jsonOf(client.get('/v1/about'))).toMatchObject({ model: { isDemo: true }, assessor: { isDemo: true } })
})

test('A user lists their own conversations alone; an operator lists all, or one owner’s.', async () => {
  const client = await served()
  await openedBy(client, 'ada')
  await openedBy(client, 'bob')
  expect(await jsonOf(client.get('/v1/conversations'))).toMatchObject({ conversations: [{ owner: 'ada' }] })
  expect((await client.get('/v1/conversations?owner=bob')).status).toBe(403)
  expect(await jsonOf(client.get('/v1/conversations', { as: 'op' }))).toMatchObject({ conversations: { length: 2 } })
  expect(await jsonOf(client.get('/v1/conversations?owner=bob', { as: 'op' }))).toMatchObject({
    conversations: [{ owner: 'bob' }],
  })
})
