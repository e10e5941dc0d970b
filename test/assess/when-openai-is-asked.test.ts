/** The real OpenAI client asks a server on this machine that speaks the wire format of the moderation endpoint. */
import OpenAI from 'openai'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { openAiModeration, withRetry } from '../../src/assess/index.js'
import { createConversations } from '../../src/conversations.js'
import { orThrow } from '../../src/or-throw.js'
import { openMemoryStore } from '../../src/stores/memory.js'
import { assessorSuite } from '../../src/testing/assessor-suite.js'
import { type Answer, type Heard, openProvider, provider } from './provider-server.js'
import { asked, errorOf, moderation, question } from './questions.js'

const clientOf = (baseURL: string, maxRetries = 0) => new OpenAI({ apiKey: 'none', baseURL, maxRetries })
const answered = (...results: readonly unknown[]) => ({
  body: { id: 'modr-1', model: 'omni-moderation-latest', results },
})
const failing = (status: number) => ({ status, body: { error: { message: 'You said: my secret', type: 'error' } } })

async function assessorOver(answer: Answer, options: { readonly model?: string } = {}) {
  const { baseURL, ...server } = await provider(answer)
  return { ...server, assess: openAiModeration({ client: clientOf(baseURL), ...options }) }
}

test('The message is sent to the moderation endpoint, its text whole, and the answer is its assessment.', async () => {
  const { heard, assess } = await assessorOver(() => answered(moderation(['self-harm/intent'])))
  const content = [
    { type: 'text', text: 'I cannot' },
    { type: 'text', text: 'go on.' },
  ]
  expect(await asked(assess, content)).toMatchObject({ harm: 'none', risk: 'self-harm', confidence: 0.9 })
  expect(heard).toEqual([{ url: '/moderations', body: { input: 'I cannot\ngo on.', model: 'omni-moderation-latest' } }])
})

test('Another model is asked for by its name.', async () => {
  const { heard, assess } = await assessorOver(() => answered(moderation([])), { model: 'omni-moderation-2024-09-26' })
  await asked(assess, 'Hello')
  expect(heard[0]?.body.model).toBe('omni-moderation-2024-09-26')
})

describe('when the endpoint fails', () => {
  test.each([
    [429, true],
    [500, true],
    [503, true],
    [408, true],
    [400, false],
    [401, false],
    [404, false],
  ])(
    'Status %d is a failure; that it can pass is %s. What the endpoint wrote is not repeated.',
    async (status, canPass) => {
      const { assess } = await assessorOver(() => failing(status))
      const error = await errorOf(() => asked(assess, 'Hello'))
      expect(error).toMatchObject({ code: 'classifier-failed', canPass })
      expect(error.message).toBe(`classifier-failed: the classifier did not answer: status ${status}`)
      expect(error.cause).toBeInstanceOf(OpenAI.APIError)
    },
  )

  test('A connection that breaks off is a failure that can pass.', async () => {
    const { assess } = await assessorOver(() => 'hang-up')
    expect(await errorOf(() => asked(assess, 'Hello'))).toMatchObject({ code: 'classifier-failed', canPass: true })
  })

  test.each([
    ['half of JSON', { body: '{"results":[{' }],
    ['no results', { body: { id: 'modr-1' } }],
    ['an empty list', answered()],
    ['two results', answered(moderation([]), moderation([]))],
    ['null for a result', answered(null)],
    ['no categories', answered({ flagged: false })],
    ['a page', { body: '<html>safe</html>', contentType: 'text/html' }],
    ['null', { body: null }],
  ])('With %s for an answer it fails.', async (_, reply) => {
    const { assess } = await assessorOver(() => reply)
    expect(await errorOf(() => asked(assess, 'Hello'))).toMatchObject({ code: 'malformed-answer', canPass: false })
  })

  test('When the question is aborted, so is the request, with the reason that was given.', async () => {
    const abort = new AbortController()
    const { heard, abandoned, assess } = await assessorOver(() => {
      setImmediate(() => abort.abort(new Error('enough')))
      return 'silence'
    })
    await expect(assess(question('Hello', { signal: abort.signal }))).rejects.toThrow('enough')
    await abandoned
    expect(heard).toHaveLength(1)
  })

  test('A question that was aborted before is not asked.', async () => {
    const { heard, assess } = await assessorOver(() => answered(moderation([])))
    await expect(async () =>
      assess(question('Hello', { signal: AbortSignal.abort(new Error('enough')) })),
    ).rejects.toThrow('enough')
    expect(heard).toEqual([])
  })

  test('Asked again after a 429 and a broken connection, it answers.', async () => {
    const replies = [failing(429), 'hang-up' as const, answered(moderation(['hate']))]
    const { heard, assess } = await assessorOver(() => replies.shift() ?? 'hang-up')
    const patient = withRetry({ attemptsMax: 3, pauseMs: 0 })(assess)
    expect(await asked(patient, 'Hello')).toMatchObject({ harm: 'harmful', risk: null })
    expect(heard).toHaveLength(3)
  })
})

test('Behind the door a failure leaves the message unassessed, the log says why, and nothing can end.', async () => {
  const { assess } = await assessorOver(() => failing(500))
  const store = openMemoryStore()
  const conversations = createConversations({ store, assess })
  const { conversationId, threadId } = orThrow(await conversations.open())
  const turn = orThrow(await conversations.receive({ conversationId, threadId, content: 'You idiot' }))
  expect(turn).toMatchObject({
    event: {
      type: 'assessment.failed',
      data: { error: 'classifier-failed: the classifier did not answer: status 500' },
    },
    state: { assessment: 'pending' },
    guidance: { mayEnd: false },
  })
})

/** A stand-in for the classifier behind the endpoint: it goes by words, so that tests know what it finds. */
function classify({ body }: Heard) {
  const text = String(body.input)
  return answered(
    moderation([
      ...(text.includes('hurt myself') ? ['self-harm'] : []),
      ...(text.includes('idiot') ? ['harassment'] : []),
    ]),
  )
}

describe('with the real client it keeps what every assessor must', () => {
  const suiteServers: { readonly close: () => Promise<void> }[] = []
  const urls = { sound: '', broken: '', silent: '' }
  const assessAt = (name: keyof typeof urls) => (request: Parameters<ReturnType<typeof openAiModeration>>[0]) =>
    openAiModeration({ client: clientOf(urls[name]) })(request)

  beforeAll(async () => {
    for (const [name, answer] of Object.entries({
      sound: classify,
      broken: () => failing(500),
      silent: () => 'silence' as const,
    })) {
      const server = await openProvider(answer)
      suiteServers.push(server)
      Object.assign(urls, { [name]: server.baseURL })
    }
  })
  afterAll(() => Promise.all(suiteServers.map(({ close }) => close())))

  assessorSuite({
    test,
    assess: assessAt('sound'),
    examples: [
      { content: 'Hello there', label: 'none' },
      { content: 'You idiot', label: 'harmful' },
      { content: 'I want to hurt myself', label: 'self-harm' },
    ],
    broken: [{ what: 'its endpoint failing', assess: assessAt('broken') }],
    stalled: assessAt('silent'),
    isDeterministic: true,
  })
})
