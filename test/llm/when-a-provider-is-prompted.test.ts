/** What is sent to providers for a thread: nothing that one refuses, and for two branches the same to the byte up to where they part. */
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { threadsOf } from '../../src/conversation/state.js'
import { viewThread } from '../../src/conversations/thread-view.js'
import { anthropicAdapter } from '../../src/llm/anthropic/index.js'
import { type Prompt, promptFor } from '../../src/llm/model.js'
import { toolsFor } from '../../src/llm/tools.js'
import { turnsOf } from '../../src/llm/turns.js'
import { orThrow } from '../../src/or-throw.js'
import { arbitraries } from '../../src/testing/arbitraries.js'
import { here } from '../conversations/door.js'
import { atTheLastResort } from './answering.js'
import { oddMessages } from './odd-messages.js'
import { anthropic } from './providers/anthropic.js'
import { chat } from './providers/chat.js'
import { responses } from './providers/responses.js'

/** What a caller of a model may leave of a thread: all of its messages, and nothing to call. */
const asPrompt = (messages: Parameters<typeof turnsOf>[0]): Prompt => ({
  instructions: 'Go on.',
  tools: [],
  turns: turnsOf(messages),
})

describe.each([anthropic, responses, chat])('$name', (provider) => {
  test('Whatever a thread holds, its prompt is not refused.', () => {
    fc.assert(
      fc.property(oddMessages, (messages) => {
        expect(provider.faultIn(provider.request(asPrompt(messages)))).toBeUndefined()
      }),
      { numRuns: 2_000 },
    )
  })

  test('Of two threads that share messages, what is sent for these is the same to the byte.', () => {
    fc.assert(
      fc.property(oddMessages, oddMessages, oddMessages, (shared, one, other) => {
        const sent = (more: typeof shared) =>
          provider.transcriptIn(provider.request(asPrompt([...shared, ...more])).body)
        // What is still open at the cut is closed by what comes after it.
        const closed = [...shared, { role: 'user' as const, content: 'So?' }]
        const prefix = provider.transcriptIn(provider.request(asPrompt(closed)).body)
        const [a, b] = [one, other].map((more) => sent([{ role: 'user', content: 'So?' }, ...more]))
        expect([a?.slice(0, prefix.length), b?.slice(0, prefix.length)]).toEqual([prefix, prefix])
      }),
      { numRuns: 500 },
    )
  })

  test('A branch’s transcript is its parent’s to the byte, up to the cut, whatever story came before.', () => {
    let forks = 0
    fc.assert(
      fc.property(arbitraries(fc).conversations({ attemptsMax: 40 }), ({ states }) => {
        const last = states.at(-1)
        for (const thread of last ? threadsOf(last) : []) {
          const parent = last && threadsOf(last).find(({ threadId }) => threadId === thread.from?.threadId)
          if (!last || !parent) continue
          const [line, parents] = [thread, parent].map((of) => viewThread('c', last, of))
          if (!line || !parents) continue
          const shared = parents.messages.findIndex(({ messageId }) => messageId === thread.from?.messageId)
          if (shared === 0) continue
          const [its, theirs] = [line, parents].map((view) => provider.request(promptFor(view)))
          expect([its, theirs].map((asked) => asked && provider.faultIn(asked))).toEqual([undefined, undefined])
          const [ours, prefix] = [its, theirs].map((asked) => provider.transcriptIn(asked?.body ?? {}).slice(0, shared))
          expect(ours).toEqual(prefix)
          forks++
        }
      }),
      { numRuns: 60 },
    )
    expect(forks).toBeGreaterThan(20)
  })
})

test('Anthropic: the caller’s own system prompt is a block of its own, the same whatever guidance says; marked where caching is wanted.', async () => {
  const door = await atTheLastResort()
  const view = orThrow(await door.conversations.thread(here))
  const { system, cache_control: end } = anthropicAdapter({ system: 'You sell tea.', cache: true }).requestFor(view)
  const marked = { cache_control: { type: 'ephemeral' } }
  expect([system, end]).toEqual([
    [
      { type: 'text', text: 'You sell tea.', ...marked },
      { type: 'text', text: view.guidance.instructions },
    ],
    marked.cache_control,
  ])
  const plain = anthropicAdapter({ system: 'You sell tea.' }).requestFor(view)
  expect(JSON.stringify(plain)).not.toContain('ephemeral')
  expect(toolsFor(view.guidance)).toHaveLength(1)
})

test('Anthropic: where calls are replayed and no tool is offered any more, one that cannot be called is.', () => {
  const content = [{ type: 'tool_use', id: 'a', name: 'look', input: {} }]
  const { body } = anthropic.request(asPrompt([{ role: 'assistant', content }]))
  expect(body).toMatchObject({ tool_choice: { type: 'none' }, tools: [{ name: 'none' }] })
})
