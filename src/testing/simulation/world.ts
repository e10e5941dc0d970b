/** What everyone in a simulation shares. */
import type { SeededChance } from '../seeded-chance.js'
import type { Census } from './coverage.js'
import type { Faults } from './faults.js'
import type { Findings } from './findings.js'
import type { Ledger } from './ledger.js'
import type { Pods } from './pods.js'
import type { VirtualTime } from './virtual-time.js'
import type { Witness } from './witness.js'

export interface World {
  readonly time: VirtualTime
  readonly chance: SeededChance
  readonly faults: Faults
  readonly witness: Witness
  readonly census: Census
  readonly findings: Findings
  readonly ledger: Ledger
  readonly pods: Pods
  /** The next of the ids that callers make. */
  readonly newId: (letter: string) => string
  /** Whether users should come to an end. */
  readonly isTimeUp: () => boolean
}
