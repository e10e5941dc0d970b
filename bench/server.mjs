/**
 * 200 conversations that stream at once over HTTP, against the same 200 by `answer()` in the server's own process: how late each
 * piece comes after the model said it, and how long a conversation takes. COLLOQUY_STREAMS makes it more or fewer.
 */
import { fork } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

const streams = Number(process.env.COLLOQUY_STREAMS ?? 200)
const [pieces, pieceMs, rounds] = [40, 25, 5]
const folder = mkdtempSync(join(tmpdir(), 'colloquy-bench-'))
const args = [join(folder, 'chat.db'), streams, pieces, pieceMs].map(String)
const child = fork(fileURLToPath(new URL('server-process.mjs', import.meta.url)), args)
const [{ url }] = await once(child, 'message')

/** The pieces of a stream, as they come. */
async function* textsOf(response) {
  const decoder = new TextDecoder()
  let rest = ''
  for await (const bytes of response.body) {
    rest += decoder.decode(bytes, { stream: true })
    const blocks = rest.split('\n\n')
    rest = blocks.pop()
    for (const block of blocks) {
      if (block.includes('event: failed')) throw new Error(block)
      if (block.startsWith('event: text')) yield JSON.parse(block.slice(block.indexOf('data: ') + 6)).text
    }
  }
}

async function post(path, owner, body) {
  const response = await fetch(`${url}${path}`, {
    method: 'POST',
    headers: { authorization: `Bearer token-of-the-owner-${owner}`, 'content-type': 'application/json' },
    body: JSON.stringify(body),
  })
  if (!response.ok) throw new Error(`${response.status}: ${await response.text()}`)
  return response
}

async function opened(owner) {
  const { conversationId, threadId } = await (await post('/v1/conversations', owner, {})).json()
  return { owner, path: `/v1/conversations/${conversationId}/threads/${threadId}/messages` }
}

/** From the user's message to the last word of the answer. */
async function overHttp({ owner, path }) {
  const begun = process.hrtime.bigint()
  const late = []
  for await (const text of textsOf(await post(path, owner, { content: 'Hello' }))) {
    late.push(Number(process.hrtime.bigint() - BigInt(text.trim())) / 1e6)
  }
  if (late.length !== pieces) throw new Error(`${late.length} pieces came of ${pieces}`)
  return { late, took: Number(process.hrtime.bigint() - begun) / 1e6 }
}

let errors = 0
async function allOverHttp() {
  const places = await Promise.all(Array.from({ length: streams }, (_, owner) => opened(owner)))
  const ran = await Promise.allSettled(places.map(overHttp))
  for (const { reason } of ran.filter(({ status }) => status === 'rejected')) {
    if (errors++ === 0) console.log(`the first error: ${reason}`)
  }
  return ran.flatMap(({ value }) => value ?? [])
}

async function allDirect() {
  child.send('run')
  const [{ ran }] = await once(child, 'message')
  return ran
}

const at = (values, share) => values[Math.min(values.length - 1, Math.floor(values.length * share))]
const inOrder = (values) => [...values].sort((a, b) => a - b)
const median = (values) => at(inOrder(values), 0.5)

/** A round's figures, in milliseconds. */
function figuresOf(ran) {
  const late = inOrder(ran.flatMap((one) => one.late))
  const took = inOrder(ran.map((one) => one.took))
  return { late50: at(late, 0.5), late99: at(late, 0.99), took50: at(took, 0.5), took99: at(took, 0.99) }
}

await allDirect()
await allOverHttp()
const [http, direct] = [[], []]
for (let round = 0; round < rounds; round++) {
  const first = round % 2 === 0
  if (first) http.push(figuresOf(await allOverHttp()))
  direct.push(figuresOf(await allDirect()))
  if (!first) http.push(figuresOf(await allOverHttp()))
}
const over = once(child, 'exit')
child.disconnect()
await over
rmSync(folder, { recursive: true })

const of = (figures, name) => median(figures.map((one) => one[name]))
const ms = (value) => `${value.toFixed(1)} ms`
console.log(
  `${streams} conversations streaming at once, ${pieces} pieces each, ${pieceMs} ms apart, ${rounds} rounds and one before: ${errors} errors`,
)
const what = {
  late50: 'a piece after the model said it, median',
  late99: 'the same, 99th percentile',
  took50: 'from a message to the end of its answer, median',
  took99: 'the same, 99th percentile',
}
for (const [name, words] of Object.entries(what)) {
  const [ours, theirs] = [of(http, name), of(direct, name)]
  // Without a server a piece is handed on within microseconds: there is nothing to be a multiple of.
  const ratio = median(http.map((one, round) => one[name] / direct[round][name]))
  const times = name.startsWith('took') ? `, ${ratio.toFixed(2)} times` : ''
  console.log(`${words}: ${ms(ours)} over HTTP, ${ms(theirs)} by answer() alone; adds ${ms(ours - theirs)}${times}`)
}
if (errors > 0) process.exitCode = 1
