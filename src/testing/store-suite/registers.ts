/** Laws of registers: changed by compare-and-set, so that of those who race exactly one wins, and all see what it won. */
import { isLeft, isRight } from 'fp-ts/lib/Either.js'
import type { EventStore } from '../../log/event-store.js'
import { type Register, type Registers, registerBytesMax } from '../../log/registers.js'
import { agree, answered, demand, LawBroken, refused } from './expect.js'
import { type Law, law } from './law.js'
import { appendOf, loneSurrogate, nul, oddIds, similarIds, storedEvent } from './specimens.js'

const racers = 32
const rounds = 5

export function registersOf({ registers }: EventStore): Registers {
  if (registers === undefined) throw new LawBroken('the store has no member `registers`')
  return registers
}

const register = (key: string, revision: number, text = `at ${revision}`): Register => ({ key, revision, text })

/** Saves over what is there. */
async function saved(registers: Registers, key: string, text: string): Promise<number> {
  const before = answered('it is loaded', await registers.load(key))
  const answer = await registers.save({ key, revision: before?.revision ?? 0, text })
  return answered('a save at its own revision', answer).revision
}

/** All save at once, on these handles in turn, over what they have seen; one wins and the others learn where it is. */
async function race(handles: readonly Registers[]): Promise<void> {
  const [first] = handles as readonly [Registers]
  for (let round = 0; round < rounds; round++) {
    const before = answered('it is loaded', await first.load('a'))?.revision ?? 0
    const saves = Array.from({ length: racers }, (_, n) =>
      (handles[n % handles.length] ?? first).save(register('a', before, `racer ${n}`)),
    )
    const answers = await Promise.all(saves)
    agree(`one of ${racers} who race wins`, answers.filter(isRight).length, 1)
    const after = answered('it is loaded', await first.load('a'))
    agree('what the winner saved is there', after?.text, `racer ${answers.findIndex(isRight)}`)
    for (const answer of answers) {
      if (!isLeft(answer)) continue
      const error = refused('the others are refused', 'wrong-expected-version', answer)
      agree('each is told where the register is', error.actualVersion, after?.revision)
    }
  }
}

