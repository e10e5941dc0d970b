/** `colloquy`: what backends import. It reaches no database driver and no built-in module of Node. */
export type {
  Actor,
  ActorKind,
  Content,
  ContentBlock,
  ErasableContent,
  EventData,
  EventOf,
  EventType,
  Ground,
  Harm,
  LifecycleEvent,
  Policy,
  Purpose,
  RiskKind,
  Veto,
  Warning,
} from '#machines/events.js'
export { vetoes } from '#machines/events.js'
export type { Command, CommandOf, CommandType } from './conversation/commands.js'
export { decide } from './conversation/decide.js'
export { evolve, evolveWithPatches } from './conversation/evolve.js'
export { fold } from './conversation/fold.js'
export { judge } from './conversation/judge.js'
export type { Rejection, RejectionCode } from './conversation/rejection.js'
export type { Conversation, Message, Thread } from './conversation/state.js'
export { initialState, riskOf, threadsOf, transcriptOf } from './conversation/state.js'
export type { Assess, Assessment, AssessmentRequest } from './conversations/assessing.js'
export type { ConversationView } from './conversations/conversation-view.js'
export { conversationIndex, indexedOwner } from './conversations/listing/conversation-index.js'
export type { ReviewReason } from './conversations/listing/review-queue.js'
export { reviewQueue } from './conversations/listing/review-queue.js'
export type {
  ListedConversation,
  ListPage,
  ListRequest,
  Paging,
  ReviewEntry,
  ReviewPage,
  ReviewRequest,
} from './conversations/listing.js'
export type { ConversationsOptions } from './conversations/options.js'
export type * from './conversations/requests.js'
export type { ContentKey, Encryption } from './conversations/sealing.js'
export type { LogEntry } from './conversations/structured-log.js'
export type { Activity, Details, Failure, Happening, Telemetry } from './conversations/telemetry.js'
export type { MessageView, ThreadView } from './conversations/thread-view.js'
export type { DueTimer, FireDue, Fired, Timer } from './conversations/timers.js'
export { fireDueTimers } from './conversations/timers.js'
export type { Turn } from './conversations/turn.js'
export type { Conversations } from './conversations.js'
export { createConversations } from './conversations.js'
export type { Letter } from './lifecycle/alphabet.js'
export { letterOf, letters } from './lifecycle/alphabet.js'
export type { Automaton, StateId } from './lifecycle/automaton.js'
export { automatonFor, refusalIn } from './lifecycle/automaton.js'
export type { EndTool, Guidance, Stance } from './lifecycle/guidance.js'
export { guidanceFor } from './lifecycle/guidance.js'
export { machineId } from './lifecycle/machine-id.js'
export { defaultPolicy, policyBounds, policyFault } from './lifecycle/policy.js'
export type { Assessment as AssessmentState, Closing, Lifecycle, Risk, ThreadState } from './lifecycle/thread-state.js'
export { Acceptor } from './log/acceptor.js'
export type { Backlog } from './log/backlog.js'
export { decode, encode, parseEvent } from './log/codec.js'
export type { StoreError, StoreErrorCode } from './log/errors.js'
export type {
  Appended,
  AppendRequest,
  EventStore,
  Health,
  PositionedEvent,
  StoredEvent,
  StoredSnapshot,
} from './log/event-store.js'
export type { FedEvent, FeedRequest } from './log/feed.js'
export { chainFault, chainStart } from './log/hash-chain.js'
export type { CatchUp, ProjectorOptions } from './log/projection/projector.js'
export { Projector } from './log/projection/projector.js'
export type { ViewStore } from './log/projection/view-in-force.js'
export { hasViews } from './log/projection/view-in-force.js'
export type { RebuildHooks, RebuildProgress } from './log/projection/view-rebuild.js'
export type { Projection, RowFields, Touched } from './log/projection.js'
export type { Stream } from './log/rebuild.js'
export { rebuild } from './log/rebuild.js'
export type { RecordedEvent } from './log/recorded-event.js'
export type { Register, Registers } from './log/registers.js'
export type { ConversationReport, ThreadReport } from './log/report.js'
export { reportConversation } from './log/report.js'
export type { SubscriptionBounds } from './log/subscription/bounds.js'
export type { Handle, HandlingContext } from './log/subscription/handling.js'
export type { ParkedReport } from './log/subscription/lane.js'
export type { Lag, ParkedConversation, RetryRequest } from './log/subscription/oversight.js'
export type { GroupRequest } from './log/subscription.js'
export type { SetTimer } from './log/timer.js'
export type * from './log/views.js'
export { orThrow, RefusedError } from './or-throw.js'
export type { Counterexample, Property } from './proof/property.js'
export type { Verification } from './proof/verify.js'
export { verify } from './proof/verify.js'
export { openMemoryStore } from './stores/memory.js'
