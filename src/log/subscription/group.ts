/** What all members of a group must agree on from its first start; kept in a register of its own. */
import { type Either, isLeft, isRight, left, right } from 'fp-ts/lib/Either.js'
import { type StoreError, storeError } from '../errors.js'
import type { EventStore } from '../event-store.js'
import type { Registers } from '../registers.js'
import type { GroupSettings } from './membership.js'
import { groupKey } from './partition.js'

type Answer<A> = Promise<Either<StoreError, A>>

function readSettings(group: string, text: string): Either<StoreError, GroupSettings> {
  try {
    const { partitions, afterPosition } = JSON.parse(text) as GroupSettings
    if (Number.isSafeInteger(partitions) && Number.isSafeInteger(afterPosition)) {
      return right({ group, partitions, afterPosition })
    }
  } catch {
    // As below: it is none of ours.
  }
  return left(storeError('incompatible-store', `the register of the group ${JSON.stringify(group)} holds no settings`))
}

/** The settings of a group; `null` for one that was never started. */
export async function groupSettings(registers: Registers, group: string): Answer<GroupSettings | null> {
  const kept = await registers.load(groupKey(group))
  if (isLeft(kept)) return kept
  return kept.right === null ? right(null) : readSettings(group, kept.right.text)
}

/** The settings of a group, which are these if it was never started before. */
export async function startGroup(registers: Registers, wanted: GroupSettings): Answer<GroupSettings> {
  const kept = await groupSettings(registers, wanted.group)
  if (isLeft(kept) || kept.right !== null) return kept as Either<StoreError, GroupSettings>
  const { group, partitions, afterPosition } = wanted
  const text = JSON.stringify({ partitions, afterPosition })
  const saved = await registers.save({ key: groupKey(group), revision: 0, text })
  if (isRight(saved)) return right(wanted)
  if (!['wrong-expected-version', 'unknown-outcome'].includes(saved.left.code)) return saved
  const others = await groupSettings(registers, group)
  return isLeft(others) || others.right !== null ? (others as Either<StoreError, GroupSettings>) : saved
}

/** The registers of a store that can keep groups; `unavailable` for one that cannot, having none, or no global order. */
export async function registersFor(store: EventStore): Answer<Registers> {
  const { registers } = store
  if (!registers) return left(storeError('unavailable', 'this store cannot keep groups: it has no registers'))
  const fed = await store.readAll({ afterPosition: 0, limit: 1 })
  return isLeft(fed) ? fed : right(registers)
}