export const registers: readonly Law[] = [
  law('A register is loaded as it was last saved, and one that was never saved is null.', async ({ store }) => {
    const here = registersOf(store)
    agree('at first there is none', answered('it is loaded', await here.load('a')), null)
    const revisions = [0]
    for (const text of ['one', '', 'three']) {
      const revision = await saved(here, 'a', text)
      demand('the revision grows', revision > (revisions.at(-1) ?? 0))
      revisions.push(revision)
      agree('it is as it was saved', answered('it is loaded', await here.load('a')), register('a', revision, text))
    }
    agree('another is not there', answered('it is loaded', await here.load('b')), null)
  }),

  law(
    'A save at any other revision is refused, told where the register is, and changes nothing.',
    async ({ store }) => {
      const here = registersOf(store)
      const first = answered('the first', await here.save(register('a', 0))).revision
      const second = answered('the second', await here.save(register('a', first, 'kept'))).revision
      for (const wrong of [0, first, second + 1, second + 1_000]) {
        const error = refused(
          `at ${second}, ${wrong} is refused`,
          'wrong-expected-version',
          await here.save(register('a', wrong)),
        )
        agree('the error tells the actual revision', error.actualVersion, second)
      }
      const never = refused('one that was never saved', 'wrong-expected-version', await here.save(register('b', 1)))
      agree('it is at 0', never.actualVersion, 0)
      agree('the one is as it was', answered('it is loaded', await here.load('a')), register('a', second, 'kept'))
      agree('the other is not there', answered('it is loaded', await here.load('b')), null)
    },
  ),

  law('Of those who race to save a register exactly one wins, and the others learn where it is.', ({ store }) =>
    race([registersOf(store)]),
  ),

  law('Odd and similar keys are kept apart, and texts come back to the letter.', async ({ store }) => {
    const here = registersOf(store)
    const keys = [...new Set([...oddIds, ...similarIds])]
    for (const key of keys)
      agree('it is a new one', await saved(here, key, `text of ${key}`), await saved(here, `${key}, too`, ''))
    for (const key of keys) {
      agree('each has its own text', answered('it is loaded', await here.load(key))?.text, `text of ${key}`)
    }
  }),

  law('What a register cannot hold is refused, and the most that it can is kept.', async ({ store }) => {
    const here = registersOf(store)
    const most = 'é'.repeat(registerBytesMax / 2)
    for (const text of [nul, loneSurrogate, `${most}x`]) {
      refused('a text that cannot be kept', 'invalid-append', await here.save(register('a', 0, text)))
    }
    for (const key of [nul, loneSurrogate, '', 'k'.repeat(513)]) {
      refused('a key that cannot be kept', 'invalid-append', await here.save(register(key, 0)))
      agree('it is the key of nothing', answered('it is loaded', await here.load(key)), null)
    }
    for (const revision of [-1, 0.5, Number.NaN]) {
      refused('what is no revision', 'invalid-append', await here.save(register('a', revision)))
    }
    agree('nothing was saved', answered('it is loaded', await here.load('a')), null)
    await saved(here, 'k'.repeat(512), most)
    agree('the most is kept', answered('it is loaded', await here.load('k'.repeat(512)))?.text, most)
  }),

  law('A register is no event: nothing is listed, fed or read for it.', async ({ store }) => {
    await saved(registersOf(store), 'a', 'text')
    agree('no conversation is listed', answered('they are listed', await store.list({})), [])
    answered('a conversation of its name begins at 1', await store.append(appendOf(storedEvent('a', 1))))
    const kept = answered('it is loaded', await registersOf(store).load('a'))
    agree('the register is as it was', kept?.text, 'text')
  }),

  law('A closed store says closed to those who load or save a register.', async ({ store }) => {
    const here = registersOf(store)
    await saved(here, 'a', 'text')
    await store.close()
    refused('to load', 'closed', await here.load('a'))
    refused('to save', 'closed', await here.save(register('a', 1)))
    refused('to save what cannot be', 'closed', await here.save(register('', -1)))
  }),
]

/** For stores with many handles as well. */
export const registersAcrossHandles: readonly Law[] = [
  law('What one handle saved, every handle loads at once.', async (subject) => {
    const handles = [registersOf(subject.store), registersOf(await subject.another())]
    for (let turn = 0; turn < 6; turn++) {
      // Each writes more than once before it is the other's turn, which then has seen an older one.
      const [writer, reader] = (turn < 3 ? handles : handles.toReversed()) as [Registers, Registers]
      const revision = await saved(writer, 'a', `turn ${turn}`)
      const loaded = answered('the other loads it', await reader.load('a'))
      agree('it sees what was saved', loaded, register('a', revision, `turn ${turn}`))
    }
  }),

  law('Of those who race on several handles to save a register exactly one wins.', async (subject) => {
    await race([subject.store, await subject.another(), await subject.another()].map(registersOf))
  }),
]

/** For durable stores as well. */
export const survivingRegisters: readonly Law[] = [
  law('A register is after a crash what was answered, and at its revision.', async (subject) => {
    const here = registersOf(subject.store)
    for (const key of ['a', 'b']) await saved(here, key, 'first')
    const revision = await saved(here, 'a', 'second')
    const left = registersOf(await subject.crash())
    agree('it is there', answered('it is loaded', await left.load('a')), register('a', revision, 'second'))
    agree('so is the other', answered('it is loaded', await left.load('b'))?.text, 'first')
    refused('its revision holds', 'wrong-expected-version', await left.save(register('a', 0)))
  }),
]

/** For a store without: it has no such member, so that whoever needs registers is told at once. */
export const withoutRegisters: readonly Law[] = [
  law('it has no member `registers`', async ({ store }) => {
    demand('a store that has `registers` is held to their laws: declare them', store.registers === undefined)
  }),
]
