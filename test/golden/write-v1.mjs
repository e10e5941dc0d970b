/**
 * Wrote `v1.jsonl` and `v1.expected.json`, once. Kept to show how they came about; it refuses to write over them.
 * Run after a build: `node test/golden/write-v1.mjs`.
 */
import { writeFileSync } from 'node:fs'
import { chainStart, encode, fold, machineId, reportConversation, threadsOf, transcriptOf } from '../../dist/index.js'

const by = (kind, id) => ({ kind, ...(id && { id }) })
const policy = { redirections: 1, warnings: 1, calmTurns: 2, handshake: false, userMayEnd: true, riskClearedBy: ['operator'] }

const opened = (more, data) => ['conversation.opened', by('system'), { threadId: 'main', policy: { ...policy, ...more }, machine: machineId(), ...data }]
const received = (messageId, content = `${messageId}: words`, threadId = 'main') => ['message.received', by('user', 'ada'), { threadId, messageId, content }]
const assessed = (messageId, harm, threadId = 'main', more = {}) => ['message.assessed', by('assessor', 'classifier-3'), { threadId, messageId, harm, risk: null, ...more }]
const failed = (messageId) => ['assessment.failed', by('assessor'), { threadId: 'main', messageId, error: 'no answer within 10000 ms' }]
const sent = (messageId, purpose, threadId = 'main', more = {}) => ['message.sent', by('assistant', 'model-1'), { threadId, messageId, content: `${messageId}: an answer`, purpose, ...more }]
const warned = (messageId, threadId = 'main') => sent(messageId, 'warning', threadId, { warning: { behavior: 'insults', alternative: 'the question itself' } })
const forked = (threadId, from, edit) => ['thread.forked', by('user'), { threadId, from, ...(edit && { edit }) }]
const on = (type, kind, threadId, data = {}) => [type, by(kind), { threadId, ...data }]

// Persistent harm to the end; an edit after it; a crisis on the branch; a retry; an end that the user asked for.
const long = [
  opened({}, { owner: 'ada', continuedFrom: 'earlier' }),
  received('u1', 'a name and an address'),
  failed('u1'),
  assessed('u1', 'harmful', 'main', { categories: { insult: 0.93, ['__proto__']: 1, threat: false }, confidence: 0.93 }),
  on('end.declined', 'system', 'main', { by: 'assistant', vetoes: ['redirections-remaining'] }),
  sent('a1', 'redirection', 'main', { content: [{ type: 'text', text: 'let us go back', 'constructor': { z: 1, a: [1, 2, {}] } }] }),
  received('u2', [{ type: 'text', text: 'no' }, { type: 'image', source: { kind: 'base64', data: 'AAAA' } }]),
  assessed('u2', 'harmful', 'main', { categories: ['insult', 'harassment'] }),
  warned('a2'),
  received('u3', 'a first word: é 💬 \u0000 \ud800 "quoted" \\ \u2028'),
  on('welfare.noted', 'assistant', 'main', { signal: 'distress', intensity: 0.7, note: 'after u3' }),
  assessed('u3', 'harmful'),
  on('thread.ended', 'assistant', 'main', { ground: 'persistent-harm', reason: 'every warning was ignored' }),
  on('feedback.given', 'user', 'main', { messageId: 'a2', rating: 'down', comment: 'unfair' }),
  forked('edited', { threadId: 'main', messageId: 'u2' }, { messageId: 'u2b', content: 'what I meant was this' }),
  assessed('u2b', 'none', 'edited'),
  sent('a3', 'reply', 'edited'),
  ['risk.flagged', by('assistant'), { kind: 'crisis', threadId: 'edited', messageId: 'u2b', note: 'between the lines' }],
  sent('a4', 'support', 'edited'),
  ['risk.cleared', by('operator', 'grace'), { reason: 'spoken with' }],
  forked('retried', { threadId: 'edited', messageId: 'a4' }),
  sent('a5', 'reply', 'retried'),
  on('end.requested', 'user', 'retried', { reason: 'I am done' }),
  on('end.withdrawn', 'user', 'retried'),
  on('end.requested', 'user', 'retried'),
  sent('a6', 'confirmation', 'retried'),
  on('end.confirmed', 'user', 'retried'),
  on('thread.ended', 'user', 'retried', { ground: 'user-request', reason: 'as asked' }),
  forked('first', { threadId: 'retried', messageId: 'u1' }, { messageId: 'u1b', content: [{ text: 'from the beginning' }] }),
  ['content.erased', by('operator'), { messageIds: ['u1', 'a3'], reason: 'asked for' }],
]

// The same under a handshake: proposed, unsettled by a message, and left flagged by an assessment.
const short = [
  opened({ handshake: true, warnings: 2, riskClearedBy: ['assessor', 'operator'] }),
  received('u1'), assessed('u1', 'harmful'), sent('a1', 'redirection'),
  received('u2'), assessed('u2', 'harmful'), warned('a2'),
  received('u3'), assessed('u3', 'harmful'), warned('a3'),
  received('u4'), assessed('u4', 'harmful'),
  on('end.proposed', 'assistant', 'main', { reason: 'every warning was ignored' }),
  forked('branch', { threadId: 'main', messageId: 'a3' }),
  received('u5'),
  ['message.assessed', by('assessor'), { threadId: 'main', messageId: 'u5', harm: 'harmful', risk: 'self-harm' }],
  ['risk.cleared', by('assessor'), { reason: 'a quotation' }],
  ['risk.flagged', by('system'), { kind: 'harm-to-others' }],
]

function recorded(conversationId, story) {
  return story.map(([type, actor, data], index) => ({
    id: `${conversationId}-${index + 1}`,
    conversationId,
    version: index + 1,
    type,
    schema: 1,
    recordedAt: new Date(Date.UTC(2026, 0, 1, 0, 0, index)).toISOString(),
    actor,
    data,
    ...(index === 1 && { causationId: 'command-1', correlationId: 'request-1' }),
  }))
}

function stored(events) {
  let previous = chainStart
  return events.map((event) => {
    const one = encode(event, { previous, salt: (event.version * 7919).toString(16).padStart(32, '0') })
    previous = one.hash
    return one
  })
}

const logs = [recorded('golden-long', long), recorded('golden-short', short)]
const erased = new Set(['u1', 'a3'])
const lines = logs.flatMap((events) =>
  stored(events).map((one, index) =>
    events[0].conversationId === 'golden-long' && erased.has(events[index].data.messageId) && one.content !== null
      ? { ...one, content: null, salt: null }
      : one,
  ),
)
const expected = logs.map((events) => {
  const state = fold(events)
  const said = threadsOf(state).flatMap((thread) => transcriptOf(state, thread))
  const contents = Object.fromEntries(said.map(({ messageId, content }) => [messageId, content]))
  return { report: reportConversation(events[0].conversationId, state), contents }
})
const here = (name) => new URL(name, import.meta.url)
writeFileSync(here('v1.jsonl'), lines.map((line) => `${JSON.stringify(line)}\n`).join(''), { flag: 'wx' })
writeFileSync(here('v1.expected.json'), `${JSON.stringify(expected, null, 1)}\n`, { flag: 'wx' })
