/**
 * Both providers on one loopback port, for the examples: the model does as it is asked to, and ends as soon as it is offered to;
 * the judges go by one word. Requests that the real ones would refuse are refused.
 */
import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { defaultMapping } from '../../src/assess/mapping.js'
import type { Said } from '../../src/llm/said.js'
import { anthropic } from '../llm/providers/anthropic.js'
import { chat } from '../llm/providers/chat.js'
import type { Body, Provider } from '../llm/providers/loopback.js'
import { responses } from '../llm/providers/responses.js'
import { endsFor, marks, says, warned } from '../llm/scripted-model.js'

const wires: ReadonlyMap<string, Provider> = new Map([
  ['/v1/messages', anthropic],
  ['/responses', responses],
  ['/chat/completions', chat],
])

/** What a model says that does as it is told to. */
function sayingsFor(provider: Provider, body: Body): readonly Said[] {
  if (provider.toolsIn(body).includes('end_conversation')) return [says('I end this here.'), endsFor('persistent-harm')]
  const [, purpose] =
    /"enum":\["(redirection|warning|support|confirmation)"\]/.exec(JSON.stringify(body.tools ?? [])) ?? []
  if (purpose === undefined) return [says('With pleasure.')]
  return [says(`This is a ${purpose}.`), marks(purpose, purpose === 'warning' ? warned : {})]
}

const isHarmful = (words: unknown) => JSON.stringify(words).includes('harm')

function judged(body: Body): object {
  const [message] = body.messages as readonly { readonly content: string }[]
  const { message: said } = JSON.parse(/>(\{.*\})</s.exec(message?.content ?? '')?.[1] ?? '{}')
  const input = { why: 'by one word', harm: isHarmful(said ?? '') ? 'harmful' : 'none', risk: 'none', confidence: 1 }
  const content = [{ type: 'tool_use', id: 'judged', name: 'report_assessment', input }]
  return { id: 'msg_1', type: 'message', role: 'assistant', stop_reason: 'tool_use', content }
}

function moderated({ input }: Body): object {
  const flags = Object.keys(defaultMapping.openAi).map((name) => [name, name === 'harassment' && isHarmful(input)])
  const categories = Object.fromEntries(flags)
  const scores = Object.fromEntries(flags.map(([name, isFound]) => [name, isFound ? 0.9 : 0.01]))
  return { id: 'modr_1', model: 'm', results: [{ flagged: isHarmful(input), categories, category_scores: scores }] }
}

export interface StandIn {
  readonly url: string
  readonly faults: readonly string[]
  close(): Promise<void>
}

export async function startStandIn(): Promise<StandIn> {
  const faults: string[] = []
  const server = createServer(async (request, response) => {
    let text = ''
    for await (const chunk of request) text += chunk
    const body: Body = JSON.parse(text)
    const path = request.url ?? ''
    const send = (status: number, answer: object) =>
      response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(answer))
    if (path === '/moderations') return send(200, moderated(body))
    if (path === '/v1/messages' && 'tool_choice' in body) return send(200, judged(body))
    const wire = wires.get(path)
    const fault = wire ? wire.faultIn({ path, body }) : `no such path: ${path}`
    if (!wire || fault !== undefined) {
      faults.push(fault ?? path)
      return send(400, { error: { type: 'invalid_request_error', message: fault } })
    }
    response.writeHead(200, { 'content-type': 'text/event-stream' })
    for (const frame of wire.frames({ said: sayingsFor(wire, body) })) response.write(frame)
    return response.end()
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const close = async () => {
    server.closeAllConnections()
    server.close()
    await once(server, 'close')
  }
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, faults, close }
}
