/** How appends wait for a lane: who goes with whom, in what order, how many, and for how long. No server is needed. */
import { expect, test } from 'vitest'
import type { AppendRequest } from '../../src/log/event-store.js'
import {
  AppendLanes,
  appendsPerBatchMax,
  eventsPerBatchMax,
  type LaneAnswer,
  lanesMax,
} from '../../src/stores/postgres/append-lanes.js'
import { appendOf, inShort, storedEvent, storedEvents } from './stored-events.js'

/** Lanes whose batches wait here until the test answers them. */
function lanes({ waitingMax = 1_000, waitMaxMs = 10_000 } = {}) {
  const batches: (readonly AppendRequest[])[] = []
  const answers: ((fails?: Error) => void)[] = []
  const send = (batch: readonly AppendRequest[]) =>
    new Promise<readonly LaneAnswer[]>((resolve, reject) => {
      batches.push(batch)
      const version = ({ events }: AppendRequest) => events.at(-1)?.version ?? 0
      answers.push((fails) =>
        fails
          ? reject(fails)
          : resolve(batch.map((request) => ({ _tag: 'Right', right: { version: version(request) } }))),
      )
    })
  const ids = () => batches.map((batch) => batch.map(({ events }) => events[0]?.eventId))
  return { lanes: new AppendLanes(send, { waitingMax, waitMaxMs }), batches, answers, ids }
}

const turn = () => new Promise(setImmediate)
const first = (id: string) => appendOf(storedEvent(id, 1))
const word = (answer: LaneAnswer) => (answer === 'alone' ? answer : inShort(answer))

test('An append goes at the end of its turn, alone if no other came; those of one turn share the lanes that are free.', async () => {
  const { lanes: subject, answers, ids } = lanes()
  const alone = subject.append(first('a'))
  await turn()
  expect(ids()).toEqual([['a-1']])
  answers[0]?.()
  expect(word(await alone)).toEqual({ version: 1 })
  for (const id of ['b', 'c', 'd', 'e']) void subject.append(first(id))
  await turn()
  expect(lanesMax).toBe(2)
  expect(ids().slice(1)).toEqual([
    ['b-1', 'c-1'],
    ['d-1', 'e-1'],
  ])
})

test('What comes while the lanes are taken goes together, in the order of its coming, with the first that is free.', async () => {
  const { lanes: subject, answers, ids } = lanes()
  for (const id of ['a', 'b']) void subject.append(first(id))
  await turn()
  for (const id of ['c', 'd', 'e']) void subject.append(first(id))
  await turn()
  expect(ids()).toHaveLength(2)
  expect(subject.waitingCount).toBe(3)
  answers[0]?.()
  await turn()
  await turn()
  expect(ids()[2]).toEqual(['c-1', 'd-1', 'e-1'])
  expect(subject.waitingCount).toBe(0)
})

test('Of one conversation one append is under way, and the others follow in the order of their coming.', async () => {
  const { lanes: subject, answers, ids } = lanes()
  for (const version of [1, 2, 3]) void subject.append(appendOf(storedEvent('a', version)))
  void subject.append(first('b'))
  await turn()
  expect(ids()).toEqual([['a-1', 'b-1']])
  for (let batch = 0; batch < 4; batch++) {
    await turn()
    for (const answer of answers) answer()
    await turn()
  }
  expect(ids()).toEqual([['a-1', 'b-1'], ['a-2'], ['a-3']])
})

test('A batch has so many appends and events at most, and so many characters; what is too large for company goes alone.', async () => {
  const many = lanes()
  for (let n = 0; n < 3 * appendsPerBatchMax; n++) void many.lanes.append(first(`c${n}`))
  await turn()
  expect(many.batches.map(({ length }) => length)).toEqual([appendsPerBatchMax, appendsPerBatchMax])

  const long = lanes()
  void long.lanes.append(appendOf(...storedEvents('a', 1, 1_000)))
  void long.lanes.append(appendOf(...storedEvents('b', 1, 25)))
  void long.lanes.append(appendOf(...storedEvents('c', 1, 24)))
  void long.lanes.append(first('d'))
  await turn()
  expect(long.ids()).toEqual([
    ['a-1', 'c-1'],
    ['b-1', 'd-1'],
  ])
  for (const { length } of long.batches.map((batch) => batch.flatMap(({ events }) => events))) {
    expect(length).toBeLessThanOrEqual(eventsPerBatchMax)
  }

  const large = lanes()
  const content = 'x'.repeat(3 * 1_048_576)
  for (const id of ['a', 'b', 'c', 'd']) void large.lanes.append(appendOf(storedEvent(id, 1, { content })))
  await turn()
  expect(large.ids()).toEqual([['a-1'], ['b-1']])
})

test('Beyond the bound of those who wait an append is unavailable at once; and after its time, too.', async () => {
  const full = lanes({ waitingMax: 1 })
  for (const id of ['a', 'b']) void full.lanes.append(first(id))
  await turn()
  void full.lanes.append(first('waits'))
  expect(word(await full.lanes.append(first('too many')))).toBe('unavailable')

  const slow = lanes({ waitMaxMs: 5 })
  for (const id of ['a', 'b']) void slow.lanes.append(first(id))
  await turn()
  expect(word(await slow.lanes.append(first('late')))).toBe('unavailable')
  for (const answer of slow.answers) answer()
  await turn()
  await turn()
  expect(slow.ids()).toEqual([['a-1'], ['b-1']])
})

test('A batch that nobody could tell of is unknown for each, and the lane goes on.', async () => {
  const { lanes: subject, answers, ids } = lanes()
  const asked = ['a', 'b', 'c', 'd'].map((id) => subject.append(first(id)))
  await turn()
  for (const answer of answers) answer(new Error('lost'))
  expect((await Promise.all(asked)).map(word)).toEqual(Array.from({ length: 4 }, () => 'unknown-outcome'))
  void subject.append(first('a'))
  await turn()
  expect(ids()[2]).toEqual(['a-1'])
})
