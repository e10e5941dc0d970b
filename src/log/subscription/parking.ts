/** The parked conversations of one partition. Pure: it answers new lists, and never changes one. */
import type { Parked } from './lease.js'

/** Most conversations parked in one partition: so many fit into a register, however long their ids. */
export const parkedMax = 64

type List = readonly Parked[]

export const parkedOf = (list: List, conversationId: string): Parked | undefined =>
  list.find((entry) => entry.conversationId === conversationId)

/** The list with this entry in place of its conversation's, or behind all others. */
export function withParked(list: List, entry: Parked): List {
  const others = list.filter(({ conversationId }) => conversationId !== entry.conversationId)
  return [...others, entry]
}

export const unparked = (list: List, id: string): List => list.filter(({ conversationId }) => conversationId !== id)

/** The list, an event of a parked conversation having been passed over. After a crash it may come again. */
export function passedOver(list: List, conversationId: string, version: number): List {
  return list.map((entry) =>
    entry.conversationId === conversationId ? { ...entry, toVersion: Math.max(entry.toVersion, version) } : entry,
  )
}

/** The list, somebody having asked for a retry, from a later version if one is named. */
export function askedAgain(list: List, conversationId: string, fromVersion = 0): List {
  return list.map((entry) => {
    if (entry.conversationId !== conversationId) return entry
    const from = Math.min(Math.max(entry.fromVersion, fromVersion), entry.toVersion + 1)
    return { ...entry, fromVersion: from, asked: entry.asked + 1 }
  })
}

export const isAskedFor = ({ asked, answered }: Parked): boolean => asked > answered

/** The holder's list, with what others asked for in the one that is stored. */
export function withAsked(mine: List, stored: List): List {
  return mine.map((entry) => {
    const other = parkedOf(stored, entry.conversationId)
    if (!other || other.asked <= entry.asked) return entry
    return { ...entry, asked: other.asked, fromVersion: Math.max(entry.fromVersion, other.fromVersion) }
  })
}
