/** A server on the loopback that speaks the wire format of chat completions, for a real provider of the AI SDK; it says its script. */
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { Line, Script } from './scripted-model.js'

type Json = { readonly [field: string]: unknown }

const chunkOf = (delta: Json, finish_reason: string | null = null): string =>
  `data: ${JSON.stringify({ id: 'c', created: 1, model: 'm', choices: [{ index: 0, delta, finish_reason }] })}\n\n`

function* deltas(lines: readonly Line[]): Generator<Json> {
  yield { role: 'assistant' }
  let calls = 0
  for (const line of lines) {
    if (typeof line === 'string') {
      for (const word of line.split(/(?<= )/)) yield { content: word }
    } else {
      const call = { index: calls++, id: line.id, type: 'function' }
      const text = typeof line.input === 'string' ? line.input : JSON.stringify(line.input)
      yield { tool_calls: [{ ...call, function: { name: line.name, arguments: '' } }] }
      yield { tool_calls: [{ index: call.index, function: { arguments: text.slice(0, 5) } }] }
      yield { tool_calls: [{ index: call.index, function: { arguments: text.slice(5) } }] }
    }
  }
}

/** Listens until it is closed; `bodies` are the requests that came. */
export async function chatServer(script: Script) {
  const bodies: Json[] = []
  const server = createServer(async (request, response) => {
    const pieces: Buffer[] = []
    for await (const piece of request) pieces.push(piece)
    bodies.push(JSON.parse(Buffer.concat(pieces).toString('utf8')))
    const lines = script[bodies.length - 1]
    if (!lines)
      return void response.writeHead(400, { 'content-type': 'application/json' }).end('{"error":{"message":"no"}}')
    response.writeHead(200, { 'content-type': 'text/event-stream' })
    for (const delta of deltas(lines)) response.write(chunkOf(delta))
    const hasCalls = lines.some((line) => typeof line !== 'string')
    response.end(`${chunkOf({}, hasCalls ? 'tool_calls' : 'stop')}data: [DONE]\n\n`)
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const close = () => new Promise<void>((resolve) => server.close(() => resolve()))
  return { baseURL: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, bodies, close }
}
