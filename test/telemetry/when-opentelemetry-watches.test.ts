/** What an application's own OpenTelemetry SDK receives of the door's work. */
import { context, metrics, SpanKind, trace } from '@opentelemetry/api'
import { AsyncLocalStorageContextManager } from '@opentelemetry/context-async-hooks'
import {
  AggregationTemporality,
  InMemoryMetricExporter,
  MeterProvider,
  PeriodicExportingMetricReader,
} from '@opentelemetry/sdk-metrics'
import {
  BasicTracerProvider,
  InMemorySpanExporter,
  type ReadableSpan,
  SimpleSpanProcessor,
} from '@opentelemetry/sdk-trace-base'
import { isLeft } from 'fp-ts/lib/Either.js'
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { orThrow } from '../../src/or-throw.js'
import { openMemoryStore } from '../../src/stores/memory.js'
import { openTelemetry } from '../../src/telemetry/open-telemetry.js'
import { type Door, here, openDoor, opened } from '../conversations/door.js'
import { atCalls, interposed, refusal } from '../conversations/interposed-store.js'

const spans = new InMemorySpanExporter()
const exported = new InMemoryMetricExporter(AggregationTemporality.CUMULATIVE)
const reader = new PeriodicExportingMetricReader({ exporter: exported, exportIntervalMillis: 3_600_000 })

beforeAll(() => {
  context.setGlobalContextManager(new AsyncLocalStorageContextManager().enable())
  trace.setGlobalTracerProvider(new BasicTracerProvider({ spanProcessors: [new SimpleSpanProcessor(spans)] }))
  metrics.setGlobalMeterProvider(new MeterProvider({ readers: [reader] }))
})
beforeEach(() => {
  spans.reset()
  exported.reset()
})
afterAll(async () => {
  await reader.shutdown()
  trace.disable()
  metrics.disable()
  context.disable()
})

const watched = (options: Parameters<typeof openDoor>[0] = {}): Promise<Door> =>
  opened(openDoor({ ...options, telemetry: openTelemetry() }))

const named = (name: string): ReadableSpan[] => spans.getFinishedSpans().filter((span) => span.name === name)

/** Every measured value, by metric. */
async function measured(): Promise<Map<string, readonly { attributes: object; value: unknown }[]>> {
  await reader.forceFlush()
  const found = exported.getMetrics().flatMap(({ scopeMetrics }) => scopeMetrics.flatMap(({ metrics: all }) => all))
  return new Map(found.map(({ descriptor, dataPoints }) => [descriptor.name, dataPoints]))
}

test('A command is a span, with what it did below it, in order.', async () => {
  const door = await watched()
  spans.reset()
  orThrow(await door.conversations.receive({ ...here, content: 'hello' }))
  const [received, assessed] = named('colloquy.command')
  expect(received?.attributes).toEqual({ 'colloquy.command': 'receiveMessage', 'colloquy.conversationId': 'c1' })
  expect(assessed?.attributes['colloquy.command']).toBe('assessMessage')
  const below = spans
    .getFinishedSpans()
    .filter(({ parentSpanContext }) => parentSpanContext?.spanId === received?.spanContext().spanId)
  expect(below.map(({ name }) => name)).toEqual(['colloquy.load', 'colloquy.decide', 'colloquy.append'])
  expect(named('colloquy.assess')).toHaveLength(1)
  expect(spans.getFinishedSpans().every(({ kind }) => kind === SpanKind.INTERNAL)).toBe(true)
})

test('A refusal ends its span with the code, and so does an assessor that fails.', async () => {
  const door = await watched({
    assess: () => {
      throw new Error('no')
    },
  })
  orThrow(await door.conversations.receive({ ...here, content: 'hello' }))
  expect(isLeft(await door.conversations.confirmEnd(here))).toBe(true)
  expect(named('colloquy.assess')[0]?.attributes['error.type']).toBe('assessment-failed')
  expect(named('colloquy.decide').at(-1)?.attributes['error.type']).toBe('not-asked')
  expect(named('colloquy.command').at(-1)?.attributes['error.type']).toBe('not-asked')
})

test('Conflicts and retries are counted, and durations are in seconds.', async () => {
  const conflict = async () => refusal('wrong-expected-version')
  const store = interposed(openMemoryStore(), { append: (real) => atCalls([2], real, conflict) })
  const door = await watched({ store })
  orThrow(await door.conversations.receive({ ...here, content: 'hello' }))
  const found = await measured()
  expect(found.get('colloquy.conflicts')?.map(({ value }) => value)).toEqual([1])
  expect(found.get('colloquy.retries')?.map(({ attributes }) => attributes)).toEqual([
    { 'colloquy.command': 'receiveMessage' },
  ])
  const appends = found.get('colloquy.append.duration') as readonly {
    attributes: object
    value: { count: number; sum: number }
  }[]
  expect(appends.find(({ attributes }) => 'error.type' in attributes)?.attributes).toEqual({
    'error.type': 'wrong-expected-version',
  })
  expect(appends.reduce((sum, { value }) => sum + value.sum, 0)).toBeLessThan(60)
})

test('Neither content nor any id is in a metric, and no content is in a span.', async () => {
  const door = await watched()
  orThrow(await door.conversations.receive({ ...here, content: 'my harm secret', messageId: 'secret-id' }))
  orThrow(await door.conversations.send({ ...here, content: 'secret answer' }))
  await door.conversations.end({ ...here, ground: 'persistent-harm', reason: 'secret reason' })
  const told = spans
    .getFinishedSpans()
    .map(({ name, attributes, status, events }) => ({ name, attributes, status, events }))
  expect(told.length).toBeGreaterThan(10)
  expect(JSON.stringify(told)).not.toContain('secret')
  const counted = JSON.stringify(
    [...(await measured())].map(([name, points]) => [name, points.map(({ attributes }) => attributes)]),
  )
  expect(counted).toContain('colloquy.command.duration')
  expect(counted).not.toMatch(/secret|c1|main/)
})
