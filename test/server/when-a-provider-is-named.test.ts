/** `serve` with a provider: the one that is named, or whose key is there; the demo else. Before a stand-in, by the provider's own SDK. */
import { afterAll, beforeAll, expect, test } from 'vitest'
import { answer } from '../../src/llm/answer.js'
import { mindsFor } from '../../src/server/providers.js'
import { here, openDoor, opened } from '../conversations/door.js'
import { type StandIn, startStandIn } from '../examples/provider-stand-in.js'
import { hear, kindsOf } from '../llm/answering.js'

const anthropicKey = { ANTHROPIC_API_KEY: 'none' }
const openAiKey = { OPENAI_API_KEY: 'none' }
let standIn: StandIn

beforeAll(async () => {
  standIn = await startStandIn()
  // Where the SDKs themselves look.
  const env = { ...anthropicKey, ...openAiKey, ANTHROPIC_BASE_URL: standIn.url, OPENAI_BASE_URL: standIn.url }
  Object.assign(process.env, env)
})
afterAll(async () => {
  for (const name of ['ANTHROPIC_API_KEY', 'ANTHROPIC_BASE_URL', 'OPENAI_API_KEY', 'OPENAI_BASE_URL']) {
    delete process.env[name]
  }
  await standIn.close()
})

const namesFor = async (...asked: Parameters<typeof mindsFor>) => {
  const { model, assessor } = await mindsFor(...asked)
  return { model: model.name, assessor: assessor.name, isDemo: [model.isDemo, assessor.isDemo] }
}

test('Without a key, or where it is told to, the scripted demo answers and judges, and is named so.', async () => {
  for (const demo of [await namesFor(undefined, {}), await namesFor('demo', anthropicKey)]) {
    expect(demo).toMatchObject({ model: expect.stringContaining('demo'), isDemo: [true, true] })
  }
})

test.each([
  [undefined, openAiKey, 'openai:gpt-5', 'openai:omni-moderation-latest'],
  [undefined, anthropicKey, 'anthropic:claude-opus-4-5', 'anthropic:claude-haiku-4-5'],
  ['openai:gpt-x', { ...anthropicKey, ...openAiKey }, 'openai:gpt-x', 'openai:omni-moderation-latest'],
  ['anthropic', anthropicKey, 'anthropic:claude-opus-4-5', 'anthropic:claude-haiku-4-5'],
])('%s, with %j: %s answers, and %s judges, never the demo.', async (named, environment, model, assessor) => {
  expect(await namesFor(named, environment)).toEqual({ model, assessor, isDemo: [false, false] })
})

test.each([
  ['anthropic:claude', {}, 'anthropic wants its key in ANTHROPIC_API_KEY'],
  ['openai', anthropicKey, 'openai wants its key in OPENAI_API_KEY'],
  ['oracle:x', openAiKey, 'there is no provider "oracle"'],
  ['', openAiKey, 'there is no provider ""'],
])('%j with %j is refused in one line.', async (named, environment, why) => {
  await expect(mindsFor(named, environment)).rejects.toThrow(why)
})

test.each(['anthropic', 'openai'])('A chat with %s is answered and judged by its own SDK.', async (named) => {
  const { model, assessor } = await mindsFor(named, process.env)
  const door = await opened(openDoor({ assess: assessor.assess }))
  const { guidance } = await hear(door, 'harm')
  expect(guidance.stance).toBe('redirect')
  const events = []
  for await (const event of answer({ conversations: door.conversations, model: model.model }, here)) events.push(event)
  expect(kindsOf({ events }).at(-1)).toBe('done')
  expect(events).toContainEqual(expect.objectContaining({ kind: 'sent', purpose: 'redirection' }))
  expect(standIn.faults).toEqual([])
})
