/**
 * `colloquy/testing`: the laws that Colloquy holds itself to, for the tests of those who build on it. It imports no test
 * runner, and no fast-check: both are the caller's, and come in as arguments.
 */
export type { Invariant, Step } from '../proof/invariants.js'
export { laws } from '../proof/laws.js'
export type {
  Capability,
  EventStoreSuiteOptions,
  HeldAppend,
  OpenedStore,
  StoreFactory,
  Support,
  Supports,
} from './event-store-suite.js'
export { eventStoreSuite } from './event-store-suite.js'
export type { RegisterTest, Runner } from './runner.js'
