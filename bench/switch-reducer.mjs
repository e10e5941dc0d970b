/**
 * The baseline: SPEC's lifecycle as one would write it by hand. `step` is an immutable switch over one thread's state;
 * `foldByHand` builds the same messages as our fold, with a mutable state and no freezing.
 */

export const initial = (policy) => ({
  policy,
  lifecycle: 'engaging',
  risk: 'clear',
  assessment: 'current',
  closing: 'none',
  failures: 0,
  ignored: 0,
  calm: 0,
})

function harmed(state) {
  const { redirections, warnings } = state.policy
  switch (state.lifecycle) {
    case 'engaging':
    case 'forked':
      return { ...state, calm: 0, lifecycle: state.failures === redirections ? 'warning.due' : 'redirecting.due' }
    case 'redirecting.tried': {
      const failures = state.failures + 1
      return { ...state, failures, calm: 0, lifecycle: failures === redirections ? 'warning.due' : 'redirecting.due' }
    }
    case 'warning.given': {
      const ignored = state.ignored + 1
      return { ...state, ignored, calm: 0, lifecycle: ignored === warnings ? 'warning.ignored' : 'warning.due' }
    }
    default:
      return state.calm === 0 ? state : { ...state, calm: 0 }
  }
}

function calmed(state) {
  const calm = state.failures > 0 ? state.calm + 1 : 0
  const reset = calm === state.policy.calmTurns
  return { ...state, lifecycle: 'engaging', ignored: 0, calm: reset ? 0 : calm, failures: reset ? 0 : state.failures }
}

const flagged = (state) => ({
  ...state,
  risk: 'flagged',
  ...(state.lifecycle !== 'ended' && { lifecycle: 'engaging', failures: 0, ignored: 0, calm: 0, closing: 'none' }),
})

function assessed(before, { harm, risk }, latest) {
  const state = latest ? { ...before, assessment: 'current' } : before
  if (risk !== null) return flagged(state)
  if (state.risk === 'flagged') return state
  return harm === 'harmful' ? harmed(state) : calmed(state)
}

function sent(state, purpose) {
  if (purpose === 'warning') {
    return state.risk === 'clear' && state.lifecycle === 'warning.due'
      ? { ...state, lifecycle: 'warning.given' }
      : state
  }
  if (purpose === 'redirection' && state.lifecycle === 'redirecting.due')
    return { ...state, lifecycle: 'redirecting.tried' }
  const closing = purpose === 'confirmation' && state.closing === 'requested' ? 'asked' : state.closing
  const lifecycle = state.lifecycle === 'forked' ? 'engaging' : state.lifecycle
  return { ...state, closing, lifecycle }
}

export function step(state, event, latest = true) {
  switch (event.type) {
    case 'message.received': {
      const closing = state.closing === 'confirmed' ? 'asked' : state.closing === 'proposed' ? 'none' : state.closing
      return { ...state, assessment: 'pending', closing }
    }
    case 'message.assessed':
      return assessed(state, event.data, latest)
    case 'message.sent':
      return sent(state, event.data.purpose)
    case 'risk.flagged':
      return flagged(state)
    default:
      return state
  }
}

function addMessage(conversation, thread, { type, data }, version) {
  const message = {
    messageId: data.messageId,
    role: type === 'message.received' ? 'user' : 'assistant',
    content: data.content,
    purpose: data.purpose ?? null,
    threadId: data.threadId,
    parentId: thread.headId,
    depth: thread.depth + 1,
    version,
  }
  conversation.messages.set(message.messageId, message)
  thread.headId = message.messageId
  thread.depth += 1
  if (type === 'message.received') thread.userDepth = thread.depth
}

/** A hand-written reducer that builds the same messages, and the lifecycle by the switch above. */
export function foldByHand(events) {
  const conversation = { version: 0, threads: new Map(), messages: new Map() }
  for (const event of events) {
    conversation.version += 1
    const { type, data } = event
    if (type === 'conversation.opened') {
      const thread = { threadId: data.threadId, state: initial(data.policy), headId: null, depth: 0, userDepth: 0 }
      conversation.threads.set(data.threadId, thread)
      continue
    }
    const thread = conversation.threads.get(data.threadId)
    const latest = type === 'message.assessed' && conversation.messages.get(data.messageId).depth === thread.userDepth
    if (type === 'message.received' || type === 'message.sent')
      addMessage(conversation, thread, event, conversation.version)
    thread.state = step(thread.state, event, latest)
  }
  return conversation
}
