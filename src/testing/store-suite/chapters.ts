/** The suite's contents: which laws hold for which stores, and what is asked of a store that lacks something. */
import { appending } from './appending.js'
import { closing } from './closing.js'
import { concurrentReads } from './concurrent-reads.js'
import { erasing, erasingInTheFeed, withoutErasure } from './erasing.js'
import { expectedVersion } from './expected-version.js'
import { globalOrder, withoutGlobalOrder } from './global-order.js'
import { heldInTheFeed, heldTransactions, withoutHeldTransactions } from './held-transactions.js'
import { histories, historiesAcrossACrash, historiesAcrossHandles } from './histories.js'
import { inlineRows, survivingRows, viewsAcrossHandles, withoutViews } from './inline-rows.js'
import { invalidAppends } from './invalid-appends.js'
import type { Capability, Law } from './law.js'
import { listening, withoutListening } from './listening.js'
import { lookingUp } from './looking-up.js'
import { erasingAcrossHandles, manyHandles, withoutManyHandles } from './many-handles.js'
import { reading } from './reading.js'
import { registers, registersAcrossHandles, survivingRegisters, withoutRegisters } from './registers.js'
import { repeats } from './repeats.js'
import { erasedSnapshots, snapshots, withoutSnapshots } from './snapshots.js'
import { surviving, survivingErasure, survivingPositions, withoutSurviving } from './surviving.js'
import { keepingRows, makingViews, pagingViews } from './views.js'

export interface Chapter {
  readonly title: string
  /** Empty for the core. */
  readonly needs: readonly Capability[]
  readonly laws: readonly Law[]
}

export const chapters: readonly Chapter[] = [
  { title: 'appending', needs: [], laws: appending },
  { title: 'an append that cannot be', needs: [], laws: invalidAppends },
  { title: 'the expected version', needs: [], laws: expectedVersion },
  { title: 'an append repeated', needs: [], laws: repeats },
  { title: 'reading', needs: [], laws: reading },
  { title: 'reading beside writers', needs: [], laws: concurrentReads },
  { title: 'looking up', needs: [], laws: lookingUp },
  { title: 'closing', needs: [], laws: closing },
  { title: 'concurrent histories', needs: [], laws: histories },
  { title: 'the global order', needs: ['globalOrder'], laws: globalOrder },
  { title: 'erasing', needs: ['erasure'], laws: erasing },
  { title: 'erasing', needs: ['erasure', 'globalOrder'], laws: erasingInTheFeed },
  { title: 'snapshots', needs: ['snapshots'], laws: snapshots },
  { title: 'snapshots', needs: ['snapshots', 'erasure'], laws: erasedSnapshots },
  { title: 'registers', needs: ['registers'], laws: registers },
  { title: 'registers', needs: ['registers', 'manyWriters'], laws: registersAcrossHandles },
  { title: 'listening', needs: ['listening'], laws: listening },
  { title: 'views', needs: ['views'], laws: makingViews },
  { title: 'views', needs: ['views'], laws: keepingRows },
  { title: 'views', needs: ['views'], laws: pagingViews },
  { title: 'rows with an append', needs: ['views'], laws: inlineRows },
  { title: 'rows with an append', needs: ['views', 'manyWriters'], laws: viewsAcrossHandles },
  { title: 'rows with an append', needs: ['views', 'durable'], laws: survivingRows },
  { title: 'surviving', needs: ['durable'], laws: surviving },
  { title: 'surviving', needs: ['durable'], laws: historiesAcrossACrash },
  { title: 'surviving', needs: ['durable', 'globalOrder'], laws: survivingPositions },
  { title: 'surviving', needs: ['durable', 'registers'], laws: survivingRegisters },
  { title: 'surviving', needs: ['durable', 'erasure'], laws: survivingErasure },
  { title: 'many handles', needs: ['manyWriters'], laws: manyHandles },
  { title: 'many handles', needs: ['manyWriters'], laws: historiesAcrossHandles },
  { title: 'many handles', needs: ['manyWriters', 'erasure'], laws: erasingAcrossHandles },
  { title: 'a transaction held open', needs: ['heldTransactions'], laws: heldTransactions },
  { title: 'a transaction held open', needs: ['heldTransactions', 'globalOrder'], laws: heldInTheFeed },
]

/** What is asked of a store that lacks a capability: that it does not pretend. */
export const without: { readonly [C in Capability]: readonly Law[] } = {
  globalOrder: withoutGlobalOrder,
  erasure: withoutErasure,
  snapshots: withoutSnapshots,
  registers: withoutRegisters,
  listening: withoutListening,
  views: withoutViews,
  durable: withoutSurviving,
  manyWriters: withoutManyHandles,
  heldTransactions: withoutHeldTransactions,
}
