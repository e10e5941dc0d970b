/**
 * The load that faults are put to: writers that append batches of real, chained events and remember what was
 * acknowledged. An event's id tells its batch and the batch's size, so that half a batch is known by what is stored
 * alone. No id is ever made twice, in any process: a checker whose writers used ids again saw nothing lost while 1,200
 * events were.
 */
import { createHash } from 'node:crypto'
import { chainStart, defaultPolicy, encode, rebuild } from 'colloquy'

const batchMax = 4
const contentCharacters = 300
const retryDelayMs = 5

const pause = () => new Promise((resolve) => setTimeout(resolve, retryDelayMs))

/** 32 hex digits for an event; anybody can guess them, and nothing here is secret. */
const saltOf = (eventId) => createHash('md5').update(eventId).digest('hex')

/** Of which batch this event is, and of how many. */
export function batchOf(eventId) {
  const [, batch, size] = /^(.*):\d+\/(\d+)$/.exec(eventId) ?? [undefined, eventId, '1']
  return { batch, size: Number(size) }
}

/** Where a conversation ends now, or the store's error. */
async function tailOf(store, conversationId) {
  const loaded = await rebuild(store, { conversationId })
  if (loaded._tag === 'Left') return { error: loaded.left }
  return { version: loaded.right.conversation?.version ?? 0, hash: loaded.right.lastHash }
}

/** Where it ends, as a lost race tells; the last event alone is read. */
async function tailAt(store, conversationId, version) {
  if (version === 0) return { version, hash: chainStart }
  const answer = await store.read({ conversationId, fromVersion: version, toVersion: version })
  if (answer._tag === 'Left') return { error: answer.left }
  const [event] = answer.right
  return event ? { version, hash: event.hash } : { error: { code: 'unavailable', message: 'the last event is gone' } }
}

const opening = {
  type: 'conversation.opened',
  actor: { kind: 'system' },
  data: { threadId: 't', policy: defaultPolicy },
}

/** What is said at a version; what matters is that a machine accepts it, and that it has content to be changed. */
function said(version, eventId) {
  const content = `${eventId} ${'x'.repeat(contentCharacters)}`
  const data = { threadId: 't', messageId: `m-${eventId}`, content }
  if (version === 1) return opening
  if (version % 2 === 0) return { type: 'message.received', actor: { kind: 'user' }, data }
  return { type: 'message.sent', actor: { kind: 'assistant' }, data: { ...data, purpose: 'reply' } }
}

/** One writer on one conversation. */
export class Writer {
  /** How often each code was heard. */
  heard = {}
  /** The longest time from one acknowledgement to the next, in ms. */
  stallMs = 0
  #lastAt = performance.now()
  #number = 0
  #isOver = () => false

  /**
   * @param options `name`: of no other writer, in any process; `onAcknowledged`: hears of each batch, at once;
   *   `attemptsMax`: how often a batch is tried; `clock`: for the events' times.
   */
  constructor({ store, name, conversationId, chance, onAcknowledged, attemptsMax = 8, clock = () => new Date() }) {
    Object.assign(this, { store, name, conversationId, chance, onAcknowledged, attemptsMax, clock })
  }

  /** Appends so many batches, or until told that it is over. False if it gave up. */
  async write({ appends, isOver = () => false }) {
    this.#isOver = isOver
    let tail = await this.#patiently(() => tailOf(this.store, this.conversationId))
    for (let done = 0; tail && done < appends && !isOver(); done++) tail = await this.#appendAt(tail)
    return tail !== undefined
  }

  async #patiently(ask) {
    for (let attempt = 1; attempt <= this.attemptsMax && !this.#isOver(); attempt++) {
      const answer = await ask()
      if (!answer.error) return answer
      this.#hear(answer.error.code)
      await pause()
    }
    return undefined
  }

  /** The tail after a batch of its own, or `undefined` if it gave up. */
  async #appendAt(tail) {
    let from = tail
    let events = this.#batchAfter(from)
    for (let attempt = 1; attempt <= this.attemptsMax; attempt++) {
      const answer = await this.store.append({
        conversationId: this.conversationId,
        expectedVersion: from.version,
        events,
      })
      if (answer._tag === 'Right') return this.#acknowledge(events)
      this.#hear(answer.left.code)
      if (answer.left.code === 'wrong-expected-version') {
        // Another was first; nothing of this batch is stored, nor ever will be.
        const { actualVersion } = answer.left
        from = await this.#patiently(() => tailAt(this.store, this.conversationId, actualVersion))
        if (!from) return undefined
        events = this.#batchAfter(from)
        attempt = 0
      } else await pause()
      if (this.#isOver()) return from
    }
    return undefined
  }

  #batchAfter({ version, hash }) {
    const size = 1 + this.chance.below(batchMax)
    const number = ++this.#number
    let previous = hash
    return Array.from({ length: size }, (_, place) => {
      const id = `${this.name}:${number}:${place}/${size}`
      const own = { id, conversationId: this.conversationId, version: version + 1 + place, schema: 1 }
      const recordedAt = this.clock().toISOString()
      const stored = encode({ ...own, recordedAt, ...said(own.version, id) }, { previous, salt: saltOf(id) })
      previous = stored.hash
      return stored
    })
  }

  #acknowledge(events) {
    const now = performance.now()
    this.stallMs = Math.max(this.stallMs, now - this.#lastAt)
    this.#lastAt = now
    const told = events.map(({ version, eventId, hash }) => ({ version, eventId, hash }))
    this.onAcknowledged({ conversationId: this.conversationId, events: told })
    return events.at(-1)
  }

  #hear(code) {
    this.heard[code] = (this.heard[code] ?? 0) + 1
  }
}
