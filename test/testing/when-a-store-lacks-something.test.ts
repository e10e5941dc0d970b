/**
 * What a store lacks is declared, shows among the tests, and must not be pretended; the core is not to be had without.
 */
import { left, right } from 'fp-ts/lib/Either.js'
import { describe, expect, test } from 'vitest'
import type { EventStore } from '../../src/log/event-store.js'
import { openMemoryStore } from '../../src/stores/memory.js'
import { type Capability, eventStoreSuite, type OpenedStore, type Supports } from '../../src/testing/index.js'
import { unavailable } from './broken-stores/broken-store.js'
import { collect } from './collecting-runner.js'
import { openSoundStore, supportsAll } from './sound-store.js'

const capabilities = Object.keys(supportsAll) as readonly Capability[]
const lacking = (...lacked: readonly Capability[]): Supports => ({
  ...supportsAll,
  ...Object.fromEntries(lacked.map((capability) => [capability, { no: 'is a test' }])),
})

const testsOf = (supports: Supports, open: () => OpenedStore = openSoundStore) =>
  collect((register) => eventStoreSuite({ test: register, factory: async () => open(), supports }))

const namesOf = (supports: Supports) => testsOf(supports).map(({ name }) => name)

/** Honestly without. */
const bare: Readonly<Record<Capability, () => OpenedStore>> = {
  globalOrder: () => ({ store: { ...openMemoryStoreHandle(), readAll: async () => left(unavailable) } }),
  erasure: () => ({ store: { ...openMemoryStoreHandle(), erase: async () => left(unavailable) } }),
  snapshots: () => ({ store: { ...openMemoryStoreHandle(), loadSnapshot: async () => right(null) } }),
  registers: () => ({ store: withoutMember('registers') }),
  listening: () => ({ store: withoutMember('listen') }),
  views: () => ({ store: withoutMember('views') }),
  durable: () => ({ store: openMemoryStore() }),
  manyWriters: () => ({ store: openMemoryStore() }),
  heldTransactions: () => ({ store: openMemoryStore() }),
}

/** A plain object, so that its methods can be replaced. */
function openMemoryStoreHandle() {
  return openSoundStore().store
}

function withoutMember(member: 'registers' | 'listen' | 'views'): EventStore {
  const { [member]: _, ...rest } = openMemoryStoreHandle()
  return rest
}

describe.each(capabilities)('a store without %s', (capability) => {
  const tests = testsOf(lacking(capability), bare[capability]).filter(({ name }) => name.startsWith('does not support'))

  test('is seen among the tests, with the reason.', () => {
    expect(tests.map(({ name }) => name)).toEqual([expect.stringContaining(`${capability}, for it is a test`)])
  })

  test('passes if it does not pretend.', async () => {
    expect(await Promise.all(tests.map(({ failure }) => failure()))).toEqual([undefined])
  })

  test('is not held to the laws of what it lacks.', () => {
    const [all, some] = [namesOf(supportsAll), namesOf(lacking(capability))]
    expect(some.filter((name) => !name.startsWith('does not')).length).toBeLessThan(all.length)
  })
})

const pretences: readonly (readonly [Capability, () => OpenedStore])[] = [
  ['globalOrder', openSoundStore],
  ['erasure', () => ({ store: { ...openMemoryStoreHandle(), erase: async () => right(undefined) } })],
  ['snapshots', openSoundStore],
  ['registers', openSoundStore],
  ['listening', openSoundStore],
  ['views', openSoundStore],
  ['durable', openSoundStore],
  ['manyWriters', () => ({ store: openMemoryStore(), openAnother: async () => openMemoryStore() })],
  ['heldTransactions', openSoundStore],
]

test.each(pretences)(
  'A store that says it lacks %s, and acts as if it had it, is caught.',
  async (capability, open) => {
    const [without] = testsOf(lacking(capability), open).filter(({ name }) => name.startsWith('does not support'))
    expect(await without?.failure()).toMatchObject({ name: 'AssertionError' })
  },
)

const bareStore = () => {
  const { registers: _, listen: __, ...rest } = openMemoryStoreHandle()
  return rest
}

test.each(['registers', 'listening', 'durable', 'manyWriters', 'heldTransactions'] as const)(
  'A store that says it has %s, and has no way to show it, is caught.',
  async (capability) => {
    const supports = { ...lacking(...capabilities), [capability]: true }
    const tests = testsOf(supports, () => ({ store: bareStore() }))
    const failures = await Promise.all(tests.map(({ failure }) => failure()))
    expect(failures).toContainEqual(
      expect.objectContaining({ message: expect.stringMatching(/the factory gives no|the store has no member/) }),
    )
  },
)

test('The core is registered even for a store that lacks all there is to lack.', () => {
  const core = namesOf(lacking(...capabilities)).filter((name) => !name.startsWith('does not support'))
  const chapters = new Set(core.map((name) => name.split(':')[0]))
  expect([...chapters]).toEqual([
    'appending',
    'an append that cannot be',
    'the expected version',
    'an append repeated',
    'reading',
    'reading beside writers',
    'looking up',
    'closing',
    'concurrent histories',
  ])
  expect(namesOf(supportsAll).filter((name) => chapters.has(name.split(':')[0] ?? ''))).toEqual(core)
})

test('A word is demanded on each capability, and on nothing else.', () => {
  const { durable: _, ...silent } = supportsAll
  expect(() => testsOf(silent as Supports)).toThrow(/supports\.durable/)
  expect(() => testsOf({ ...supportsAll, durable: false as unknown as true })).toThrow(/supports\.durable/)
  expect(() => testsOf({ ...supportsAll, durabel: true } as Supports)).toThrow(/durabel/)
})

test('A store is closed and cleaned up after every test, also after one that failed.', async () => {
  const log: string[] = []
  const open = (): OpenedStore => {
    const store = openMemoryStoreHandle()
    const close = async () => {
      log.push('closed')
      await store.close()
    }
    const list = async () => left(unavailable)
    return { store: { ...store, close, list }, cleanUp: async () => void log.push('cleaned up') }
  }
  const [listing] = testsOf(lacking(...capabilities), open).filter(({ name }) => name.includes('A listed'))
  expect(await listing?.failure()).toMatchObject({ name: 'AssertionError' })
  expect(log).toEqual(['closed', 'cleaned up'])
})
