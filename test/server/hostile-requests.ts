/** Requests that a server must not fall for, each with what it is to be answered. */
import { tokens } from './served.js'

export interface Hostile {
  readonly what: string
  readonly status: number
  readonly code: string
  readonly method?: string
  /** `:c` and `:t` stand for a conversation of Ada's and its thread. */
  readonly path?: string
  readonly as?: keyof typeof tokens | null
  readonly body?: string | Buffer
  readonly headers?: Readonly<Record<string, string>>
}

export const messages = '/v1/conversations/:c/threads/:t/messages'
export const hello = '{"content":"Hello"}'
const deep = `${'['.repeat(20_000)}${']'.repeat(20_000)}`
const at = (path: string) => `/v1/conversations/:c${path}`

export const hostile: readonly Hostile[] = [
  { what: 'malformed JSON', body: '{"content":', status: 400, code: 'malformed-json' },
  { what: 'no body', body: '', status: 400, code: 'invalid-request' },
  { what: 'a body that is no object', body: '"Hello"', status: 400, code: 'invalid-request' },
  { what: 'null for an object', body: 'null', status: 400, code: 'invalid-request' },
  { what: 'a list for an object', body: '[]', status: 400, code: 'invalid-request' },
  { what: 'deeply nested JSON', body: deep, status: 400, code: 'invalid-request' },
  { what: 'empty content', body: '{"content":""}', status: 400, code: 'invalid-request' },
  { what: 'content that is a number', body: '{"content":5}', status: 400, code: 'invalid-request' },
  {
    what: "a provider's blocks as content",
    body: '{"content":[{"type":"tool_result"}]}',
    status: 400,
    code: 'invalid-request',
  },
  {
    what: 'a field that is not known',
    body: '{"content":"a","purpose":"reply"}',
    status: 400,
    code: 'invalid-request',
  },
  { what: '__proto__ as a field', body: '{"content":"a","__proto__":{"x":1}}', status: 400, code: 'invalid-request' },
  {
    what: 'bytes that are not UTF-8',
    body: Buffer.from([0x7b, 0xff, 0xfe, 0x7d]),
    status: 400,
    code: 'malformed-json',
  },
  {
    what: 'a form',
    headers: { 'content-type': 'application/x-www-form-urlencoded' },
    status: 415,
    code: 'unsupported-media-type',
  },
  {
    what: 'JSON that calls itself text',
    headers: { 'content-type': 'text/plain' },
    status: 415,
    code: 'unsupported-media-type',
  },
  { what: 'a body over the limit', body: `{"content":"${'a'.repeat(65_536)}"}`, status: 413, code: 'body-too-large' },
  { what: 'a huge body', body: Buffer.alloc(20_000_000, 0x61), status: 413, code: 'body-too-large' },
  {
    what: 'a huge body in pieces',
    body: Buffer.alloc(5_000_000, 0x61),
    headers: { 'transfer-encoding': 'chunked' },
    status: 413,
    code: 'body-too-large',
  },
  { what: 'no token', as: null, status: 401, code: 'unauthenticated' },
  {
    what: 'a token that is not known',
    as: null,
    headers: { authorization: 'Bearer nobody-has-this-token' },
    status: 401,
    code: 'unauthenticated',
  },
  {
    what: 'a token in another scheme',
    as: null,
    headers: { authorization: `Basic ${tokens.ada}` },
    status: 401,
    code: 'unauthenticated',
  },
  {
    what: 'a token as a parameter',
    as: null,
    path: `${messages}?access_token=${tokens.ada}`,
    status: 401,
    code: 'unauthenticated',
  },
  { what: "another owner's conversation", as: 'bob', status: 404, code: 'not-opened' },
  { what: "an operator in the owner's place", as: 'op', status: 403, code: 'forbidden' },
  { what: 'a conversation that is not there', path: messages.replace(':c', 'nobody'), status: 404, code: 'not-opened' },
  { what: 'a thread that is not there', path: messages.replace(':t', 'nobody'), status: 404, code: 'unknown-thread' },
  {
    what: 'a thread named like a method',
    path: messages.replace(':t', '__proto__'),
    status: 404,
    code: 'unknown-thread',
  },
  { what: 'NUL in an id', path: messages.replace(':c', 'a%00b'), status: 404, code: 'not-opened' },
  {
    what: 'an id that no store can hold',
    path: messages.replace(':c', 'a'.repeat(4_000)),
    status: 404,
    code: 'not-opened',
  },
  { what: 'a path that climbs', path: '/../../../../etc/passwd', method: 'GET', status: 404, code: 'not-found' },
  {
    what: 'a path that climbs, encoded',
    path: '/%2e%2e/%2e%2e/etc/passwd',
    method: 'GET',
    status: 404,
    code: 'not-found',
  },
  {
    what: 'a path with a slash that is encoded',
    path: '/v1/conversations/..%2f..%2fetc',
    method: 'GET',
    status: 404,
    code: 'not-opened',
  },
  {
    what: 'a path with a backslash',
    path: '/..\\..\\etc\\passwd',
    method: 'GET',
    status: 400,
    code: 'invalid-request',
  },
  { what: 'half a percent sign', path: '/v1/conversations/%zz', method: 'GET', status: 404, code: 'not-opened' },
  { what: 'two slashes', path: '//v1/conversations', method: 'GET', status: 404, code: 'not-found' },
  { what: 'a slash at the end', path: '/v1/conversations/', method: 'GET', status: 404, code: 'not-found' },
  { what: 'a method that is not offered', method: 'DELETE', status: 405, code: 'method-not-allowed' },
  { what: 'reading where one orders', method: 'GET', status: 405, code: 'method-not-allowed' },
  { what: 'a parameter that is not known', path: at('?at=3'), method: 'GET', status: 400, code: 'invalid-request' },
  {
    what: 'a version that is no number',
    path: at('?version=abc'),
    method: 'GET',
    status: 400,
    code: 'invalid-request',
  },
  { what: 'version 0', path: at('?version=0'), method: 'GET', status: 400, code: 'invalid-request' },
  {
    what: 'a version beyond all numbers',
    path: at('?version=9999999999999999'),
    method: 'GET',
    status: 400,
    code: 'invalid-request',
  },
  {
    what: 'a parameter that is given twice',
    path: at('?version=1&version=2'),
    method: 'GET',
    status: 400,
    code: 'invalid-request',
  },
  {
    what: 'a list without an end',
    path: '/v1/conversations?limit=100000',
    method: 'GET',
    status: 400,
    code: 'invalid-request',
  },
  {
    what: "a cursor of nobody's",
    path: '/v1/conversations?after=junk',
    method: 'GET',
    status: 400,
    code: 'invalid-append',
  },
  { what: 'a tag that is none', headers: { 'if-match': 'W/"1"' }, status: 400, code: 'invalid-request' },
  {
    what: 'an idempotency key with blanks',
    headers: { 'idempotency-key': 'a b' },
    status: 400,
    code: 'invalid-request',
  },
  {
    what: 'a last event that is no version',
    path: at('/stream'),
    method: 'GET',
    headers: { 'last-event-id': 'x' },
    status: 400,
    code: 'invalid-request',
  },
  {
    what: "the operator's door, by a user",
    path: at('/risk/flag'),
    body: '{"kind":"crisis"}',
    status: 403,
    code: 'forbidden',
  },
  {
    what: 'clearing risk, by a user',
    path: at('/risk/clear'),
    body: '{"reason":"I am fine"}',
    status: 403,
    code: 'forbidden',
  },
  { what: 'the review queue, by a user', path: '/v1/review', method: 'GET', status: 403, code: 'forbidden' },
  {
    what: 'a kind of risk that there is not',
    path: at('/risk/flag'),
    as: 'op',
    body: '{"kind":"boredom"}',
    status: 400,
    code: 'invalid-request',
  },
  {
    what: 'clearing risk where there is none',
    path: at('/risk/clear'),
    as: 'op',
    body: '{"reason":"-"}',
    status: 409,
    code: 'risk-not-flagged',
  },
  {
    what: "going on from another's conversation",
    path: '/v1/conversations',
    as: 'bob',
    body: '{"continuedFrom":":c"}',
    status: 404,
    code: 'not-opened',
  },
  {
    what: 'choosing a policy',
    path: '/v1/conversations',
    body: '{"policy":{"redirections":1}}',
    status: 400,
    code: 'invalid-request',
  },
  {
    what: 'choosing an owner',
    path: '/v1/conversations',
    body: '{"owner":"bob"}',
    status: 400,
    code: 'invalid-request',
  },
  {
    what: 'an edit of a message that is not there',
    path: messages.replace('messages', 'fork'),
    body: '{"messageId":"m","content":"a"}',
    status: 404,
    code: 'unknown-message',
  },
  {
    what: 'a retry of nothing',
    path: messages.replace('messages', 'retry'),
    body: '{"messageId":"m"}',
    status: 404,
    code: 'unknown-message',
  },
  {
    what: 'an answer where nothing was said',
    path: messages.replace('messages', 'answer'),
    body: '',
    status: 404,
    code: 'unknown-message',
  },
  { what: 'another name in Host', headers: { host: 'evil.example' }, status: 421, code: 'misdirected-host' },
  { what: "another site's page", headers: { origin: 'https://evil.example' }, status: 403, code: 'foreign-origin' },
  { what: 'a page without an origin', headers: { origin: 'null' }, status: 403, code: 'foreign-origin' },
]
