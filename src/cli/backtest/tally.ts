/** What came of many conversations in one run: sums alone, so that any order and any division gives the same. */
import { type Veto, vetoes } from '#machines/events.js'
import type { Batch, Place } from './past.js'
import type { Outcome, Walk } from './walk.js'

/** How many turns and how many conversations a veto held back. */
export interface HeldBack {
  turns: number
  conversations: number
}

export interface Tally {
  conversations: number
  redirected: number
  warned: number
  supported: number
  ended: number
  unsaid: number
  readonly heldBack: { readonly [V in Veto]: HeldBack }
  /** How many conversations would have ended after so many messages by the user. */
  readonly roads: Map<number, number>
}

/** Where a conversation of a batch would have ended first. */
export interface Ending extends Place {
  /** How many of the user's messages lead there. */
  readonly userMessages: number
}

export function emptyTally(): Tally {
  const heldBack = Object.fromEntries(vetoes.map((veto) => [veto, { turns: 0, conversations: 0 }])) as Tally['heldBack']
  return { conversations: 0, redirected: 0, warned: 0, supported: 0, ended: 0, unsaid: 0, heldBack, roads: new Map() }
}

const outcomes = ['conversations', 'redirected', 'warned', 'supported', 'ended', 'unsaid'] as const

/** Adds what another tally has counted. */
export function addTally(sum: Tally, more: Tally): void {
  for (const name of outcomes) sum[name] += more[name]
  for (const veto of vetoes) {
    sum.heldBack[veto].turns += more.heldBack[veto].turns
    sum.heldBack[veto].conversations += more.heldBack[veto].conversations
  }
  for (const [userMessages, count] of more.roads) addRoad(sum, userMessages, count)
}

function addRoad({ roads }: Tally, userMessages: number, count: number): void {
  roads.set(userMessages, (roads.get(userMessages) ?? 0) + count)
}

function addOutcome(tally: Tally, { redirected, warned, supported, end, unsaid, vetoed }: Outcome): void {
  tally.conversations += 1
  tally.redirected += Number(redirected)
  tally.warned += Number(warned)
  tally.supported += Number(supported)
  tally.unsaid += unsaid
  for (const [veto, turns] of vetoed) {
    tally.heldBack[veto].turns += turns
    tally.heldBack[veto].conversations += 1
  }
  if (end === null) return
  tally.ended += 1
  addRoad(tally, end.userMessages, 1)
}

/** Walks every conversation of a batch. */
export function tallyBatch(walk: Walk, batch: Batch): { readonly tally: Tally; readonly endings: readonly Ending[] } {
  const tally = emptyTally()
  const endings: Ending[] = []
  for (let conversation = 0; conversation < batch.starts.length - 1; conversation++) {
    const outcome = walk.walk(batch, conversation)
    addOutcome(tally, outcome)
    if (outcome.end) endings.push({ conversation, ...outcome.end })
  }
  return { tally, endings }
}

/** The fewest user messages that led to an end, and the median; `null` if nothing would have ended. */
export function roadsOf({ roads, ended }: Tally): { readonly shortest: number; readonly median: number } | null {
  const byLength = [...roads].sort(([a], [b]) => a - b)
  const [first] = byLength
  if (!first) return null
  const at = (place: number): number => {
    let passed = 0
    for (const [userMessages, count] of byLength) {
      passed += count
      if (passed > place) return userMessages
    }
    throw new Error('a road was asked for that was not counted')
  }
  return { shortest: first[0], median: (at(Math.floor((ended - 1) / 2)) + at(Math.floor(ended / 2))) / 2 }
}
