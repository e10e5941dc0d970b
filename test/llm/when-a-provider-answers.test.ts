/** Real SDKs against providers on this machine, through `answer`: the same law whoever answers, and no request that is refused. */
import { afterEach, describe, expect, test } from 'vitest'
import { type AnswerEvent, answer } from '../../src/llm/answer.js'
import type { OwnTool } from '../../src/llm/own-tools.js'
import { orThrow } from '../../src/or-throw.js'
import { type Door, faultIn, here, logOf, openDoor, opened, typesOf } from '../conversations/door.js'
import { atTheLastResort, hear } from './answering.js'
import { anthropic } from './providers/anthropic.js'
import { chat } from './providers/chat.js'
import { type Loopback, type Provider, type Reply, startLoopback } from './providers/loopback.js'
import { responses } from './providers/responses.js'
import { calls, endsFor, marks, says, warned } from './scripted-model.js'

const running: Loopback[] = []
afterEach(async () => {
  await Promise.all(running.splice(0).map((one) => one.close()))
})

interface Answered {
  readonly server: Loopback
  readonly events: readonly AnswerEvent[]
  /** What happened, in short, pieces of text left out. */
  readonly kinds: readonly string[]
  readonly text: string
}

interface Asking {
  readonly threadId?: string
  readonly tools?: readonly OwnTool[]
  readonly system?: string
}

async function answered(
  provider: Provider,
  { conversations }: Door,
  replies: readonly Reply[],
  { threadId = here.threadId, tools = [], ...more }: Asking = {},
): Promise<Answered> {
  const server = await startLoopback(provider, replies)
  running.push(server)
  const events: AnswerEvent[] = []
  const options = { conversations, model: provider.model(server.url, more), tools }
  for await (const event of answer(options, { ...here, threadId })) events.push(event)
  const text = events.map((event) => (event.kind === 'text' ? event.text : '')).join('')
  const kinds = events.flatMap((event) => {
    if (event.kind === 'text') return []
    return event.kind === 'failed' ? `failed: ${event.error.code}` : event.kind
  })
  return { server, events, kinds, text }
}

const thread = async ({ conversations }: Door, threadId = here.threadId) =>
  orThrow(await conversations.thread({ ...here, threadId }))

const endTold = /\bend|\bwarn|terminat|clos(e|ing)/i

