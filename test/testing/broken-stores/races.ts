/** Stores that get the expected version wrong, and repeats: above all when several write at once. */
import { isLeft, isRight, left, right } from 'fp-ts/lib/Either.js'
import { storeError } from '../../../src/log/errors.js'
import type { AppendRequest, EventStore } from '../../../src/log/event-store.js'
import { nextTurn } from '../../../src/testing/next-turn.js'
import { type BrokenStore, broken, mapRight, moved, unavailable, versionOf } from './broken-store.js'

const exact = 'A stream refuses every expected version but its own, and says where it is.'
const duplicates = 'Stored ids that come otherwise are a duplicate, and nothing of it is stored.'
const explained = 'What concurrent clients are answered can be explained by one order of what they asked.'
const conflict = (actualVersion: number) => storeError('wrong-expected-version', 'broken on purpose', { actualVersion })

/** Appends wherever the stream is by now. */
async function appendAnywhere(store: EventStore, request: AppendRequest) {
  const answer = await store.append(request)
  if (isRight(answer) || answer.left.actualVersion === undefined) return answer
  return store.append(moved(request.events, answer.left.actualVersion))
}

/** Looks first, and acts a turn later as if nothing could have happened: at the versions that `when` names. */
const checkingThenActing =
  (when: (request: AppendRequest) => boolean) =>
  (store: EventStore): Partial<EventStore> => ({
    append: async (request) => {
      const version = await versionOf(store, request.conversationId)
      if (version !== request.expectedVersion || !when(request)) return store.append(request)
      await nextTurn()
      const answer = await appendAnywhere(store, request)
      return mapRight(answer, () => ({ version: version + request.events.length }))
    },
  })

/** Appends a batch one event at a time, with others in between. */
const oneByOne = (store: EventStore): Partial<EventStore> => ({
  append: async (request) => {
    const { events } = request
    if (events.length === 1) return store.append(request)
    const [first] = events
    if (first === undefined || (await versionOf(store, request.conversationId)) !== request.expectedVersion) {
      return store.append(request)
    }
    let version = request.expectedVersion
    for (const event of events) {
      const answer = await appendAnywhere(store, moved([event], version))
      if (isLeft(answer)) return answer
      version = answer.right.version
      await nextTurn()
    }
    return right({ version })
  },
})

/** Whether these events are all there. */
async function isRepeat(store: EventStore, { conversationId, events }: AppendRequest): Promise<boolean> {
  for (const { eventId } of events) {
    const found = await store.find({ conversationId, eventId })
    if (isLeft(found) || found.right === null) return false
  }
  return true
}

