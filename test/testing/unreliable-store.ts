/** A store behind a network that delays, loses requests, and loses answers: before, after, or long before it acts. */
import { left } from 'fp-ts/lib/Either.js'
import { storeError } from '../../src/log/errors.js'
import type { EventStore } from '../../src/log/event-store.js'
import { Dice } from '../../src/testing/histories/dice.js'
import { nextTurn } from '../../src/testing/next-turn.js'

const lost = left(storeError('unknown-outcome', 'the answer was lost'))

async function delay(dice: Dice): Promise<void> {
  for (let n = dice.below(4); n > 0; n--) await (dice.below(3) === 0 ? nextTurn() : undefined)
}

/** The store as a client beyond such a network sees it. What is late by then is done before it closes. */
export function unreliable(store: EventStore, seed: number): EventStore {
  const dice = new Dice(seed)
  const late: Promise<unknown>[] = []
  return {
    ...store,
    append: async (request) => {
      await delay(dice)
      switch (dice.below(6)) {
        case 0:
          return lost
        case 1:
          await store.append(request)
          return lost
        case 2:
          late.push(
            delay(dice)
              .then(nextTurn)
              .then(() => store.append(request)),
          )
          return lost
        default: {
          const answer = await store.append(request)
          await delay(dice)
          return answer
        }
      }
    },
    read: async (range) => {
      await delay(dice)
      const answer = await store.read(range)
      await delay(dice)
      return answer
    },
    close: async () => {
      await Promise.all(late)
      await store.close()
    },
  }
}
