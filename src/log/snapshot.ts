/**
 * A snapshot: a conversation's state as text, so that a rebuild can begin there. State numbers belong to a process, so
 * they are written as words. The same state always gives the same text, so an audit can compare a snapshot with what
 * its events replay to. It holds content: whoever erases content must drop it.
 */
import type { Policy } from '#machines/events.js'
import { emptyIndex, entriesOf, put, settle } from '../conversation/id-index.js'
import { type Conversation, type Message, type Thread, threadsOf } from '../conversation/state.js'
import { type Automaton, automatonFor, type StateId } from '../lifecycle/automaton.js'
import { machineId } from '../lifecycle/machine-id.js'
import type { ThreadState } from '../lifecycle/thread-state.js'
import type { StoredSnapshot } from './event-store.js'
import type { Stream } from './rebuild.js'

/** Raised when the shape below changes; an older snapshot is then not used, and replaced in time. */
const snapshotSchema = 1

interface SnapshotText {
  readonly schema: number
  readonly machine: string
  readonly lastHash: string
  readonly states: readonly ThreadState[]
  readonly threads: readonly Thread[]
  readonly messages: readonly Message[]
  readonly rest: Omit<Conversation, 'threads' | 'messages'>
}

/** Numbers states in the order in which the snapshot first names them. */
class Numbering {
  private readonly numbers = new Map<StateId, number>()

  of(state: StateId): number {
    const number = this.numbers.get(state) ?? this.numbers.size
    this.numbers.set(state, number)
    return number
  }

  words(automaton: Automaton): ThreadState[] {
    return [...this.numbers.keys()].map((state) => automaton.describe(state))
  }
}

const messagesOf = (conversation: Conversation): readonly Message[] =>
  [...entriesOf(conversation.messages).values()].sort((a, b) => a.version - b.version)

/** The snapshot of a stream at its version. The stream must have begun. */
export function takeSnapshot(conversationId: string, stream: Stream): StoredSnapshot {
  const { threads: _, messages: __, ...rest } = stream.conversation as Conversation
  const numbering = new Numbering()
  const conversation = stream.conversation as Conversation
  const threads = threadsOf(conversation).map((thread) => ({ ...thread, state: numbering.of(thread.state) }))
  const messages = messagesOf(conversation).map((message) => ({ ...message, before: numbering.of(message.before) }))
  const states = numbering.words(automatonFor(conversation.policy))
  const { lastHash } = stream
  const text: SnapshotText = { schema: snapshotSchema, machine: machineId(), lastHash, states, threads, messages, rest }
  return { conversationId, version: conversation.version, text: JSON.stringify(text) }
}

function parse(text: string): SnapshotText | undefined {
  const value = JSON.parse(text) as SnapshotText | null
  return value?.schema === snapshotSchema && value.machine === machineId() ? value : undefined
}

function restore(parsed: SnapshotText): Stream {
  const automaton = automatonFor(parsed.rest.policy as Policy)
  const states = parsed.states.map((state) => automaton.find(state))
  const numbered = (number: number): StateId => states[number] as StateId
  const threads = emptyIndex<Thread>()
  const messages = emptyIndex<Message>()
  for (const thread of parsed.threads) put(threads, thread.threadId, { ...thread, state: numbered(thread.state) })
  for (const message of parsed.messages) {
    put(messages, message.messageId, { ...message, before: numbered(message.before) })
  }
  const { policy } = automaton
  const conversation = { ...parsed.rest, policy, threads: settle(threads), messages: settle(messages) }
  return { conversation, lastHash: parsed.lastHash }
}

/**
 * The stream that a snapshot holds, or `undefined` if it can't be used: another shape, or decided by another machine.
 * The log is then replayed from the start; a snapshot is never the only copy of anything.
 */
export function readSnapshot(snapshot: StoredSnapshot): Stream | undefined {
  try {
    const parsed = parse(snapshot.text)
    const stream = parsed && restore(parsed)
    return stream?.conversation?.version === snapshot.version ? stream : undefined
  } catch {
    return undefined
  }
}
