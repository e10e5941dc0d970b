/** Holding a partition: trusted for no longer than can be known, lost when another's name is on it, and heard by others. */
import { left, right } from 'fp-ts/lib/Either.js'
import { expect, test } from 'vitest'
import { storeError } from '../../src/log/errors.js'
import { invalidRegister } from '../../src/log/register-check.js'
import type { Registers } from '../../src/log/registers.js'
import { type Failure, Handling } from '../../src/log/subscription/handling.js'
import { Holding, loadLease, type Tenancy, take } from '../../src/log/subscription/holding.js'
import { freshLease, type Lease, leaseText, type Parked, readLease } from '../../src/log/subscription/lease.js'
import { askedAgain, isAskedFor, parkedMax, parkedOf, passedOver } from '../../src/log/subscription/parking.js'
import { orThrow } from '../../src/or-throw.js'
import { openMemoryStore } from '../../src/stores/memory.js'
import { sourceFiles } from '../source-tree.js'
import { storedLog } from './recorded.js'

const key = 'a partition'
const entry: Parked = {
  conversationId: 'c1',
  fromVersion: 2,
  toVersion: 5,
  code: 'handler-failed',
  thrown: 'Error',
  attempts: 3,
  asked: 0,
  answered: 0,
}

/** A partition held by `me`, under a time that is set by hand. */
async function held(change: (registers: Registers) => Partial<Registers> = () => ({})) {
  const sound = openMemoryStore().registers as Registers
  const clock = { nowMs: 1_000 }
  const registers = { ...sound, ...change(sound) }
  const tenancy: Tenancy = { registers, me: 'me', nowMs: () => clock.nowMs, trustMs: 300 }
  const seen = orThrow(await loadLease(sound, key, 7))
  const holding = orThrow(await take({ ...tenancy, registers: sound }, 0, seen)) as Holding
  const lease = async () => orThrow(await loadLease(sound, key, 7)).lease
  const write = async (changed: Partial<Lease>) => {
    const now = orThrow(await loadLease(sound, key, 7))
    orThrow(await sound.save({ key, revision: now.revision, text: leaseText({ ...now.lease, ...changed }) }))
  }
  const again = new Holding(0, tenancy, { key, revision: 1, lease: await lease() }, holding.savedAtMs)
  return { holding: again, clock, lease, write, tenancy }
}

test('A lease is trusted from the moment that its renewal was sent, however late the answer.', async () => {
  const time = { passes: () => {} }
  const { holding, clock } = await held((sound) => ({
    save: async (register) => {
      const saved = await sound.save(register)
      time.passes()
      return saved
    },
  }))
  time.passes = () => {
    clock.nowMs += 200
  }
  orThrow(await holding.renew())
  clock.nowMs += 99
  expect(holding.isTrusted).toBe(true)
  clock.nowMs += 1
  expect(holding.isTrusted).toBe(false)
})

test('Whoever has lost it can save nothing more, and knows it from then on.', async () => {
  const { holding, lease, write } = await held()
  await write({ holder: 'another', beat: 9, checkpoint: 50 })
  holding.checkpoint = 99
  orThrow(await holding.renew())
  expect(holding.isLost).toBe(true)
  expect(holding.isTrusted).toBe(false)
  orThrow(await holding.release())
  expect(await lease()).toMatchObject({ holder: 'another', checkpoint: 50 })
})

test('What others asked for is heard at the next save, and does not undo what was handled.', async () => {
  const { holding, lease, write } = await held()
  holding.parked = [entry]
  orThrow(await holding.renew())
  await write({ next: 'another', parked: askedAgain([entry], 'c1') })
  holding.checkpoint = 20
  holding.parked = passedOver(holding.parked, 'c1', 6)
  orThrow(await holding.renew())
  expect(holding.next).toBe('another')
  expect(holding.parked).toEqual([{ ...entry, toVersion: 6, asked: 1 }])
  expect(await lease()).toMatchObject({ holder: 'me', next: 'another', checkpoint: 20, parked: holding.parked })
  orThrow(await holding.release())
  expect(await lease()).toMatchObject({ holder: 'another', next: null, checkpoint: 20 })
})