export const races: readonly BrokenStore[] = [
  broken('ignores the expected version', exact, (store) => ({ append: (request) => appendAnywhere(store, request) })),
  broken('takes an expected version one too high', exact, (store) => ({
    append: async (request) => {
      const version = await versionOf(store, request.conversationId)
      return request.expectedVersion === version + 1 ? appendAnywhere(store, request) : store.append(request)
    },
  })),
  broken('tells no actual version', exact, (store) => ({
    append: async (request) => {
      const answer = await store.append(request)
      return isLeft(answer) ? left(storeError(answer.left.code, answer.left.message)) : answer
    },
  })),
  broken('tells no actual version where it is 0', 'A conversation that is not there is at version 0.', (store) => ({
    append: async (request) => {
      const answer = await store.append(request)
      return isLeft(answer) && !answer.left.actualVersion ? left(storeError(answer.left.code, 'none')) : answer
    },
  })),
  broken(
    'lets two create a conversation',
    'Of 64 writers who race to create a conversation one wins.',
    checkingThenActing(({ expectedVersion }) => expectedVersion === 0),
  ),
  broken(
    'lets two go on from one version',
    'Of 64 writers who race at the end of a conversation one wins.',
    checkingThenActing(({ expectedVersion }) => expectedVersion > 0),
  ),
  broken('mixes batches', 'Of 64 writers who race with several events each one wins whole.', oneByOne),
  broken(
    'forgets an append now and then',
    'Writers who go on after each lost race leave no gap and lose nothing.',
    (store) => {
      let appends = 0
      return {
        append: async (request) => {
          const version = await versionOf(store, request.conversationId)
          const isForgotten = request.expectedVersion === version && ++appends % 7 === 0
          return isForgotten ? right({ version: version + 1 }) : store.append(request)
        },
      }
    },
  ),
  broken('has one lock for all', 'Writers to different conversations are not in the way of each other.', (store) => {
    let isLocked = false
    return {
      append: async (request) => {
        if (isLocked) return left(unavailable)
        isLocked = true
        await nextTurn()
        isLocked = false
        return store.append(request)
      },
    }
  }),
  broken('refuses all when one is refused', 'A refused append does not harm those that wait beside it.', (store) => {
    let group: ReturnType<EventStore['append']>[] = []
    return {
      append: async (request) => {
        const mine = group
        mine.push(store.append(request))
        await nextTurn()
        group = []
        const refusals = (await Promise.all(mine)).filter(isLeft)
        return refusals[0] ?? right({ version: request.expectedVersion + request.events.length })
      },
    }
  }),
  broken(
    'has a race only beside others',
    explained,
    checkingThenActing(({ events }) => events.length === 2),
  ),

  broken(
    'takes a repeat for a conflict',
    'An append repeated answers as the first time and stores nothing.',
    (store) => ({
      append: async (request) => {
        const version = await versionOf(store, request.conversationId)
        return (await isRepeat(store, request)) ? left(conflict(version)) : store.append(request)
      },
    }),
  ),
  broken(
    'knows its last append only',
    'An append repeated late answers as the first time, however long the stream has become.',
    (store) => ({
      append: async (request) => {
        const version = await versionOf(store, request.conversationId)
        const isLate = request.expectedVersion + request.events.length < version
        return isLate && (await isRepeat(store, request)) ? left(conflict(version)) : store.append(request)
      },
    }),
  ),
  broken(
    'knows a repeat only once it is stored',
    'The same append twice at once is stored once, and both are told so.',
    (store) => {
      const underWay = new Set<string>()
      return {
        append: async (request) => {
          const key = request.events.map(({ eventId }) => eventId).join()
          if (underWay.has(key)) return left(conflict(request.expectedVersion))
          underWay.add(key)
          await nextTurn()
          underWay.delete(key)
          return store.append(request)
        },
      }
    },
  ),
  broken(
    'answers a repeat with where it is now',
    'Part of an append repeated, whole in itself, answers with its own last version.',
    (store) => ({
      append: async (request) => {
        const answer = await store.append(request)
        const version = await versionOf(store, request.conversationId)
        return mapRight(answer, () => ({ version }))
      },
    }),
  ),
  broken('stores an event again under its id', duplicates, (store) => {
    let copies = 0
    const copyName = /~\d+$/
    return {
      append: async (request) => {
        const answer = await store.append(request)
        if (isRight(answer) || answer.left.code !== 'duplicate-event') return answer
        const events = request.events.map((event) => ({ ...event, eventId: `${event.eventId}~${++copies}` }))
        return appendAnywhere(store, { ...request, events })
      },
      read: async (range) =>
        mapRight(await store.read(range), (events) =>
          events.map((event) => ({ ...event, eventId: event.eventId.replace(copyName, '') })),
        ),
    }
  }),
  broken('stores the part that is new', duplicates, (store) => ({
    append: async (request) => {
      const answer = await store.append(request)
      if (isLeft(answer) && answer.left.code === 'duplicate-event') {
        for (const event of request.events) await store.append(moved([event], event.version - 1))
      }
      return answer
    },
  })),
  broken('does not look at the hash', duplicates, (store) => ({
    append: async (request) =>
      (await isRepeat(store, request))
        ? right({ version: request.expectedVersion + request.events.length })
        : store.append(request),
  })),
]
