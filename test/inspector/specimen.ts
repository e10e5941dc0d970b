/** A conversation that has all that the inspector shows: an end, forks, risk, an erasure, a fault, and hostile words. */
import type { LogLine } from '../../src/inspector/log-line.js'
import { assessed, ended, erased, flagged, forked, opened, received, sent } from '../../src/testing/events.js'
import { recordLog } from '../../src/testing/stories/recorded-logs.js'

/** Words that try to become markup, script, style or a link. */
export const hostile = [
  '<script>window.broken = true</script>',
  '<img src=x onerror="window.broken = true">',
  '"><svg onload=window.broken=true>',
  'javascript:window.broken=true',
  '</style><style>*{display:none}',
  '\u202Eesrever',
] as const

const harmfulTurn = (turn: number, purpose: 'redirection' | 'warning' | 'reply') => [
  received(`u${turn}`),
  assessed(`u${turn}`, 'harmful'),
  sent(`a${turn}`, purpose),
]

const events = [
  opened({ redirections: 2 }),
  received('u0'),
  assessed('u0', 'none'),
  sent('a0'),
  ...harmfulTurn(1, 'redirection'),
  ...harmfulTurn(2, 'redirection'),
  ...harmfulTurn(3, 'warning'),
  received('u4'),
  assessed('u4', 'harmful'),
  ended('persistent-harm'),
  forked('second-try', { messageId: 'u2' }, 'u2-again'),
  assessed('u2-again', 'none', 'second-try'),
  sent('a5', 'reply', 'second-try'),
  ...hostile.flatMap((content, place) => [
    { ...received(`x${place}`, 'second-try'), data: { threadId: 'second-try', messageId: `x${place}`, content } },
    assessed(`x${place}`, 'none', 'second-try'),
  ]),
  forked('<b>third</b>', { messageId: 'u2-again', threadId: 'second-try' }, 'u2-third'),
  flagged('crisis', '<b>third</b>'),
  erased('u0'),
]

/** The conversation's lines; it ends on `main` at version 16. */
export const specimen = (conversationId: string): readonly LogLine[] => {
  const lines: LogLine[] = recordLog(events, conversationId).map((event) => ({
    event: event.type === 'message.received' && event.data.messageId === 'u0' ? withoutWords(event) : event,
    hash: `${event.version}`.padStart(64, 'ab'),
  }))
  return [...lines, { version: lines.length + 1, fault: 'corrupt-event: not JSON', record: '<i>{</i>' }]
}

const withoutWords = <T extends { readonly data: object }>(event: T): T => ({
  ...event,
  data: { ...event.data, content: null },
})
