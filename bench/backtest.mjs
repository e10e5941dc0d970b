/**
 * `colloquy backtest` over a million messages of assessed JSON Lines, a policy and its neighbours, against JSON.parse of
 * the same lines on one core. The aim is a minute; COLLOQUY_BENCH_MESSAGES sets another size.
 */
import { execFileSync } from 'node:child_process'
import { closeSync, createReadStream, mkdtempSync, openSync, rmSync, writeSync } from 'node:fs'
import { availableParallelism, tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import { compare, report } from './measure.mjs'

const count = Number(process.env.COLLOQUY_BENCH_MESSAGES ?? 1_000_000)
const perConversation = 20
const main = fileURLToPath(new URL('../dist/cli/main.js', import.meta.url))
const folder = mkdtempSync(join(tmpdir(), 'colloquy-bench-'))
const file = join(folder, 'assessed.jsonl')

/** One in ten conversations has a user who is mostly harmful; the others hardly ever are. The same at every run. */
function writeMessages() {
  let seed = 1
  const chance = () => {
    seed = (Math.imul(seed, 1_664_525) + 1_013_904_223) >>> 0
    return seed / 2 ** 32
  }
  const out = openSync(file, 'wx')
  let text = ''
  let heat = 0
  for (let place = 0; place < count; place++) {
    const at = place % perConversation
    if (at === 0) heat = chance() < 0.1 ? 0.8 : 0.02
    const line = { conversationId: `conversation-${(place - at) / perConversation}`, messageId: `m${at}` }
    const score = Number((chance() < heat ? 0.5 + chance() / 2 : chance() / 2).toFixed(4))
    const said = at % 2 === 0 ? { role: 'user', scores: { toxicity: score, insult: 0.01 } } : { role: 'assistant' }
    text += `${JSON.stringify({ ...line, ...said })}\n`
    if (text.length < 1 << 20 && place < count - 1) continue
    writeSync(out, text)
    text = ''
  }
  closeSync(out)
}

const args = ['backtest', file, '--format', 'assessed', '--harm-label', 'toxicity:0.5', '--json']
let ended = 0
function contestant() {
  const said = JSON.parse(execFileSync(process.execPath, [main, ...args], { encoding: 'utf8', maxBuffer: 1 << 28 }))
  if (said.source.messages !== count) throw new Error(`${said.source.messages} messages were read of ${count}`)
  ended = said.policies[0].ended.count
}
async function baseline() {
  let parsed = 0
  for await (const line of createInterface({ input: createReadStream(file) })) if (JSON.parse(line)) parsed += 1
  if (parsed !== count) throw new Error(`${parsed} lines were parsed of ${count}`)
}

try {
  writeMessages()
  const result = await compare({ contestant, baseline, rounds: 3 })
  report({ what: `backtest of ${count} messages`, against: 'JSON.parse of the same lines', count, result })
  const conversations = Math.ceil(count / perConversation)
  const seconds = `${result.ours.toFixed(1)} s of an aim of ${(count * 6e-5).toFixed(0)}`
  console.log(`${seconds}, on ${availableParallelism()} cores; ${ended} of ${conversations} conversations ended`)
} finally {
  rmSync(folder, { recursive: true, force: true })
}
