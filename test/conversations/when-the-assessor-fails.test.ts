/** Whatever goes wrong with the assessor, the message is kept, the failure is in the log, and nothing can end. */
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import type { Assess } from '../../src/conversations/assessing.js'
import { createConversations } from '../../src/conversations.js'
import { orThrow } from '../../src/or-throw.js'
import { openMemoryStore } from '../../src/stores/memory.js'
import { type Door, faultIn, here, logOf, openDoor, opened, patientAssessor, typesOf } from './door.js'

const end = { ...here, ground: 'persistent-harm', reason: 'r' } as const

async function expectKept(door: Door, error: unknown): Promise<void> {
  const log = await logOf(door)
  expect(typesOf(log)).toEqual(['conversation.opened', 'message.received', 'assessment.failed'])
  expect(log[2]).toMatchObject({ actor: { kind: 'assessor' }, data: { threadId: 'main', error } })
  const view = orThrow(await door.conversations.thread(here))
  expect(view.messages.map(({ content }) => content)).toEqual(['hello'])
  expect(view.state.assessment).toBe('pending')
  expect(await door.conversations.end(end)).toMatchObject({ left: { code: 'assessment-pending' } })
  expect(await faultIn(door.store)).toBeNull()
}

const unspeakable = Object.create(null) as object
const failures: readonly (readonly [string, Assess, unknown])[] = [
  [
    'throws',
    () => {
      throw new Error('no model')
    },
    'no model',
  ],
  ['rejects', () => Promise.reject(new Error('no network')), 'no network'],
  ['rejects with a string', () => Promise.reject('plainly'), 'plainly'],
  ['rejects with nothing', () => Promise.reject(undefined), 'undefined'],
  ['rejects with what has no words', () => Promise.reject(unspeakable), expect.any(String)],
  [
    'rejects with an error whose message is no text',
    () => Promise.reject(Object.assign(new Error(), { message: unspeakable })),
    expect.any(String),
  ],
  ['rejects with half a character', () => Promise.reject(new Error('\ud800')), '\ufffd'],
  ['rejects at length', () => Promise.reject(new Error('x'.repeat(10_000))), 'x'.repeat(500)],
]

test.each(failures)('An assessor that %s.', async (_, assess, error) => {
  const door = await opened(openDoor({ assess }))
  const turn = orThrow(await door.conversations.receive({ ...here, content: 'hello' }))
  expect(turn).toMatchObject({
    event: { type: 'assessment.failed' },
    state: { assessment: 'pending' },
    guidance: { mayEnd: false },
  })
  await expectKept(door, error)
})

const loop: { self?: unknown } = {}
loop.self = loop
const nonsense: readonly unknown[] = [
  undefined,
  null,
  7,
  'harmful',
  [],
  {},
  { harm: 'harmful' },
  { risk: null },
  { harm: 'mild', risk: null },
  { harm: 'none', risk: 'boredom' },
  { harm: 'none', risk: null, confidence: 2 },
  { harm: 'none', risk: null, confidence: Number.NaN },
  { harm: 'none', risk: null, why: 'because' },
  { harm: 'none', risk: null, categories: 'x' },
  { harm: 'none', risk: null, categories: [1n] },
  { harm: 'none', risk: null, categories: ['x'.repeat(2_000_000)] },
  { harm: 'none', risk: null, categories: loop },
]

test.each(nonsense.map((said, index) => [index, said] as const))(
  'An assessor that answers with nonsense, number %i.',
  async (_, said) => {
    const door = await opened(openDoor({ assess: (() => said) as Assess }))
    orThrow(await door.conversations.receive({ ...here, content: 'hello' }))
    await expectKept(door, 'the assessor answered with something that is not an assessment')
  },
)

test('An assessor cannot speak for another thread or message than it was asked about.', async () => {
  const assess = (() => ({ harm: 'none', risk: null, threadId: 'gone', messageId: 'gone' })) as unknown as Assess
  const door = await opened(openDoor({ assess }))
  const { event } = orThrow(await door.conversations.receive({ ...here, messageId: 'm1', content: 'hello' }))
  expect(event).toMatchObject({ type: 'message.assessed', data: { threadId: 'main', messageId: 'm1' } })
})

test('All that an assessor may add is recorded.', async () => {
  const assess: Assess = async () => ({
    harm: 'harmful',
    risk: null,
    categories: { insult: 0.9, threat: false },
    confidence: 0.9,
  })
  const door = await opened(openDoor({ assess }))
  const { event } = orThrow(await door.conversations.receive({ ...here, content: 'hello' }))
  expect(event.data).toMatchObject({ harm: 'harmful', categories: { insult: 0.9, threat: false }, confidence: 0.9 })
})

