/** What the door is made of, put together from its options once. */
import { newSalt } from '../log/hash-chain.js'
import type { RecordedEvent } from '../log/recorded-event.js'
import { setRealTimer } from '../log/timer.js'
import { Admission } from './admission.js'
import { conversationsIn } from './erasing/conversations-of.js'
import { Erasing } from './erasing.js'
import { Intake } from './intake.js'
import { Journal } from './journal.js'
import { projectionsOf } from './listing/projections.js'
import { type ConversationsOptions, telemetryOf } from './options.js'
import { sealedOver } from './sealing/unsealed-store.js'
import { Subscriptions } from './subscriptions.js'

export type Parts = ReturnType<typeof partsOf>

export function partsOf(options: ConversationsOptions) {
  const { clock = () => new Date(), newId = () => crypto.randomUUID(), onEvent, onError = () => {} } = options
  const { attemptsMax = 16, cacheMax = 1_000, snapshotEvery = 1_000, assess, assessTimeoutMs = 10_000 } = options
  const { setTimer = setRealTimer } = options
  const telemetry = telemetryOf(options)
  // As it is read here: what is sealed in it comes out as it was before.
  const { store, sealing } = sealedOver(options.store, options.encryption, cacheMax)
  const subscriptions = new Subscriptions({ ...options, store, newId, setTimer, onError, telemetry })
  // From what is stored: rows need no words, and a key that is wrong or out of reach must not hold up the review queue.
  const projections = projectionsOf(options.store, options.inlineProjections, { cacheMax, onError })
  const journal = new Journal({
    store,
    sealing,
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
  const erasing = new Erasing({ store: options.store, journal, conversationsOf: conversationsIn(options.store) })
  return { store, admission: new Admission(), journal, intake, erasing, projections, subscriptions, newId }
}