describe.each([anthropic, responses, chat])('$name', (provider) => {
  const by = (door: Door, replies: readonly Reply[], asking?: Asking) => answered(provider, door, replies, asking)

  test('Text is passed on in the pieces it comes in, and kept whole.', async () => {
    const door = await opened(openDoor())
    await hear(door, 'Hello')
    const { events, kinds, server } = await by(door, [{ said: [says('Good day to you, and welcome.')] }])
    expect(events.filter(({ kind }) => kind === 'text').length).toBeGreaterThan(3)
    expect(kinds).toEqual(['sent', 'done'])
    expect((await logOf(door)).at(-1)).toMatchObject({ data: { content: 'Good day to you, and welcome.' } })
    expect(server.faults).toEqual([])
  })

  test('An end that is not due is refused with its vetoes as the tool’s result, and the model goes on.', async () => {
    const door = await opened(openDoor())
    await hear(door, 'harm')
    const { kinds, server } = await by(door, [
      { said: [says('Enough. '), endsFor('persistent-harm', 'so', 'toolu_1')] },
      { said: [says('Let us go on.')] },
    ])
    expect(kinds).toEqual(['sent', 'declined', 'sent', 'done'])
    expect(server.faults).toEqual([])
    expect(server.asked.map((body) => provider.transcriptIn(body).join('\n'))[1]).toContain('redirections-remaining')
    expect(typesOf(await logOf(door)).slice(-3)).toEqual(['message.sent', 'end.declined', 'message.sent'])
  })

  test('After the full road an end is accepted, and what follows the call is neither passed on nor recorded.', async () => {
    const door = await opened(openDoor(), { redirections: 1 })
    await hear(door, 'harm')
    const redirected = await by(door, [{ said: [says('Elsewhere?'), marks('redirection', {})] }])
    await hear(door, 'harm')
    const warnedOf = await by(door, [{ said: [says('A warning.'), marks('warning', warned)] }])
    await hear(door, 'harm')
    const step = [says('Goodbye.'), endsFor('persistent-harm', 'it went on', 'a'), says('One more thing.')]
    const ended = await by(door, [{ said: step }])
    expect([redirected, warnedOf, ended].map(({ kinds }) => kinds)).toEqual([
      ['sent', 'done'],
      ['sent', 'done'],
      ['sent', 'ended', 'done'],
    ])
    const [, , last] = [redirected, warnedOf, ended].map(({ server }) => provider.toolsIn(server.asked[0] ?? {}))
    expect(last).toEqual(['end_conversation'])
    expect(ended.text).toBe('Goodbye.')
    expect(JSON.stringify(await logOf(door))).not.toContain('One more thing.')
    expect((await thread(door)).ended).toMatchObject({ ground: 'persistent-harm' })
    expect(await faultIn(door.store)).toBeNull()
  })

  test('While someone may be at risk neither instructions nor tools speak of an end.', async () => {
    const door = await atTheLastResort()
    await hear(door, 'crisis')
    const { server } = await by(door, [{ said: [says('I am here.'), marks('support', {})] }])
    expect(server.asked).toHaveLength(1)
    for (const body of server.asked) expect(provider.wordsIn(body)).not.toMatch(endTold)
  })

  test('The caller’s own system prompt comes before the guidance.', async () => {
    const door = await opened(openDoor())
    await hear(door, 'Hello')
    const { server } = await by(door, [{ said: [says('Hi.')] }], { system: 'You sell tea.' })
    expect(provider.wordsIn(server.asked[0] ?? {})).toMatch(/You sell tea\..*Engage as usual/s)
  })

  test.each([
    ['at a limit', 'limit'],
    ['by the provider’s filter', 'filter'],
  ] as const)('An end that is cut off %s ends nothing, though one is open.', async (_, end) => {
    const door = await atTheLastResort()
    const said = [says('Well.'), endsFor('persistent-harm', 'it went on', 'a')]
    const { kinds, server } = await by(door, [{ said, end }, { said: [says('Let us see.')] }])
    expect(kinds).not.toContain('ended')
    expect(kinds.slice(0, 1)).toEqual(['sent'])
    expect(kinds.at(-1)).toBe('done')
    expect(server.faults).toEqual([])
    expect((await thread(door)).ended).toBeNull()
  })

  test('A provider that refuses without a word is model-failed, and nothing is recorded.', async () => {
    const door = await atTheLastResort()
    const before = await logOf(door)
    const { kinds } = await by(door, [{ said: [endsFor('persistent-harm')], end: 'filter' }])
    expect(kinds).toEqual(['failed: model-failed'])
    expect(await logOf(door)).toEqual(before)
  })

  test('The caller’s tools are called and answered, and every later prompt replays them as they were.', async () => {
    const door = await opened(openDoor())
    await hear(door, 'What is the weather?')
    const weather = { name: 'weather', description: 'Tells it.', inputSchema: {}, run: () => 'sunny' }
    const look = { said: [says('Let me look.'), calls('weather', { at: 'home' }, 'call_1')] }
    const first = await by(door, [look, { said: [says('Sunny.')] }], { tools: [weather] })
    expect(first.kinds).toEqual(['sent', 'sent', 'done'])
    await hear(door, 'Thanks')
    const later = await by(door, [{ said: [says('You are welcome.')] }])
    const [, second = {}] = first.server.asked
    const prefix = provider.transcriptIn(second)
    expect(provider.transcriptIn(later.server.asked[0] ?? {}).slice(0, prefix.length)).toEqual(prefix)
    expect([...first.server.faults, ...later.server.faults]).toEqual([])
  })

  test('Forks of a thread that has ended replay, edited or retried, with what they share to the byte.', async () => {
    const door = await atTheLastResort()
    const ended = await by(door, [{ said: [says('Goodbye.'), endsFor('persistent-harm')] }])
    const { messages } = await thread(door)
    const retry = { messageId: messages.at(-1)?.messageId ?? '', newThreadId: 'retry' }
    const edit = { messageId: messages.at(-2)?.messageId ?? '', edit: { content: 'Sorry.' }, newThreadId: 'edit' }
    const parent = provider.transcriptIn(ended.server.asked[0] ?? {})
    for (const cut of [retry, edit]) {
      orThrow(await door.conversations.fork({ ...here, ...cut }))
      const branch = await by(door, [{ said: [says('Let us go on.')] }], { threadId: cut.newThreadId })
      expect(branch.server.faults).toEqual([])
      expect(branch.kinds).toEqual(['sent', 'done'])
      const said = provider.transcriptIn(branch.server.asked[0] ?? {})
      const shared = 'edit' in cut ? parent.length - 1 : parent.length
      expect(said.slice(0, shared)).toEqual(parent.slice(0, shared))
    }
  })
})
