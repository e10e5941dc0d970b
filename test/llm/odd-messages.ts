/** Messages as no caller should write them, yet a log may hold them: calls without results, blank text, ids that are used twice. */
import fc from 'fast-check'
import type { turnsOf } from '../../src/llm/turns.js'

type Messages = Parameters<typeof turnsOf>[0]

const text = fc.constantFrom('', ' ', 'word').map((words) => ({ type: 'text', text: words }))
const id = fc.constantFrom('a', 'b', 'call of a tool', 'x'.repeat(200))
const name = fc.constantFrom('look', 'a tool', '')
const input = fc.oneof(fc.constant({}), fc.jsonValue())
const use = fc.record({ type: fc.constant('tool_use'), id, name, input })
const result = fc.record({ type: fc.constant('tool_result'), tool_use_id: id, content: fc.jsonValue() })
const thought = fc.constantFrom({ type: 'reasoning', id: 'r' }, { type: 'redacted_thinking', data: '' })
const block = fc.oneof(use, result, text, fc.constantFrom({ type: 'sketch' }), thought)
const content = fc.oneof(fc.constant(null), fc.string(), fc.array(block, { maxLength: 5 }))

export const oddMessages: fc.Arbitrary<Messages> = fc.array(
  fc.record({ role: fc.constantFrom('user' as const, 'assistant' as const), content }),
  { maxLength: 8 },
)
