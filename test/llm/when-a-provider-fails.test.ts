/** Real SDKs against providers that fail: what was said stands as a reply, nothing is ended, and the failure has a code. */
import { afterEach, describe, expect, test } from 'vitest'
import { type AnswerOptions, type AnswerRequest, answer } from '../../src/llm/answer.js'
import { type Door, here, logOf, openDoor, opened } from '../conversations/door.js'
import { atTheLastResort, hear } from './answering.js'
import { anthropic } from './providers/anthropic.js'
import { chat } from './providers/chat.js'
import { type Loopback, type Provider, type Reply, type Speech, startLoopback } from './providers/loopback.js'
import { responses } from './providers/responses.js'
import { endsFor, says } from './scripted-model.js'

const running: Loopback[] = []
afterEach(async () => {
  await Promise.all(running.splice(0).map((one) => one.close()))
})

type Asking = Partial<AnswerOptions> & Pick<AnswerRequest, 'signal'> & { readonly maxRetries?: number }

async function answered(provider: Provider, { conversations }: Door, replies: readonly Reply[], asking: Asking = {}) {
  const { signal, maxRetries = 0, ...more } = asking
  const server = await startLoopback(provider, replies)
  running.push(server)
  const kinds: string[] = []
  const options = { conversations, model: provider.model(server.url, { maxRetries }), ...more }
  for await (const event of answer(options, { ...here, ...(signal && { signal }) })) {
    if (event.kind !== 'text') kinds.push(event.kind === 'failed' ? `failed: ${event.error.code}` : event.kind)
  }
  return { kinds, server }
}

const broken: readonly (readonly [string, Speech['end']])[] = [
  ['whose connection is cut', 'cut'],
  ['that is no event stream', 'malformed'],
  ['that the provider breaks off', 'broken'],
]

describe.each([anthropic, responses, chat])('$name', (provider) => {
  test.each([[429], [500], [529]])('%i is model-failed, and nothing is recorded.', async (status) => {
    const door = await opened(openDoor())
    await hear(door, 'Hello')
    const before = await logOf(door)
    expect((await answered(provider, door, [{ status }])).kinds).toEqual(['failed: model-failed'])
    expect(await logOf(door)).toEqual(before)
  })

  test('What the SDK tries again is answered once.', async () => {
    const door = await opened(openDoor())
    await hear(door, 'Hello')
    const replies = [{ status: 429 }, { status: 500 }, { said: [says('Hi.')] }]
    const { kinds, server } = await answered(provider, door, replies, { maxRetries: 2 })
    expect(kinds).toEqual(['sent', 'done'])
    expect(server.asked).toHaveLength(3)
  })

  test.each(broken)('Of a stream %s, what was said stands as a reply.', async (_, end) => {
    const door = await opened(openDoor())
    await hear(door, 'harm')
    const { kinds } = await answered(provider, door, [{ said: [says('Half a ')], ...(end && { end }) }])
    expect(kinds).toEqual(['sent', 'failed: model-failed'])
    expect((await logOf(door)).at(-1)).toMatchObject({ data: { content: 'Half a ', purpose: 'reply' } })
  })

  test.each(broken)('Of a stream %s, a call that was whole ends nothing, though an end is open.', async (_, end) => {
    const door = await atTheLastResort()
    const before = await logOf(door)
    const { kinds } = await answered(provider, door, [{ said: [endsFor('persistent-harm')], ...(end && { end }) }])
    expect(kinds).toEqual(['failed: model-failed'])
    expect(await logOf(door)).toEqual(before)
  })

  test('A stream that stops without an end is broken off, not whole.', async () => {
    const door = await atTheLastResort()
    const frames = (speech: Speech) => provider.frames({ ...speech, end: 'hangs' })
    const said = [says('So be it.'), endsFor('persistent-harm')]
    const { kinds } = await answered({ ...provider, frames }, door, [{ said }])
    expect(kinds).toEqual(['sent', 'failed: model-failed'])
  })

  test('A provider that hangs is given up when time is up, and is told so.', async () => {
    const door = await atTheLastResort()
    const said = [says('Let me think'), endsFor('persistent-harm')]
    const { kinds, server } = await answered(provider, door, [{ said, end: 'hangs' }], { timeoutMs: 300 })
    expect(kinds.at(-1)).toBe('failed: model-timeout')
    expect(kinds).not.toContain('ended')
    await server.letGo
  })

  test('Whoever asked lets go of the provider too.', async () => {
    const door = await opened(openDoor())
    await hear(door, 'Hello')
    const abort = new AbortController()
    const server = await startLoopback(provider, [{ said: [says('Let me think')], end: 'hangs' }])
    running.push(server)
    const options = { conversations: door.conversations, model: provider.model(server.url) }
    const kinds: string[] = []
    for await (const event of answer(options, { ...here, signal: abort.signal })) {
      kinds.push(event.kind === 'failed' ? event.error.code : event.kind)
      abort.abort()
    }
    expect(kinds.slice(-2)).toEqual(['sent', 'answer-aborted'])
    await server.letGo
  })
})
