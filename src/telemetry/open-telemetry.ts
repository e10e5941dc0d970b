/**
 * `colloquy/telemetry`: the door's work as OpenTelemetry spans and metrics, through the API package alone; where it goes is
 * for the application's SDK to say, and without one it goes nowhere. Names follow OpenTelemetry's conventions: durations
 * in seconds, `error.type` for what an operation failed with. Content never comes here; ids are on spans alone, for a
 * metric with an id in it has no bound.
 * @see https://opentelemetry.io/docs/specs/semconv/general/metrics/
 */
import { metrics, type Span, SpanStatusCode, trace } from '@opentelemetry/api'
import { isLeft } from 'fp-ts/lib/Either.js'
import type { Activity, Details, Happening, Telemetry } from '../conversations/telemetry.js'

const scope = 'colloquy'
const activities: readonly Activity[] = ['command', 'load', 'decide', 'append', 'assess']

/** The details that have few values, for metrics. */
const fewValued = ['command', 'group']
const bounded = (details: Details): Details =>
  Object.fromEntries(Object.entries(details).filter(([name]) => fewValued.includes(name)))

const prefixed = (details: Details): Details =>
  Object.fromEntries(Object.entries(details).map(([name, value]) => [`colloquy.${name}`, value]))

function instruments() {
  const meter = metrics.getMeter(scope)
  const durations = new Map(
    activities.map((activity) => {
      const options = { unit: 's', description: `How long it took: ${activity}` }
      return [activity, meter.createHistogram(`colloquy.${activity}.duration`, options)]
    }),
  )
  const conflicts = meter.createCounter('colloquy.conflicts', { unit: '{conflict}', description: 'Writers that met' })
  const retries = meter.createCounter('colloquy.retries', { unit: '{retry}', description: 'Commands tried again' })
  const lag = meter.createGauge('colloquy.feed.lag', { unit: '{event}', description: 'Events a group is behind' })
  return { durations, conflicts, retries, lag }
}

function finish(span: Span, code: string | undefined): void {
  if (code !== undefined) {
    span.setAttribute('error.type', code)
    span.setStatus({ code: SpanStatusCode.ERROR, message: code })
  }
  span.end()
}

/**
 * Spans `colloquy.command`, and below it `load`, `decide`, `append` and `assess`; histograms of their durations; counters
 * `colloquy.conflicts` and `colloquy.retries`; the gauge `colloquy.feed.lag`. A span of what was refused or failed has
 * the code as its `error.type`. Providers are looked up when this is called: set yours first.
 * @example
 * const conversations = createConversations({ store, telemetry: openTelemetry() })
 */
export function openTelemetry(): Telemetry {
  const tracer = trace.getTracer(scope)
  const { durations, conflicts, retries, lag } = instruments()
  const told: { readonly [H in Happening]: (details: Details) => void } = {
    conflict: (details) => conflicts.add(1, prefixed(bounded(details))),
    retry: (details) => retries.add(1, prefixed(bounded(details))),
    'feed-lag': ({ events = 0, ...details }) => lag.record(Number(events), prefixed(bounded(details))),
  }
  return {
    during: (activity, details, work) =>
      tracer.startActiveSpan(`colloquy.${activity}`, { attributes: prefixed(details) }, async (span) => {
        const begun = performance.now()
        // What the work throws is our own mistake, and goes on; the span must not be left open for it.
        let code: string | undefined = 'thrown'
        try {
          const answer = await work()
          code = isLeft(answer) ? answer.left.code : undefined
          return answer
        } finally {
          const error = code === undefined ? {} : { 'error.type': code }
          durations
            .get(activity)
            ?.record((performance.now() - begun) / 1_000, { ...prefixed(bounded(details)), ...error })
          finish(span, code)
        }
      }),
    tell: (happening, details) => told[happening](details),
  }
}
