/** A store to be held to the contract, and the texts that no store can keep. */
import type { EventStore } from '../../../src/log/event-store.js'

export interface StoreSubject {
  readonly name: string
  /** Opens an empty store. */
  open(): Promise<EventStore>
}

export const loneSurrogate = 'x\ud800y'
export const nul = 'x\0y'
