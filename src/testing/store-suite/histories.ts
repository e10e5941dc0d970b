/** Laws of what concurrent clients are answered: there is one order of their operations that explains it all. */
import type { EventStore } from '../../log/event-store.js'
import { randomHistory } from '../histories/random-histories.js'
import { linearizable } from '../linearizable.js'
import { LawBroken } from './expect.js'
import { type Law, law } from './law.js'

const historyCount = 20

async function explain(handles: readonly EventStore[], writers: number): Promise<void> {
  for (let number = 0; number < historyCount; number++) {
    const verdict = linearizable(await randomHistory(handles, number, { seed: 1, writers }))
    if (!verdict.ok) throw new LawBroken(`random concurrent histories are linearizable\n${verdict.story}`)
  }
}

export const histories: readonly Law[] = [
  law('What concurrent clients are answered can be explained by one order of what they asked.', ({ store }) =>
    explain([store], 4),
  ),
]

export const historiesAcrossHandles: readonly Law[] = [
  law('What clients of two handles are answered can be explained by one order, too.', async (subject) =>
    explain([subject.store, await subject.another()], 6),
  ),
]
