/** What every store is measured on, whatever it keeps events in: appends, many writers, and a rebuild, against its driver used bare. */
import { chainStart, encode, orThrow, rebuild } from 'colloquy'
import { conversationOf } from './logs.mjs'
import { compare, report } from './measure.mjs'

const salt = '0'.repeat(32)
const writers = 64
const rebuildAim = 0.8
const long = 'long'

/** A conversation's events as a store keeps them, each tied to the one before. */
export function* sealed(conversationId, count) {
  let previous = chainStart
  for (const event of conversationOf(count)) {
    const stored = encode({ ...event, conversationId }, { previous, salt })
    previous = stored.hash
    yield stored
  }
}

/** One event, or throws. */
export const appendOne = async (store, event) =>
  orThrow(
    await store.append({ conversationId: event.conversationId, expectedVersion: event.version - 1, events: [event] }),
  )

/** Many conversations at once through the store, against the same by `insertBare`. */
export async function measureManyWriters({ store, insertBare, against, each = 30, aim }) {
  let round = 0
  const lap = (insert) => async () => {
    const mine = round++
    const logs = Array.from({ length: writers }, (_, writer) => sealed(`beside-${mine}-${writer}`, each))
    const write = async (log) => {
      for (const event of log) await insert(event)
    }
    await Promise.all(logs.map(write))
  }
  const result = await compare({ contestant: lap((event) => appendOne(store, event)), baseline: lap(insertBare) })
  report({ what: `append, ${writers} conversations at once`, against, count: each * writers, result, aim })
}

/**
 * One event an append against `insertBare`, which may answer later or at once; then many conversations against one.
 * @param against what the bare way is called; `aims` for the two ratios, each may be missing.
 */
export async function measureAppends({ store, insertBare, what, against, aims = {}, count = 300 }) {
  const appendAll = async (conversationId, many) => {
    for (const event of sealed(conversationId, many)) await appendOne(store, event)
  }
  let round = 0
  const bareAppends = async () => {
    for (const event of sealed(`bare-${round++}`, count)) {
      const pending = insertBare(event)
      if (pending instanceof Promise) await pending
    }
  }
  const single = await compare({ contestant: () => appendAll(`one-${round++}`, count), baseline: bareAppends })
  report({ what, against, count, result: single, aim: aims.single })

  const each = count / 10
  const manyWriters = async () => {
    const mine = round++
    await Promise.all(Array.from({ length: writers }, (_, writer) => appendAll(`many-${mine}-${writer}`, each)))
  }
  const oneWriter = () => appendAll(`alone-${round++}`, each * writers)
  const many = await compare({ contestant: manyWriters, baseline: oneWriter, rounds: 5 })
  const name = `append, ${writers} conversations at once`
  report({ what: name, against: 'one after the other', count: each * writers, result: many, aim: aims.many })
}

/** Fills one long conversation, so many events an append; answers its events, and the seconds it took. */
export async function fillLong({ store, count, perAppend }) {
  const events = [...sealed(long, count)]
  const begun = performance.now()
  for (let begin = 0; begin < count; begin += perAppend) {
    const batch = events.slice(begin, begin + perAppend)
    orThrow(await store.append({ conversationId: long, expectedVersion: begin, events: batch }))
  }
  return { events, seconds: (performance.now() - begun) / 1_000 }
}

/** A rebuild of the long conversation against a bare read of the same, with the JSON of each event parsed. */
export async function measureRebuild({
  store,
  selectBare,
  count,
  rounds,
  bareName = 'a bare SELECT of the same columns',
}) {
  const bareRead = async () => {
    let characters = 0
    for (const { record, content } of await selectBare(long)) {
      JSON.parse(record)
      if (content !== null) characters += JSON.parse(content).length
    }
    if (characters === 0) throw new Error('nothing was read')
  }
  const ourRebuild = async () => {
    const { conversation } = orThrow(await rebuild(store, { conversationId: long }))
    if (conversation.version !== count) throw new Error('not all was read')
  }
  const result = await compare({ contestant: ourRebuild, baseline: bareRead, ...(rounds && { rounds }) })
  const against = `${bareName} and JSON.parse`
  report({ what: `rebuild of ${count} events`, against, count, result, aim: rebuildAim })
}
