/** A store behind a network that delays, loses requests, and loses answers: before, after, or long before it acts. */
import { left } from 'fp-ts/lib/Either.js'
import { storeError } from '../../src/log/errors.js'
import type { EventStore } from '../../src/log/event-store.js'
import { nextTurn } from '../../src/testing/next-turn.js'
import { SeededChance } from '../../src/testing/seeded-chance.js'

const lost = left(storeError('unknown-outcome', 'the answer was lost'))

async function delay(chance: SeededChance): Promise<void> {
  for (let n = chance.below(4); n > 0; n--) await (chance.below(3) === 0 ? nextTurn() : undefined)
}

/** The store as a client beyond such a network sees it. What is late by then is done before it closes. */
export function unreliable(store: EventStore, seed: number): EventStore {
  const chance = new SeededChance(seed)
  const late: Promise<unknown>[] = []
  return {
    ...store,
    append: async (request) => {
      await delay(chance)
      switch (chance.below(6)) {
        case 0:
          return lost
        case 1:
          await store.append(request)
          return lost
        case 2:
          late.push(
            delay(chance)
              .then(nextTurn)
              .then(() => store.append(request)),
          )
          return lost
        default: {
          const answer = await store.append(request)
          await delay(chance)
          return answer
        }
      }
    },
    read: async (range) => {
      await delay(chance)
      const answer = await store.read(range)
      await delay(chance)
      return answer
    },
    close: async () => {
      await Promise.all(late)
      await store.close()
    },
  }
}
