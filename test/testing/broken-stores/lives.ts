/** Stores that close badly, lose in a crash what they had answered, or have handles that do not know of each other. */
import { isLeft, isRight, left, right } from 'fp-ts/lib/Either.js'
import { storeError } from '../../../src/log/errors.js'
import type { EventStore, StoredEvent } from '../../../src/log/event-store.js'
import { orThrow } from '../../../src/or-throw.js'
import { nextTurn } from '../../../src/testing/next-turn.js'
import { openSoundStore } from '../sound-store.js'
import { type BrokenStore, broken, brokenWhole, mapRight } from './broken-store.js'

const crashed = 'What was answered is there after a crash.'

/** Another life after the crash, in which less is known. */
const crashing = (name: string, caughtBy: string, remembered: Parameters<typeof openSoundStore>[0]) =>
  brokenWhole(name, caughtBy, () => openSoundStore(remembered))

export const ends: readonly BrokenStore[] = [
  broken('drops what is under way when it closes', 'Closing finishes the appends that were under way.', (store) => ({
    append: async (request) => {
      await nextTurn()
      return store.append(request)
    },
  })),
  broken(
    'shows what it holds to whoever asks how it is',
    'A store that takes writes says that it is well, and says nothing of what it holds.',
    (store) => ({
      health: async () => {
        const [last] = orThrow(await store.readAll({ afterPosition: 0 }))
        return right({ roundTripMs: 0, waiting: 0, about: { last: last?.conversationId ?? '' } })
      },
    }),
  ),
  broken('goes on after closing', 'A closed store answers nothing but closed.', () => ({
    close: async () => undefined,
  })),
  broken('checks an append before it says closed', 'A closed store answers nothing but closed.', (store) => ({
    append: async (request) =>
      request.events.length === 0 ? left(storeError('invalid-append', 'none')) : store.append(request),
  })),
  broken('fails when it is closed twice', 'A store can be closed twice, and twice at once.', (store) => {
    let isClosed = false
    return {
      close: async () => {
        if (isClosed) throw new Error('closed already')
        isClosed = true
        await store.close()
      },
    }
  }),
  brokenWhole('lives as long as its handle', 'What was answered is there after closing and opening again.', () => {
    const sound = openSoundStore()
    return { ...sound, openAnother: async () => openSoundStore().store }
  }),
  crashing('loses its last write in a crash', crashed, (journal) => journal.slice(0, -1)),
  brokenWhole(
    'leaves half of what was under way',
    'What was under way at a crash is there whole, or not at all.',
    () => {
      const sound = openSoundStore()
      let isTorn = false
      const torn = (events: readonly StoredEvent[]) => (isTorn ? events.slice(0, 2) : events)
      return {
        ...sound,
        crash: async () => {
          isTorn = true
          const leftOver = await sound.crash()
          return { ...leftOver, read: async (range) => mapRight(await leftOver.read(range), torn) }
        },
      }
    },
  ),
  crashing(
    'loses every tenth write in a crash',
    'What is left after a crash among writers fits all that they had been answered.',
    (journal) => journal.filter((_, at) => at % 10 !== 9),
  ),
  crashing(
    'orders events anew after a crash',
    'Positions are after a crash what they were, and none is used again.',
    (journal) => [...journal.slice(1), ...journal.slice(0, 1)],
  ),
  crashing('forgets erasures in a crash', 'What was erased is erased after a crash.', (journal) => journal.slice(0, 1)),
]

export const handles: readonly BrokenStore[] = [
  broken(
    'remembers what it has read',
    'What one handle was told is stored, all handles read, find and list at once.',
    (store) => {
      const known = new Map<string, ReturnType<EventStore['read']>>()
      return {
        append: async (request) => {
          known.delete(request.conversationId)
          return store.append(request)
        },
        read: (range) => {
          const answer = known.get(range.conversationId) ?? store.read(range)
          known.set(range.conversationId, answer)
          return answer
        },
      }
    },
  ),
  broken(
    'queues its writers, and no others',
    'Of 64 writers on four handles who race at the end of a conversation one wins.',
    (store) => {
      let last: Promise<unknown> = Promise.resolve()
      const act = async (request: Parameters<EventStore['append']>[0]) => {
        const answer = await store.append(request)
        const actual = isLeft(answer) ? answer.left.actualVersion : undefined
        return actual === request.expectedVersion + 2 ? right({ version: actual }) : answer
      }
      return {
        append: (request) => {
          const answer = last.then(() => act(request))
          last = answer
          return answer
        },
      }
    },
  ),
  brokenWhole('knows repeats of its own only', 'An append sent again through another handle acts once.', () => {
    const sound = openSoundStore()
    const append: EventStore['append'] = async (request) => {
      const answer = await sound.store.append(request)
      return isRight(answer) ? left(storeError('duplicate-event', 'of another handle')) : answer
    }
    return { ...sound, openAnother: async () => ({ ...(await sound.openAnother()), append }) }
  }),
  broken('believes its own version', 'A version that one handle has moved on from is refused by another.', (store) => {
    let version = 0
    return {
      append: async (request) => {
        const answer = await store.append(request)
        if (isRight(answer)) version = answer.right.version
        return isLeft(answer) ? left({ ...answer.left, actualVersion: version }) : answer
      },
    }
  }),
  brokenWhole('closes all handles with one', 'Closing one handle leaves the others open.', () => {
    const sound = openSoundStore()
    return { ...sound, openAnother: async () => ({ ...sound.store }) }
  }),
  broken(
    'reads from a replica of its handle',
    'What clients of two handles are answered can be explained by one order, too.',
    (store) => {
      let reads = 0
      return {
        read: async (range) => {
          const answer = await store.read(range)
          return ++reads % 5 === 0 ? mapRight(answer, (events) => events.slice(0, -1)) : answer
        },
      }
    },
  ),
]
