/** What was exported is restored to the letter; what was changed on the way is found, and nothing of it is written. */
import { expect, test } from 'vitest'
import type { EventStore, StoredEvent } from '../../src/log/event-store.js'
import { orThrow } from '../../src/or-throw.js'
import { openMemoryStore } from '../../src/stores/memory.js'
import { declined, opened, received, sent } from '../conversation/events.js'
import { atCalls, interposed, refusal } from '../conversations/interposed-store.js'
import { contentsOf, exported, filled, logs, restored } from './moving.js'
import { storedLog } from './recorded.js'

const lines = await exported(await filled())
const whole = await contentsOf(await filled())
const eventCount = whole.flat().length

/** Whether a conversation is in the store as it was exported, or not at all: never in part. */
const isWholeOrAbsent = (events: readonly StoredEvent[]) =>
  whole.some((one) => JSON.stringify(one) === JSON.stringify(events))

const placeOf = (pattern: RegExp): number => lines.findIndex((line) => pattern.test(line))

test('A store that was exported and restored has the same events to the letter, and the same export.', async () => {
  const { store, findings, totals } = await restored(lines)
  expect(findings).toEqual([])
  expect(totals).toEqual({ added: logs.length, continued: 0, known: 0, refused: 0, events: eventCount })
  expect(await contentsOf(store)).toEqual(whole)
  expect(await exported(store)).toEqual(lines)
})

test('An empty store is exported and restored.', async () => {
  const empty = await exported(openMemoryStore())
  expect(empty).toHaveLength(2)
  expect((await restored(empty)).findings).toEqual([])
})

test('Restored again, it answers as the first time, and changes nothing.', async () => {
  const { store } = await restored(lines)
  const { findings, totals } = await restored(lines, store)
  expect(findings).toEqual([])
  expect(totals).toEqual({ added: 0, continued: 0, known: logs.length, refused: 0, events: 0 })
  expect(await contentsOf(store)).toEqual(whole)
})

test('Wherever a restore broke off, the next one goes on.', async () => {
  for (let count = 1; count < eventCount; count++) {
    const store = openMemoryStore()
    let left = count
    for (const log of whole) {
      const events = log.slice(0, left)
      left -= events.length
      const conversationId = log[0]?.conversationId ?? ''
      if (events.length > 0) orThrow(await store.append({ conversationId, expectedVersion: 0, events }))
    }
    const { findings, totals } = await restored(lines, store)
    expect(findings).toEqual([])
    expect(totals.events).toBe(eventCount - count)
    expect(await contentsOf(store)).toEqual(whole)
  }
})

test('What the store has besides is let be: another conversation, and events that came since.', async () => {
  const other = storedLog([opened()], 'other')
  const longer = storedLog([opened(), received('u1'), received('u2')], '\uffff')
  const store = await filled(openMemoryStore(), [other, longer])
  const { findings, totals } = await restored(lines, store)
  expect(findings).toEqual([])
  expect(totals).toMatchObject({ added: logs.length - 1, known: 1 })
  expect(orThrow(await store.read({ conversationId: '\uffff' }))).toEqual(longer)
})