test('A save whose answer was lost is looked up, whether it was done or not.', async () => {
  for (const isDone of [true, false]) {
    let isLost = true
    const { holding, lease } = await held((sound) => ({
      save: async (register) => {
        const answer = isLost && !isDone ? right({ revision: 0 }) : await sound.save(register)
        const told = isLost ? left(storeError('unknown-outcome', 'lost')) : answer
        isLost = false
        return told
      },
    }))
    holding.checkpoint = 30
    orThrow(await holding.renew())
    expect(await lease()).toMatchObject({ holder: 'me', checkpoint: 30 })
    expect(holding.isLost).toBe(false)
  }
})

test('Of two who take a free partition one has it.', async () => {
  const { tenancy, write } = await held()
  await write({ holder: null })
  const seen = orThrow(await loadLease(tenancy.registers, key, 0))
  const others = ['a', 'b'].map((me) => take({ ...tenancy, me }, 0, seen))
  const taken = (await Promise.all(others)).map(orThrow)
  expect(taken.filter((one) => one !== null)).toHaveLength(1)
})

test('As many parked as may be fit into a register, however long their ids.', () => {
  const parked = Array.from({ length: parkedMax }, (_, n) => ({
    ...entry,
    conversationId: `${n % 10}`.repeat(2) + '\u0001'.repeat(510),
    thrown: '\u0001'.repeat(100),
    fromVersion: Number.MAX_SAFE_INTEGER,
    toVersion: Number.MAX_SAFE_INTEGER,
  }))
  const text = leaseText({
    ...freshLease(Number.MAX_SAFE_INTEGER),
    holder: 'h'.repeat(500),
    next: 'n'.repeat(500),
    parked,
  })
  expect(invalidRegister({ key, revision: 1, text })).toBeUndefined()
  expect(readLease(text)).toMatchObject(right({ parked }))
})

test('What is no lease is refused, and not taken for one.', () => {
  for (const text of ['', '{', 'null', '[]', '{}', '"x"', leaseText({ ...freshLease(0), beat: -1 }), '{"holder":1}']) {
    expect(readLease(text)).toMatchObject({ left: { code: 'incompatible-store' } })
  }
})

test('A retry may begin later than where it failed, and never earlier, nor beyond what was passed over.', () => {
  const from = (version?: number) => parkedOf(askedAgain([entry], 'c1', version), 'c1')
  expect([undefined, 1, 2, 4, 6, 99].map((version) => from(version)?.fromVersion)).toEqual([2, 2, 2, 4, 6, 6])
  expect(isAskedFor(from() as Parked)).toBe(true)
  expect(askedAgain([entry], 'other')).toEqual([entry])
})

test('An event that fails because its handler was told to stop has not failed.', async () => {
  const bounds = { attemptsMax: 3, retryDelayMs: 0, retryDelayMaxMs: 0, handleTimeoutMs: 1_000 }
  const [event] = storedLog([
    { type: 'welfare.noted', actor: { kind: 'assistant' }, data: { threadId: 't', signal: 's', intensity: 0 } },
  ])
  const outcome = async (trustedAttempts: number): Promise<'handled' | 'stopped' | Failure> => {
    let attempts = 0
    const handle = () => {
      attempts += 1
      throw new Error('told to stop')
    }
    const permit = {
      mayGoOn: () => attempts < trustedAttempts,
      underWay: () => undefined,
      pause: async () => undefined,
    }
    if (!event) throw new Error('no event')
    return new Handling(handle, bounds, () => () => undefined).do(event, permit)
  }
  expect(await outcome(3)).toBe('stopped')
  expect(await outcome(4)).toMatchObject({ code: 'handler-failed', attempts: 3 })
})

test('No time of day is looked at, so that no clock that jumps can take a lease away, or keep one.', () => {
  const files = sourceFiles.filter(({ path }) => /^src\/log\/(subscription\b|alarm|feed|listeners)/.test(path))
  expect(files.length).toBeGreaterThan(12)
  expect(files.filter(({ text }) => /\bDate\b/.test(text)).map(({ path }) => path)).toEqual([])
})
