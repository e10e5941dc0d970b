/** All broken stores, each with the law that is meant for it. */
import { appends } from './appends.js'
import type { BrokenStore } from './broken-store.js'
import { erasures, shelves } from './keeping.js'
import { ends, handles } from './lives.js'
import { races } from './races.js'
import { reads } from './reads.js'
import { brokenRegisterStores, deafStores } from './registers.js'
import { brokenViewStores } from './views.js'

export const brokenStores: readonly BrokenStore[] = [
  ...appends,
  ...races,
  ...reads,
  ...erasures,
  ...shelves,
  ...brokenRegisterStores,
  ...deafStores,
  ...ends,
  ...handles,
  ...brokenViewStores,
]
