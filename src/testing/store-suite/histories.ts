/** Laws of what concurrent clients are answered: there is one order of their operations that explains it all. */
import type { EventStore } from '../../log/event-store.js'
import type { History } from '../histories/operation.js'
import { randomHistory } from '../histories/random-histories.js'
import { HistoryRecorder } from '../histories/recorder.js'
import { linearizable } from '../linearizable.js'
import { nextTurn } from '../next-turn.js'
import { LawBroken } from './expect.js'
import { type Law, law } from './law.js'
import type { StoreUnderTest } from './store-under-test.js'

const historyCount = 20

function isExplained(history: History): void {
  const verdict = linearizable(history)
  if (!verdict.ok) throw new LawBroken(`concurrent histories are linearizable\n${verdict.story}`)
}

async function explain(handles: readonly EventStore[], writers: number): Promise<void> {
  for (let number = 0; number < historyCount; number++) {
    isExplained(await randomHistory(handles, number, { seed: 1, writers }))
  }
}

const answersOf = (recorder: HistoryRecorder): number =>
  recorder.history().filter(({ answeredAt }) => answeredAt !== null).length

/**
 * What clients knew when a crash began. Answers that came later say nothing of what was left: it may have happened or
 * not. What was asked when the crash was over cannot have happened.
 */
const knownAtCrash = (history: History, began: number, ended: number): History =>
  history
    .filter(({ askedAt }) => askedAt <= ended)
    .map((operation) =>
      (operation.answeredAt ?? 0) > began ? { ...operation, answeredAt: null, answer: null } : operation,
    )

/** Crashes among writers; then what is left must fit what they were told before. */
async function crashAmongWriters(subject: StoreUnderTest, answersBefore: number): Promise<void> {
  const recorder = new HistoryRecorder()
  const settings = { seed: 1, writers: 8, operations: 40, conversations: 3, recorder }
  const writing = randomHistory([subject.store], 0, settings)
  let isOver = false
  const over = () => {
    isOver = true
  }
  // On a store that crashed, writers may be told anything.
  const ended = writing.then(over, over)
  while (!isOver && answersOf(recorder) < answersBefore) await nextTurn()
  const crashBegan = recorder.now
  const left = await subject.crash()
  const crashEnded = recorder.now
  await ended
  const all = recorder.history()
  const known = knownAtCrash(all, crashBegan, crashEnded)
  const reader = recorder.over(left, 'after the crash')
  for (const conversationId of new Set(known.map((operation) => operation.conversationId))) {
    await reader.read({ conversationId })
  }
  isExplained([...known, ...recorder.history().slice(all.length)])
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

export const historiesAcrossACrash: readonly Law[] = [
  law('What is left after a crash among writers fits all that they had been answered.', (subject) =>
    crashAmongWriters(subject, 150),
  ),
]
