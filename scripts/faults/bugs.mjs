/** Stores that are wrong on purpose, each in one way: a checker that does not catch them is no checker. */
import { right } from 'fp-ts/lib/Either.js'

/** The store, but for these methods. */
const over = (store, methods) =>
  new Proxy(store, {
    get: (target, key) => {
      const member = methods[key] ?? target[key]
      return typeof member === 'function' && member === target[key] ? member.bind(target) : member
    },
  })

/** Answers before it has stored anything. */
function acknowledgesEarly(store) {
  const append = (request) => {
    void store.append(request)
    return Promise.resolve(right({ version: request.expectedVersion + request.events.length }))
  }
  return over(store, { append })
}

/** Stores a batch event by event. */
function tearsBatches(store) {
  const append = async ({ conversationId, expectedVersion, events }) => {
    let answer
    for (const [place, event] of events.entries()) {
      answer = await store.append({ conversationId, expectedVersion: expectedVersion + place, events: [event] })
      if (answer._tag === 'Left') break
    }
    return answer
  }
  return over(store, { append })
}

/** Answers that it was stored, whatever went wrong. */
function swallowsFailures(store) {
  const append = async (request) => {
    const answer = await store.append(request)
    const isFailure = answer._tag === 'Left' && answer.left.code !== 'wrong-expected-version'
    return isFailure ? right({ version: request.expectedVersion + request.events.length }) : answer
  }
  return over(store, { append })
}

/** Takes a lost race for won. */
function overlooksRaces(store) {
  const append = async (request) => {
    const answer = await store.append(request)
    const isRace = answer._tag === 'Left' && answer.left.code === 'wrong-expected-version'
    return isRace ? right({ version: request.expectedVersion + request.events.length }) : answer
  }
  return over(store, { append })
}

const timeOf = ({ record }) => Date.parse(JSON.parse(record).recordedAt)

/** Lets go of what seems to be older than what it has. */
function trustsClocks(store) {
  let newest = 0
  const append = async (request) => {
    const isOld = timeOf(request.events[0]) < newest
    newest = Math.max(newest, ...request.events.map(timeOf))
    return isOld ? right({ version: request.expectedVersion + request.events.length }) : store.append(request)
  }
  return over(store, { append })
}

/** What can be seeded, by name. `synchronous-normal` is the connection's, see `sqlite-writer.mjs`. */
const bugs = {
  'acknowledges-early': acknowledgesEarly,
  'tears-batches': tearsBatches,
  'swallows-failures': swallowsFailures,
  'overlooks-races': overlooksRaces,
  'trusts-clocks': trustsClocks,
  'synchronous-normal': (store) => store,
}

/** The store with this bug; without a name, as it is. */
export const withBug = (store, bug) => (bug === undefined ? store : bugs[bug](store))