/** Every way to damage a file at one line; each must be found. */
const damages: { readonly [damage: string]: (place: number) => readonly string[] | undefined } = {
  'a line is missing': (place) => lines.toSpliced(place, 1),
  'a line is doubled': (place) => lines.toSpliced(place, 0, lines[place] ?? ''),
  'two lines have changed places': (place) =>
    place + 1 < lines.length ? lines.toSpliced(place, 2, lines[place + 1] ?? '', lines[place] ?? '') : undefined,
  'the file is cut off': (place) => lines.slice(0, place),
  'a line is cut off': (place) => lines.with(place, lines[place]?.slice(0, -2) ?? ''),
  'a version is changed': (place) => changed(place, /"version":\d+/, '"version":99'),
  'a hash is changed': (place) => changed(place, /"hash":"../, '"hash":"zz'),
  'a record is changed': (place) => changed(place, /says the user|"data|main/, 'other'),
  'a content is changed': (place) => changed(place, /u1 says the user/, 'u1 says another'),
  'a content is gone': (place) => changed(place, /"content":"[^}]*"salt":"[^"]*"/, '"content":null,"salt":null'),
  'a salt is gone': (place) => changed(place, /"salt":"[^"]*"/, '"salt":null'),
  'an event id is changed': (place) => changed(place, /"eventId":"[^"]*"/, '"eventId":"other"'),
  'a conversation id is changed': (place) => changed(place, /"conversationId":"/, '"conversationId":"x'),
}

function changed(place: number, pattern: RegExp, by: string): readonly string[] | undefined {
  const line = lines[place] ?? ''
  return pattern.test(line) ? lines.with(place, line.replace(pattern, by)) : undefined
}

test.each(Object.keys(damages))('Where %s, it is found, and what is written is whole.', async (damage) => {
  let tried = 0
  for (const place of lines.keys()) {
    const damaged = damages[damage]?.(place)
    if (!damaged || damaged.join() === lines.join()) continue
    const { store, findings, totals } = await restored(damaged)
    expect(findings, `line ${place + 1}`).not.toEqual([])
    const written = await contentsOf(store)
    expect(written.filter((events) => !isWholeOrAbsent(events))).toEqual([])
    expect(written).toHaveLength(totals.added)
    tried += 1
  }
  expect(tried).toBeGreaterThan(2)
})

/** The lines of one conversation: its events and its head. */
const linesOf = (place: number): readonly string[] => {
  const from = 1 + logs.slice(0, place).reduce((sum, { length }) => sum + length + 1, 0)
  return lines.slice(from, from + (logs[place]?.length ?? 0) + 1)
}

test('Conversations out of their order, or twice, are told, and not written a second time.', async () => {
  const swapped = [...lines.slice(0, 1), ...linesOf(1), ...linesOf(0), ...linesOf(2)]
  const { store, findings } = await restored([...swapped, ...linesOf(2)])
  expect(findings.map(({ code, conversationId }) => [code, conversationId])).toEqual([
    ['out-of-order', 'a"\n'],
    ['out-of-order', 'forked'],
    ['cut-off', undefined],
  ])
  expect(await contentsOf(store)).toEqual(whole.slice(1, 3))
})

test('A head that is not its conversation’s is told, and nothing of the conversation is written.', async () => {
  const place = lines.findIndex((line) => line.startsWith('{"head"'))
  const { store, findings } = await restored(changed(place, /"hash":"../, '"hash":"zz') ?? [])
  expect(findings[0]).toMatchObject({ code: 'wrong-head', conversationId: 'a"\n', line: place + 1 })
  expect(await contentsOf(store)).toEqual(whole.slice(1))
})

test.each(['conversations', 'events', 'heads'])('An end that tells of other %s is told.', async (field) => {
  const end = JSON.parse(lines.at(-1) ?? '').end
  const other = field === 'heads' ? 'other' : end[field] + 1
  const { findings } = await restored(lines.with(-1, JSON.stringify({ end: { ...end, [field]: other } })))
  expect(findings).toMatchObject([{ code: 'cut-off', line: lines.length }])
})

test('What another machine recorded is restored if today’s accepts it, and not if it could not be gone on with.', async () => {
  const foreign = { ...opened(), data: { ...opened().data, machine: 'another' } }
  const alike = storedLog([foreign, received('u1'), declined(['warning-not-given'])], 'alike')
  const unlike = storedLog([foreign, sent('w1', 'warning')], 'unlike')
  const { store, findings } = await restored(await exported(await filled(openMemoryStore(), [alike, unlike])))
  expect(findings).toMatchObject([{ code: 'decided-differently', conversationId: 'unlike', version: 2 }])
  expect(await contentsOf(store)).toEqual([alike])
})

test('Content that was changed in the store is not taken for restored.', async () => {
  const { store } = await restored(lines)
  const other = interposed(store, {
    read: (read) => async (range) => {
      const answer = await read(range)
      const change = (one: StoredEvent) => (one.content === null ? one : { ...one, content: '"other"' })
      return answer._tag === 'Right' ? { ...answer, right: answer.right.map(change) } : answer
    },
  })
  expect((await restored(lines, other)).findings[0]).toMatchObject({ code: 'different-history', version: 2 })
})

test('Of several conversations the bad one alone is left out, told with its version and the line.', async () => {
  const place = placeOf(/u1 says the user.*"salt"/)
  const { store, findings, totals } = await restored(changed(place, /u1 says the user/, 'u1 says another') ?? [])
  expect(findings).toEqual([
    {
      code: 'wrong-content',
      conversationId: 'a"\n',
      version: 2,
      line: logs[0]?.length ? logs[0].length + 2 : 0,
      message: expect.any(String),
    },
  ])
  expect(totals).toMatchObject({ added: logs.length - 1, refused: 1 })
  expect(await contentsOf(store)).toEqual(whole.slice(1))
})

test('A conversation whose chain holds, and which the machine would not accept, is not written.', async () => {
  const forged = storedLog([opened(), received('u1'), received('u1')], 'forged')
  const { store, findings } = await restored(await exported(await filled(openMemoryStore(), [forged])))
  expect(findings).toMatchObject([{ code: 'not-accepted', conversationId: 'forged', version: 3 }])
  expect(await contentsOf(store)).toEqual([])
})

test.each([
  ['nothing at all', []],
  ['another file', ['{"hello":"world"}']],
  ['a file of a newer format', ['{"colloquy":"export","format":2}', ...lines.slice(1)]],
  ['an export without its beginning', lines.slice(1)],
])('To restore %s is refused at its first line, and nothing is written.', async (_, other) => {
  const { store, findings } = await restored(other)
  expect(findings).toMatchObject([{ code: 'not-an-export' }])
  expect(await contentsOf(store)).toEqual([])
})

test('A store that has another history of a conversation keeps it.', async () => {
  const other = storedLog([opened(), received('someone else')], '\uffff')
  const store = await filled(openMemoryStore(), [other])
  const { findings, totals } = await restored(lines, store)
  expect(findings).toMatchObject([{ code: 'different-history', conversationId: '\uffff', version: 2 }])
  expect(totals).toMatchObject({ added: logs.length - 1, refused: 1 })
  expect(orThrow(await store.read({ conversationId: '\uffff' }))).toEqual(other)
})

const contentAt = async (store: EventStore, version: number) =>
  orThrow(await store.read({ conversationId: 'erased', fromVersion: version, limit: 1 }))[0]?.content

test('What was erased since the export stays erased when an older export is restored over it.', async () => {
  const before = await exported(await filledUnerased())
  const { store } = await restored(lines)
  expect((await restored(before, store)).findings).toEqual([])
  expect(await contentAt(store, 2)).toBeNull()
})

test('What the export has erased is erased where an older export was restored before.', async () => {
  const log = whole[1] ?? []
  const begun = (await filledUnerased()) as EventStore
  const older = orThrow(await begun.read({ conversationId: 'erased', toVersion: log.length - 1 }))
  const store = await filledWith(older)
  expect(await contentAt(store, 2)).not.toBeNull()
  const { findings, totals } = await restored(lines, store)
  expect(findings).toEqual([])
  expect(totals).toMatchObject({ continued: 1 })
  expect(await contentAt(store, 2)).toBeNull()
})

test('An erasure that was recorded and not carried out before the export is carried out by the restore.', async () => {
  const { store, findings } = await restored(await exported(await filledUnerased()))
  expect(findings).toEqual([])
  expect([await contentAt(store, 2), await contentAt(store, 7)]).toEqual([null, null])
  expect(await contentsOf(store)).toEqual(whole)
})

test('Content that the store lost without an erasure is not taken for restored.', async () => {
  const { store } = await restored(lines)
  orThrow(await store.erase({ conversationId: 'forked', versions: [2] }))
  expect((await restored(lines, store)).findings).toMatchObject([
    { code: 'different-history', conversationId: 'forked', version: 2 },
  ])
})

test('An answer that was lost is settled by what the store then holds.', async () => {
  const real = openMemoryStore()
  const forgetful = interposed(real, {
    append: (append) =>
      atCalls([1, 3], append, async (request) => {
        await append(request)
        return refusal('unknown-outcome')
      }),
  })
  const { findings, totals } = await restored(lines, forgetful)
  expect(findings).toEqual([])
  expect(totals).toMatchObject({ added: logs.length, events: eventCount })
  expect(await contentsOf(real)).toEqual(whole)
})

test('A store that fails stops the restore; run again, it goes on.', async () => {
  const real = openMemoryStore()
  const failing = interposed(real, { append: (append) => atCalls([2], append, async () => refusal('unavailable')) })
  await expect(restored(lines, failing)).rejects.toMatchObject({ code: 'unavailable' })
  const { findings, totals } = await restored(lines, real)
  expect(findings).toEqual([])
  expect(totals).toMatchObject({ added: logs.length - 1, known: 1 })
})

test('A store that keeps other hashes than it was given is found out.', async () => {
  const real = openMemoryStore()
  const lying = interposed(real, {
    read: (read) => async (range) => {
      const answer = await read(range)
      return answer._tag === 'Right' ? { ...answer, right: answer.right.map((one) => ({ ...one, hash: 'x' })) } : answer
    },
  })
  const { findings } = await restored(lines, lying)
  expect(findings.map(({ code }) => code)).toEqual(logs.map(() => 'different-history'))
})

async function filledUnerased(): Promise<EventStore> {
  const store = openMemoryStore()
  for (const log of logs) orThrow(await append(store, log))
  return store
}

async function filledWith(log: readonly StoredEvent[]): Promise<EventStore> {
  const store = openMemoryStore()
  orThrow(await append(store, log))
  return store
}

const append = (store: EventStore, events: readonly StoredEvent[]) =>
  store.append({ conversationId: events[0]?.conversationId ?? '', expectedVersion: 0, events })
