/** Events as stores get them, small and readable: what they say does not matter to a store. And texts to trip over. */
import type { AppendRequest, StoredEvent } from '../../log/event-store.js'

/** Event `version` of a conversation. */
export function storedEvent(conversationId: string, version: number, more: Partial<StoredEvent> = {}): StoredEvent {
  const eventId = `${conversationId}-${version}`
  const record = JSON.stringify({ id: eventId, version })
  return { conversationId, version, eventId, record, hash: `hash of ${eventId}`, content: null, salt: null, ...more }
}

/** Events `from` to `to` of a conversation. */
export function storedEvents(conversationId: string, from: number, to: number): readonly StoredEvent[] {
  return Array.from({ length: to - from + 1 }, (_, index) => storedEvent(conversationId, from + index))
}

/** An append of these events where they say they belong. */
export function appendOf(...events: readonly StoredEvent[]): AppendRequest {
  const [first] = events
  return { conversationId: first?.conversationId ?? '', expectedVersion: (first?.version ?? 1) - 1, events }
}

/** An event that says something that can be erased. */
export const saidEvent = (conversationId: string, version: number): StoredEvent =>
  storedEvent(conversationId, version, { content: JSON.stringify(`said ${version}`), salt: `5a${version}` })

/** What erasing leaves of an event. */
export const erasedEvent = (event: StoredEvent): StoredEvent => ({ ...event, content: null, salt: null })

/** Raw texts that no store can keep: a lone surrogate has no UTF-8, and NUL ends a string in some engines. */
export const loneSurrogate = 'x\ud800y'
export const nul = 'x\0y'

/** Ids that mean something to a database, a path, a subject or a prototype, and must mean nothing here. */
export const oddIds: readonly string[] = [
  '__proto__',
  'constructor',
  'toString',
  'null',
  '0',
  '-1',
  "o'hara",
  '"quoted"',
  '%_\\',
  '%00',
  '$1',
  '?',
  ':id',
  '.',
  '..',
  'a.b',
  '*',
  'a.*',
  '>',
  'a.>',
  '/',
  'a/b?c#d',
  'a|b',
  ' ',
  '\t',
  '\n',
  '\r\n',
  '\ufeff',
  'žluťoučký 🐎',
  '👩‍👩‍👧',
  '日本',
  'שלום',
  '\u202eabc',
  '{"id":1}',
]

/** Ids that something careless takes for one: by case, by normal form, by blanks, by cutting them short. */
export const similarIds: readonly string[] = [
  'a',
  'A',
  'a ',
  ' a',
  'a\n',
  'a\u00a0',
  'a\u200b',
  'ａ',
  'é',
  'e\u0301',
  'É',
  'ß',
  'ss',
  'i',
  'İ',
  'ı',
  '1',
  '01',
  '1.0',
  `${'l'.repeat(300)}1`,
  `${'l'.repeat(300)}2`,
]

/** JSON texts that come back changed from whatever parses them, folds them or cuts them. */
export const oddTexts: readonly string[] = [
  JSON.stringify('NUL \0, a lone \ud800 surrogate, another \udc00'),
  JSON.stringify('line\u2028 and paragraph\u2029, \r\n, \t, \u0085'),
  JSON.stringify('composed é, decomposed e\u0301, ligature ﬁ, full width ａ'),
  JSON.stringify('👩‍👩‍👧 🐎 שלום \u202eabc \ufeff'),
  '{"b":1,"a":2,"a":3}',
  '{ "spaced" : [ 1 , 2 ] }',
  '{"__proto__":{"polluted":true},"constructor":null}',
  '[1.0,-0,1e2,12345678901234567890,0.1000000000000000055]',
  '"\\u00e9 is not é, \\/ is not /"',
  'null',
  'false',
  '0',
  '""',
  '{}',
]
