/**
 * `colloquy/testing`: the laws that Colloquy holds itself to, for the tests of those who build on it. It imports no test
 * runner, and no fast-check: both are the caller's, and come in as arguments.
 */

export type { Adapter, Carried, Intent } from '../llm/adapter.js'
export type { Invariant, Step } from '../proof/invariants.js'
export { laws } from '../proof/laws.js'
export type { Dialect, ToolCall } from './adapter/dialect.js'
export type { AdapterSuite } from './adapter-suite.js'
export { adapterSuite } from './adapter-suite.js'
export type { Arbitraries, LogConstraints, StoryConstraints } from './arbitraries.js'
export { arbitraries } from './arbitraries.js'
export type { AssessorSuite, LabelledMessage } from './assessor-suite.js'
export { assessorSuite } from './assessor-suite.js'
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
export type { Label } from './events.js'
export {
  assessed,
  cleared,
  confirmed,
  declined,
  ended,
  erased,
  feedback,
  flagged,
  forked,
  opened,
  proposed,
  received,
  requested,
  saidBy,
  sent,
  unassessed,
  welfare,
  withdrawn,
} from './events.js'
export type { Floors, Share } from './examination/coverage.js'
export { Coverage } from './examination/coverage.js'
export type { Door } from './examination/door-subject.js'
export { doorSubject } from './examination/door-subject.js'
export type { Decider, Subject } from './examination/subject.js'
export { deciderSubject } from './examination/subject.js'
export type { FastCheck, RunSettings } from './fast-check.js'
export type { Given, Outcome, Refusal, Situation } from './given.js'
export { given, refused, rulebook } from './given.js'
export type { AppendOperation, FindOperation, History, Operation, ReadOperation } from './histories/operation.js'
export type { RandomHistoriesOptions } from './histories/random-histories.js'
export { randomHistories } from './histories/random-histories.js'
export type { HistoryRecorder } from './histories/recorder.js'
export { recordHistory } from './histories/recorder.js'
export type { LifecycleSuite } from './lifecycle-suite.js'
export { defaultFloors, lifecycleSuite } from './lifecycle-suite.js'
export type { LinearizableBounds, Verdict, WitnessOrder } from './linearizable.js'
export { linearizable } from './linearizable.js'
export { commandFor } from './ordering.js'
export type { RegisterTest, Runner } from './runner.js'
export type { SimulationCoverage } from './simulation/coverage.js'
export { type FaultKind, type FaultRates, faultKinds, noFaults, usualFaults } from './simulation/faults.js'
export { type SimulationFinding, serviceLaws } from './simulation/findings.js'
export type { CreateDoor, SimulatedDoor } from './simulation/pods.js'
export { type SimulationOptions, type SimulationResult, simulate } from './simulation/simulate.js'
export type { BrokenLog } from './stories/recorded-logs.js'
export type { Attempt, Story } from './stories/story.js'
export { eventWords, stateWords } from './words.js'
