/** An export is the store's events as they are, each on a line; what does not follow is told, and exported all the same. */
import { right } from 'fp-ts/lib/Either.js'
import { expect, test } from 'vitest'
import type { Finding } from '../../src/log/audit/audit-finding.js'
import type { StoredEvent } from '../../src/log/event-store.js'
import { orThrow } from '../../src/or-throw.js'
import { openMemoryStore } from '../../src/stores/memory.js'
import { opened, received } from '../conversation/events.js'
import { interposed, refusal } from '../conversations/interposed-store.js'
import { contentsOf, exported, filled, logs } from './moving.js'
import { storedLog } from './recorded.js'

const eventsIn = (lines: readonly string[]): readonly StoredEvent[] =>
  lines.map((line) => JSON.parse(line)).flatMap(({ event }) => event ?? [])

test('Every event is on a line of its own, to the letter, and nothing is told to be wrong.', async () => {
  const faults: Finding[] = []
  const store = await filled()
  const lines = await exported(store, faults)
  expect(eventsIn(lines)).toEqual((await contentsOf(store)).flat())
  expect(faults).toEqual([])
  expect(JSON.parse(lines.at(-1) ?? '')).toMatchObject({
    end: { conversations: logs.length, events: logs.flat().length, heads: expect.stringMatching(/^[0-9a-f]{64}$/) },
  })
})

test('The format stays as it was published.', async () => {
  const store = await filled(openMemoryStore(), [storedLog([opened(), received('u1')], 'c1')])
  expect((await exported(store)).map((line) => line.replaceAll(/"record":"(?:[^"\\]|\\.)*"/g, '"record":…'))).toEqual([
    '{"colloquy":"export","format":1}',
    expect.stringMatching(
      /^\{"event":\{"conversationId":"c1","version":1,"eventId":"e1","record":…,"hash":"[0-9a-f]{64}","content":null,"salt":null\}\}$/,
    ),
    expect.stringMatching(
      /^\{"event":\{"conversationId":"c1","version":2,"eventId":"e2","record":…,"hash":"[0-9a-f]{64}","content":"\\"u1 says the user\\"","salt":"0{31}2"\}\}$/,
    ),
    expect.stringMatching(/^\{"head":\{"conversationId":"c1","version":2,"hash":"[0-9a-f]{64}"\}\}$/),
    expect.stringMatching(/^\{"end":\{"conversations":1,"events":2,"heads":"[0-9a-f]{64}"\}\}$/),
  ])
})

test.each([
  ['missing-event', (events: readonly StoredEvent[]) => events.filter(({ version }) => version !== 2)],
  ['broken-link', (events: readonly StoredEvent[]) => events.map((one) => ({ ...one, hash: `${one.version}` }))],
  ['wrong-content', (events: readonly StoredEvent[]) => events.map((one) => ({ ...one, salt: 'other' }))],
] as const)('%s is told, and what is stored is exported as it is.', async (code, damage) => {
  const faults: Finding[] = []
  const damaged = interposed(await filled(), {
    read: (read) => async (range) => right(damage(orThrow(await read(range)))),
  })
  const lines = await exported(damaged, faults)
  expect(faults.map((fault) => fault.code)).toContain(code)
  expect(eventsIn(lines)).toEqual((await contentsOf(damaged)).flat())
})

test('Last events that the store lists and does not have are told.', async () => {
  const faults: Finding[] = []
  const forgetful = interposed(await filled(), {
    read: (read) => async (range) => right(orThrow(await read(range)).filter(({ version }) => version < 3)),
  })
  await exported(forgetful, faults)
  expect(faults.map(({ code, version }) => [code, version])).toEqual(
    logs.filter(({ length }) => length > 2).map(({ length }) => ['missing-event', length]),
  )
})

test('What is appended to a conversation while it is exported is not half in it.', async () => {
  const real = await filled()
  const busy = interposed(real, {
    list: (list) => async (page) => {
      const answer = await list(page)
      await real.append({
        conversationId: '\uffff',
        expectedVersion: 2,
        events: storedLog([opened(), received('u1'), received('u2')], '\uffff').slice(2),
      })
      return answer
    },
  })
  expect(await exported(busy)).toEqual(await exported(await filled()))
})

test('A store that cannot be read ends the export, which then has no end.', async () => {
  const failing = interposed(await filled(), { read: () => async () => refusal('unavailable') })
  await expect(exported(failing)).rejects.toMatchObject({ code: 'unavailable' })
})
