/** Blocks of a provider's own, thoughts and calls that it runs itself: they go back within the answer, and are not kept. */
import { afterEach, expect, test } from 'vitest'
import { answer } from '../../src/llm/answer.js'
import type { Said } from '../../src/llm/said.js'
import { type Door, here, logOf, openDoor, opened } from '../conversations/door.js'
import { hear } from './answering.js'
import { anthropic } from './providers/anthropic.js'
import { type Loopback, type Provider, type Reply, startLoopback } from './providers/loopback.js'
import { responses } from './providers/responses.js'
import { calls, says } from './scripted-model.js'

const running: Loopback[] = []
afterEach(async () => {
  await Promise.all(running.splice(0).map((one) => one.close()))
})

const weather = { name: 'weather', description: 'Tells it.', inputSchema: {}, run: () => 'sunny' }

async function answered(provider: Provider, { conversations }: Door, replies: readonly Reply[]): Promise<Loopback> {
  const server = await startLoopback(provider, replies)
  running.push(server)
  for await (const event of answer({ conversations, model: provider.model(server.url), tools: [weather] }, here)) {
    if (event.kind === 'failed') throw event.error
  }
  return server
}

const doorAfterHello = async () => {
  const door = await opened(openDoor())
  await hear(door, 'Hello')
  return door
}

const block = (fields: { readonly [field: string]: unknown }): Said => ({ kind: 'block', block: fields })
const asks = calls('weather', { at: 'home' }, 'call_1')
const reasoning = { type: 'reasoning', id: 'rs_1', summary: [], encrypted_content: 'sealed' }

test.each([
  [anthropic, { type: 'thinking', thinking: 'Where is home?', signature: 'signed' }, { thinking: 'Where is home?' }],
  [responses, reasoning, reasoning],
])(
  '$name: a thought goes back before the calls of its step, as it came, and is not in the log.',
  async (provider, thought, kept) => {
    const door = await doorAfterHello()
    const { asked, faults } = await answered(provider, door, [
      { said: [block(thought), asks] },
      { said: [says('Sunny.')] },
    ])
    expect(faults).toEqual([])
    const [, second = {}] = asked
    const back = provider.transcriptIn(second).map((one) => JSON.parse(one))
    const [place, called] = ['sealed|signed', 'weather'].map((word) => {
      return back.findIndex((one) => new RegExp(word).test(JSON.stringify(one)))
    })
    expect([place, called]).toEqual([1, 2])
    expect(back.flat()).toContainEqual(expect.objectContaining(kept))
    expect(JSON.stringify(await logOf(door))).not.toMatch(/sealed|signed|thinking/)
  },
)

test('A thought that is not sealed cannot be given back to Responses, and is left out.', async () => {
  const { encrypted_content: _, ...bare } = reasoning
  const replies = [{ said: [block(bare), asks] }, { said: [says('Sunny.')] }]
  const { faults, asked } = await answered(responses, await doorAfterHello(), replies)
  expect(faults).toEqual([])
  expect(asked).toHaveLength(2)
})

const searches = { type: 'server_tool_use', id: 'srv_1', name: 'web_search', input: { query: 'tea' } }

test('Anthropic: a paused turn is gone on with from where it stood, and its words are one message.', async () => {
  const door = await doorAfterHello()
  const replies: readonly Reply[] = [
    { said: [says('Let me see. '), block(searches)], end: 'pause' },
    { said: [says('Green tea.')] },
  ]
  const { asked, faults } = await answered(anthropic, door, replies)
  expect(faults).toEqual([])
  expect(anthropic.transcriptIn(asked[1] ?? {}).slice(-2)).toEqual([
    JSON.stringify(['assistant', { type: 'text', text: 'Let me see. ', citations: null }]),
    JSON.stringify(['assistant', searches]),
  ])
  expect((await logOf(door)).at(-1)).toMatchObject({ data: { content: 'Let me see. Green tea.' } })
})

test('Anthropic: a model that pauses for ever is asked a bounded number of times.', async () => {
  const door = await doorAfterHello()
  const pause: Reply = { said: [says('Hm. '), block(searches)], end: 'pause' }
  const { asked } = await answered(anthropic, door, Array(20).fill(pause))
  expect(asked).toHaveLength(6)
  expect((await logOf(door)).at(-1)).toMatchObject({ data: { content: 'Hm. '.repeat(6) } })
})
