/**
 * What every store must keep, whatever it keeps it in: a function over a way to open one, so that any store can be held
 * to it. It must never know which store it has.
 */
import { describe } from 'vitest'
import { appending, invalidAppends } from './contract/appending.js'
import { closing, erasing, snapshots } from './contract/keeping.js'
import { lookingUp, reading } from './contract/reading.js'
import type { StoreSubject } from './contract/store-subject.js'
import { expectedVersions, repeats } from './contract/versions.js'

const chapters = {
  appending,
  'an append that cannot be': invalidAppends,
  'the expected version': expectedVersions,
  'an append repeated': repeats,
  reading,
  'looking up': lookingUp,
  erasing,
  snapshots,
  closing,
}

/** Holds a store to the port's contract: every test opens one of its own. */
export function describeEventStore(subject: StoreSubject): void {
  describe(subject.name, () => {
    for (const [title, chapter] of Object.entries(chapters)) describe(title, () => chapter(subject))
  })
}
