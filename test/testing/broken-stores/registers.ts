/** Stores whose registers let two win, forget, or take what they cannot keep; and stores that tell nobody, or for ever. */
import { isLeft, left, right } from 'fp-ts/lib/Either.js'
import { storeError } from '../../../src/log/errors.js'
import type { EventStore } from '../../../src/log/event-store.js'
import { type Register, type Registers, registerBytesMax } from '../../../src/log/registers.js'
import { nextTurn } from '../../../src/testing/next-turn.js'
import { openSoundStore } from '../sound-store.js'
import { type BrokenStore, broken, brokenWhole, mapRight } from './broken-store.js'

const refusal = 'A save at any other revision is refused, told where the register is, and changes nothing.'
const bounds = 'What a register cannot hold is refused, and the most that it can is kept.'
const apart = 'Odd and similar keys are kept apart, and texts come back to the letter.'

/** Breaks the registers of every handle. */
const brokenRegisters = (
  name: string,
  caughtBy: string,
  change: (sound: Registers, store: EventStore) => Partial<Registers>,
) =>
  broken(name, caughtBy, (store) => {
    const sound = store.registers as Registers
    return { registers: { ...sound, ...change(sound, store) } }
  })

/** Saves over whatever is there. */
async function saveAnyway(registers: Registers, register: Register) {
  const answer = await registers.save(register)
  const actual = isLeft(answer) && answer.left.code === 'wrong-expected-version' ? answer.left.actualVersion : undefined
  return actual === undefined ? answer : registers.save({ ...register, revision: actual })
}

/** Keeps registers under other names than were given. */
const renaming =
  (rename: (key: string) => string) =>
  (sound: Registers): Partial<Registers> => ({
    load: async (key) => mapRight(await sound.load(rename(key)), (register) => register && { ...register, key }),
    save: (register) => sound.save({ ...register, key: rename(register.key) }),
  })

export const brokenRegisterStores: readonly BrokenStore[] = [
  brokenRegisters(
    'loads the register before the last',
    'A register is loaded as it was last saved, and one that was never saved is null.',
    (sound) => {
      const before = new Map<string, Register>()
      return {
        save: async (register) => {
          const kept = await sound.load(register.key)
          if (!isLeft(kept) && kept.right) before.set(register.key, kept.right)
          return sound.save(register)
        },
        load: async (key) => (before.has(key) ? right(before.get(key) ?? null) : sound.load(key)),
      }
    },
  ),
  brokenRegisters('saves at any revision', refusal, (sound) => ({ save: (register) => saveAnyway(sound, register) })),
  brokenRegisters('does not tell where a register is', refusal, (sound) => ({
    save: async (register) => {
      const answer = await sound.save(register)
      return isLeft(answer) ? left(storeError(answer.left.code, 'no')) : answer
    },
  })),
  brokenRegisters('changes what it refuses', refusal, (sound) => ({
    save: async (register) => {
      const answer = await sound.save(register)
      if (isLeft(answer)) await saveAnyway(sound, register)
      return answer
    },
  })),
  brokenRegisters(
    'compares first and saves later',
    'Of those who race to save a register exactly one wins, and the others learn where it is.',
    (sound) => ({
      save: async (register) => {
        const kept = await sound.load(register.key)
        await nextTurn()
        const isThere = !isLeft(kept) && (kept.right?.revision ?? 0) === register.revision
        return isThere ? saveAnyway(sound, register) : sound.save(register)
      },
    }),
  ),
  brokenRegisters(
    'knows no upper case',
    apart,
    renaming((key) => key.toLowerCase()),
  ),
  brokenRegisters(
    'trims its keys',
    apart,
    renaming((key) => (key.trim() === '' ? key : key.trim())),
  ),
  brokenRegisters('takes a long text, and cuts it', bounds, (sound) => ({
    save: (register) => sound.save({ ...register, text: register.text.slice(0, registerBytesMax / 2) }),
  })),
  brokenRegisters('takes half of what it should', bounds, (sound) => ({
    save: async (register) =>
      register.text.length * 4 > registerBytesMax ? left(storeError('invalid-append', 'no')) : sound.save(register),
  })),
  broken(
    'keeps its registers in the log',
    'A register is no event: nothing is listed, fed or read for it.',
    (store) => {
      const names = new Set<string>()
      const sound = store.registers as Registers
      return {
        registers: {
          ...sound,
          save: (register) => {
            names.add(register.key)
            return sound.save(register)
          },
        },
        list: async (range) =>
          mapRight(await store.list(range), (listed) => [
            ...[...names].map((conversationId) => ({ conversationId, version: 1 })),
            ...listed,
          ]),
      }
    },
  ),
  broken('goes on with its registers', 'A closed store says closed to those who load or save a register.', () => ({
    registers: openSoundStore().store.registers as Registers,
  })),
  brokenRegisters('remembers what it has loaded', 'What one handle saved, every handle loads at once.', (sound) => {
    const known = new Map<string, ReturnType<Registers['load']>>()
    return {
      save: (register) => {
        known.delete(register.key)
        return sound.save(register)
      },
      load: (key) => {
        const answer = known.get(key) ?? sound.load(key)
        known.set(key, answer)
        return answer
      },
    }
  }),
  brokenRegisters(
    'has each handle win its own race',
    'Of those who race on several handles to save a register exactly one wins.',
    (sound) => {
      const mine = new Set<string>()
      return {
        save: async (register) => {
          const round = `${register.key} ${register.revision}`
          const isFirst = !mine.has(round)
          mine.add(round)
          return isFirst ? saveAnyway(sound, register) : sound.save(register)
        },
      }
    },
  ),
  brokenWhole(
    'forgets its registers in a crash',
    'A register is after a crash what was answered, and at its revision.',
    () => openSoundStore(() => []),
  ),
]

export const deafStores: readonly BrokenStore[] = [
  broken('tells nobody', 'Each who listens hears, in the course of some appends, that events have come.', () => ({
    listen: () => () => undefined,
  })),
  broken(
    'tells the last who came',
    'Each who listens hears, in the course of some appends, that events have come.',
    (store) => {
      let end = () => {}
      return {
        listen: (heard) => {
          end()
          end = store.listen?.(heard) ?? end
          return end
        },
      }
    },
  ),
  broken('tells for ever', 'Who has ended listening hears nothing more, and may end it twice.', (store) => ({
    listen: (heard) => {
      store.listen?.(heard)
      return () => undefined
    },
  })),
]
