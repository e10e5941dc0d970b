/** An answer as the stream that `useChat` reads, consumed by the SDK's own response and its own transport. */
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { createUIMessageStreamResponse, DefaultChatTransport, readUIMessageStream, type UIMessageChunk } from 'ai'
import { expect, test } from 'vitest'
import { aiSdkModel, type ChatMessage, uiMessageStream } from '../../../src/llm/ai-sdk/index.js'
import { type AnswerEvent, answer } from '../../../src/llm/answer.js'
import { orThrow } from '../../../src/or-throw.js'
import type { Door } from '../../conversations/door.js'
import { endCall, type Script, scripted } from './scripted-model.js'
import { atLastResort, here, newThread } from './threads.js'

const answered = ({ conversations }: Door, script: Script) =>
  answer({ conversations, model: aiSdkModel({ model: scripted(script).model }) }, here)

async function read(stream: ReadableStream<UIMessageChunk>) {
  const chunks: UIMessageChunk[] = []
  const seen = stream.pipeThrough(
    new TransformStream<UIMessageChunk, UIMessageChunk>({
      transform: (chunk, controller) => {
        chunks.push(chunk)
        controller.enqueue(chunk)
      },
    }),
  )
  let message: ChatMessage | undefined
  const errors: unknown[] = []
  for await (const state of readUIMessageStream<ChatMessage>({
    stream: seen,
    onError: (error) => errors.push(error),
  })) {
    message = state
  }
  return { chunks, message, errors, types: chunks.map(({ type }) => type) }
}

test('Text comes as it is said; then where it stands in the log, and what is next.', async () => {
  const door = await newThread()
  const { message, types, chunks } = await read(uiMessageStream(answered(door, [['Good day.']])))
  expect(types).toEqual([
    'start',
    'text-start',
    'text-delta',
    'text-delta',
    'text-end',
    'message-metadata',
    'data-guidance',
    'finish',
  ])
  const view = orThrow(await door.conversations.thread(here))
  expect(message).toMatchObject({
    parts: [{ type: 'text', text: 'Good day.', state: 'done' }],
    metadata: { messageId: view.messages.at(-1)?.messageId, threadId: 'main', stance: 'engage' },
  })
  expect(chunks).toContainEqual({ type: 'data-guidance', data: { stance: 'engage' }, transient: true })
})

test('An end is told, and stays in the message; a refusal is told in passing, with every veto.', async () => {
  const ended = await read(uiMessageStream(answered(await atLastResort(), [['Goodbye.', endCall('persistent-harm')]])))
  expect(ended.message?.parts).toEqual([
    expect.objectContaining({ type: 'text', text: 'Goodbye.' }),
    { type: 'data-ended', data: { ground: 'persistent-harm' } },
  ])
  expect(ended.message?.metadata).toMatchObject({ stance: 'closed' })
  const declined = await read(uiMessageStream(answered(await newThread(), [[endCall('persistent-harm')], ['Well.']])))
  expect(declined.chunks).toContainEqual({
    type: 'data-declined',
    data: { code: 'redirections-remaining', vetoes: ['redirections-remaining'] },
    transient: true,
  })
  expect(declined.message?.parts).toEqual([expect.objectContaining({ text: 'Well.' })])
})

test('An answer that failed ends in an error that is its code, and nothing of its cause.', async () => {
  const door = await newThread()
  const { chunks, errors } = await read(uiMessageStream(answered(door, [[]])))
  expect(chunks.slice(-2)).toEqual([
    { type: 'error', errorText: 'model-silent' },
    { type: 'finish', finishReason: 'error' },
  ])
  expect(errors).toHaveLength(1)
})

test('Whoever stops reading breaks the answer off.', async () => {
  let isLetGo = false
  async function* endless(): AsyncGenerator<AnswerEvent> {
    try {
      while (true) yield { kind: 'text', text: 'and ' }
    } finally {
      isLetGo = true
    }
  }
  const reader = uiMessageStream(endless()).getReader()
  await reader.read()
  await reader.read()
  await reader.cancel()
  expect(isLetGo).toBe(true)
})

test('Over HTTP the transport of useChat reads it.', async () => {
  const door = await newThread()
  const server = createServer(async (_, response) => {
    const { headers, body } = createUIMessageStreamResponse({
      stream: uiMessageStream(answered(door, [['Good day.']])),
    })
    response.writeHead(200, Object.fromEntries(headers))
    for await (const piece of body ?? []) response.write(piece)
    response.end()
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const api = `http://127.0.0.1:${(server.address() as AddressInfo).port}/chat`
  const transport = new DefaultChatTransport<ChatMessage>({ api })
  const sent = {
    trigger: 'submit-message',
    chatId: 'c1',
    messageId: undefined,
    messages: [],
    abortSignal: undefined,
  } as const
  const { message } = await read(await transport.sendMessages({ ...sent, messages: [] }))
  await new Promise((resolve) => server.close(resolve))
  expect(message?.parts).toEqual([expect.objectContaining({ type: 'text', text: 'Good day.' })])
})
