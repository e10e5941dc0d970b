/** What the door is made of, put together from its options once. */
import { newSalt } from '../log/hash-chain.js'
import type { RecordedEvent } from '../log/recorded-event.js'
import { setRealTimer } from '../log/timer.js'
import { Admission } from './admission.js'
import { conversationsIn } from './conversations-of.js'
import { Erasing } from './erasing.js'
import { Intake } from './intake.js'
import { Journal } from './journal.js'
import { type ConversationsOptions, telemetryOf } from './options.js'
import { projectionsOf } from './projections.js'
import { Subscriptions } from './subscriptions.js'

export type Parts = ReturnType<typeof partsOf>

export function partsOf(options: ConversationsOptions) {
  const { store, clock = () => new Date(), newId = () => crypto.randomUUID(), onEvent, onError = () => {} } = options
  const { attemptsMax = 16, cacheMax = 1_000, snapshotEvery = 1_000, assess, assessTimeoutMs = 10_000 } = options
  const { setTimer = setRealTimer } = options
  const telemetry = telemetryOf(options)
  const subscriptions = new Subscriptions({ ...options, newId, setTimer, onError })
  const projections = projectionsOf(store, options.inlineProjections, { cacheMax, onError })
  const journal = new Journal({
    store,
    inline: projections?.inline,
    clock,
    newId,
    newSalt: options.newSalt ?? newSalt,
    attemptsMax,
    cacheMax,
    snapshotEvery,
    onEvent: (event: RecordedEvent) => {
      subscriptions.tell()
      onEvent?.(event)
    },
    onError,
    telemetry,
  })
  const intake = new Intake(journal, assess, { timeoutMs: assessTimeoutMs, setTimer, telemetry })
  const erasing = new Erasing({ store, journal, conversationsOf: conversationsIn(store) })
  return { admission: new Admission(), journal, intake, erasing, projections, subscriptions, newId }
}