describe('that is late', () => {
  beforeEach(() => void vi.useFakeTimers())
  afterEach(() => void vi.useRealTimers())

  test('Its signal is aborted when time is up, and what it says later is not heard.', async () => {
    const { assess, question } = patientAssessor()
    const door = await opened(openDoor({ assess, assessTimeoutMs: 5_000 }))
    const receiving = door.conversations.receive({ ...here, content: 'hello' })
    const { request, answer } = await question(0)
    await vi.advanceTimersByTimeAsync(4_999)
    expect(request.signal.aborted).toBe(false)
    await vi.advanceTimersByTimeAsync(1)
    expect(request.signal.aborted).toBe(true)
    expect(orThrow(await receiving).event.type).toBe('assessment.failed')
    answer({ harm: 'none', risk: null })
    await expectKept(door, 'the assessor did not answer within 5000 ms')
  })

  test('One that fails only after its time is no failure more.', async () => {
    const { assess, question } = patientAssessor()
    const door = await opened(openDoor({ assess, assessTimeoutMs: 5_000 }))
    const receiving = door.conversations.receive({ ...here, content: 'hello' })
    const { fail } = await question(0)
    await vi.advanceTimersByTimeAsync(5_000)
    await receiving
    fail(new Error('too late'))
    await expectKept(door, 'the assessor did not answer within 5000 ms')
  })

  test('One that answers in time leaves no timer behind.', async () => {
    const door = await opened(openDoor())
    orThrow(await door.conversations.receive({ ...here, content: 'hello' }))
    expect(vi.getTimerCount()).toBe(0)
  })

  test('Without a limit of its own the door waits ten seconds.', async () => {
    const { assess, question } = patientAssessor()
    const door = await opened(openDoor({ assess }))
    const receiving = door.conversations.receive({ ...here, content: 'hello' })
    const { request } = await question(0)
    await vi.advanceTimersByTimeAsync(9_999)
    expect(request.signal.aborted).toBe(false)
    await vi.advanceTimersByTimeAsync(1)
    expect(orThrow(await receiving).event.type).toBe('assessment.failed')
  })
})

test('While it thinks, other commands go on; what it says of a message spoken for since is not recorded.', async () => {
  const { assess, question } = patientAssessor()
  const door = await opened(openDoor({ assess }))
  const first = door.conversations.receive({ ...here, messageId: 'm1', content: 'one' })
  const asked = await question(0)
  const second = door.conversations.receive({ ...here, messageId: 'm2', content: 'two' })
  ;(await question(1)).answer({ harm: 'harmful', risk: null })
  expect(orThrow(await second)).toMatchObject({ messageId: 'm2', state: { assessment: 'current' } })
  asked.answer({ harm: 'none', risk: null })
  expect(orThrow(await first).event.type).toBe('message.received')
  expect(typesOf(await logOf(door))).toEqual([
    'conversation.opened',
    'message.received',
    'message.received',
    'message.assessed',
  ])
})

test('What it is asked: the message, and the line up to it, not what was said since.', async () => {
  const { assess, question } = patientAssessor()
  const door = await opened(openDoor({ assess }))
  const first = door.conversations.receive({ ...here, messageId: 'm1', content: 'one' })
  const { request, answer } = await question(0)
  answer({ harm: 'none', risk: null })
  await first
  orThrow(await door.conversations.send({ ...here, content: 'reply' }))
  const second = door.conversations.receive({ ...here, messageId: 'm2', content: [{ type: 'text', text: 'two' }] })
  const again = await question(1)
  again.answer({ harm: 'none', risk: null })
  await second
  expect(request).toMatchObject({ ...here, messageId: 'm1', content: 'one' })
  expect(request.transcript.map(({ role, content }) => [role, content])).toEqual([['user', 'one']])
  expect(again.request.transcript.map(({ role }) => role)).toEqual(['user', 'assistant', 'user'])
})

test('Asked late about an earlier message, it sees no more than the line up to that one; doubt about the later one stays.', async () => {
  const door = await opened(openDoor())
  const bare = createConversations({ store: door.store })
  const receive = { ...here, commandId: 'k1', messageId: 'm1', content: 'one' }
  orThrow(await bare.receive(receive))
  orThrow(await bare.receive({ ...here, messageId: 'm2', content: 'two' }))
  const turn = orThrow(await door.conversations.receive(receive))
  expect(door.asked.map(({ transcript }) => transcript.map(({ content }) => content))).toEqual([['one']])
  expect(turn).toMatchObject({ messageId: 'm1', event: { type: 'message.assessed' }, state: { assessment: 'pending' } })
})

test('Without an assessor messages wait, until somebody assesses them.', async () => {
  const bare = createConversations({ store: openMemoryStore() })
  orThrow(await bare.open(here))
  expect(orThrow(await bare.receive({ ...here, messageId: 'm1', content: 'hello' })).state.assessment).toBe('pending')
  const turn = orThrow(await bare.assess({ ...here, messageId: 'm1', assessment: { harm: 'harmful', risk: null } }))
  expect(turn).toMatchObject({ messageId: 'm1', guidance: { stance: 'redirect' }, state: { assessment: 'current' } })
  expect(await bare.assess({ ...here, messageId: 'm1', assessment: { harm: 'none', risk: null } })).toMatchObject({
    left: { code: 'already-assessed' },
  })
})
