/** Several processes serve one conversation on one SQLite file: whatever comes of their races, the log is one that `replay` accepts. */
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import { expect, onTestFinished, test } from 'vitest'
import { createConversations } from '../../src/conversations.js'
import { orThrow } from '../../src/or-throw.js'
import { openSqliteStore } from '../../src/stores/sqlite/index.js'
import { runColloquy, temporaryFolder } from '../cli/run-colloquy.js'

const script = fileURLToPath(new URL('racing-process.mjs', import.meta.url))
const processes = 3
const rounds = Number(process.env.COLLOQUY_ROUNDS ?? 12)

/** A process that says when it is ready, begins when told, and is heard to its end. */
function racer(...args: readonly string[]) {
  const child = spawn(process.execPath, [script, ...args])
  onTestFinished(() => void child.kill('SIGKILL'))
  const lines: string[] = []
  let complaint = ''
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    complaint += text
  })
  const reader = createInterface(child.stdout)
  reader.on('line', (line) => lines.push(line))
  const ready = once(reader, 'line')
  const over = once(child, 'close')
  return { ready, go: () => child.stdin.write('go\n'), over, lines, complaint: () => complaint }
}

test('Messages, assessments, ends, forks and retries that race from several processes leave a log that replay accepts.', async () => {
  const folder = await temporaryFolder()
  const path = join(folder, 'chat.db')
  const conversations = createConversations({ store: orThrow(await openSqliteStore({ path })) })
  const { conversationId, threadId } = orThrow(await conversations.open({ owner: 'ada' }))
  const racers = Array.from({ length: processes }, (_, n) =>
    racer(path, `p${n}`, conversationId, threadId, String(n + 1), String(rounds)),
  )
  await Promise.all(racers.map(({ ready }) => ready))
  for (const { go } of racers) go()
  await Promise.all(racers.map(({ over }) => over))
  expect(racers.map(({ complaint }) => complaint())).toEqual(racers.map(() => ''))
  expect(racers.map(({ lines }) => lines.at(-1))).toEqual(racers.map(() => 'done'))
  const answers = racers
    .flatMap(({ lines }) => lines.filter((line) => line.startsWith('[')))
    .map((line) => JSON.parse(line))
  expect(answers).toHaveLength(processes * rounds * 2)
  // Every order was carried out or refused by a rule; none met a failure.
  expect(answers.filter(([, , answer]) => typeof answer === 'number' && answer >= 500)).toEqual([])
  const events = orThrow(await conversations.events({ conversationId }))
  await conversations.close()
  expect(new Set(events.map(({ type }) => type))).toContain('thread.forked')
  const log = join(folder, 'log.jsonl')
  await writeFile(log, events.map((event) => `${JSON.stringify(event)}\n`).join(''))
  const replayed = await runColloquy('replay', log, '--json')
  expect([replayed.exitCode, replayed.stderr]).toEqual([0, ''])
  expect(JSON.parse(replayed.stdout)).toMatchObject({ rejected: null, version: events.length })
  expect((await runColloquy('audit', path)).exitCode).toBe(0)
})
