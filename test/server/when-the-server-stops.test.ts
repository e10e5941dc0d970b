/** Closing: what was taken in is finished, nothing more is taken, and what was said is kept. */
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { expect, onTestFinished, test } from 'vitest'
import { runColloquy, runColloquyIn, temporaryFolder } from '../cli/run-colloquy.js'
import { logOf, typesOf } from '../conversations/door.js'
import { allOf, eventsOf, openedBy, patientModel, served, wordsOf } from './served.js'

const main = fileURLToPath(new URL('../../dist/cli/main.js', import.meta.url))

test('An answer under way is finished and sent whole before the server closes.', async () => {
  const patient = patientModel()
  const client = await served({ model: { name: '-', isDemo: true, model: patient.model } })
  const { thread } = await openedBy(client)
  const response = await client.post(`${thread}/messages`, { body: { content: 'Hello' } })
  patient.say('Good ')
  const closing = client.close()
  patient.say('day.')
  patient.finish()
  const heard = await allOf(response)
  await closing
  expect([wordsOf(heard), heard.at(-1)?.event]).toEqual(['Good day.', 'done'])
  await expect(client.get('/v1/about')).rejects.toThrow()
})

test('An answer that takes too long is broken off, and what was said until then is kept.', async () => {
  const patient = patientModel()
  const model = { name: '-', isDemo: true, model: patient.model }
  const client = await served({ model, limits: { closeTimeoutMs: 50 } })
  const { thread, conversationId } = await openedBy(client)
  const response = await client.post(`${thread}/messages`, { body: { content: 'Hello' } })
  const events = eventsOf(response)
  await events.next()
  patient.say('Good ')
  await events.next()
  await client.close()
  expect(typesOf(await logOf(client, conversationId)).at(-1)).toBe('message.sent')
})

test('A subscription ends when the server closes.', async () => {
  const client = await served()
  const { path } = await openedBy(client)
  const response = await client.get(`${path}/stream`)
  const events = eventsOf(response)
  expect((await events.next()).value?.event).toBe('conversation.opened')
  await client.close()
  expect((await events.next()).done).toBe(true)
})

/** The command line's server in a process of its own, once it listens. */
async function serving(...args: readonly string[]) {
  const child = spawn(process.execPath, [main, 'serve', '--port', '0', ...args])
  onTestFinished(() => void child.kill('SIGKILL'))
  let told = ''
  child.stdout.setEncoding('utf8')
  while (!told.includes('page')) told += String((await once(child.stdout, 'data'))[0])
  const [, url] = /serves (\S+)/.exec(told) ?? []
  const [, user] = /user +(\S+)/.exec(told) ?? []
  return {
    child,
    told,
    url: String(url),
    headers: { authorization: `Bearer ${user}`, 'content-type': 'application/json' },
  }
}

test('SIGTERM finishes the answer that is under way, and the log has it.', async () => {
  const path = join(await temporaryFolder(), 'chat.db')
  const { child, told, url, headers } = await serving('--db', path)
  expect(told).toContain('demo script (no language model)')
  const opened = await (await fetch(`${url}/v1/conversations`, { method: 'POST', headers })).json()
  const { conversationId, threadId } = opened as { conversationId: string; threadId: string }
  const response = await fetch(`${url}/v1/conversations/${conversationId}/threads/${threadId}/messages`, {
    method: 'POST',
    headers,
    body: '{"content":"Hello"}',
  })
  const over = once(child, 'close')
  child.kill('SIGTERM')
  const heard = await allOf(response)
  expect(await over).toEqual([0, null])
  expect([heard.at(-1)?.event, wordsOf(heard)]).toMatchObject(['done', expect.stringContaining('You said: Hello')])
  const shown = await runColloquy('show', path, conversationId)
  expect(shown.stdout).toContain('You said: Hello')
})

test('Elsewhere than on loopback it serves only with tokens that it is told.', async () => {
  const folder = await temporaryFolder()
  const path = join(folder, 'chat.db')
  const refused = await runColloquy('serve', '--db', path, '--host', '0.0.0.0', '--port', '0')
  expect([refused.exitCode, refused.stderr]).toMatchObject([2, expect.stringContaining('--tokens')])
  const tokens = join(folder, 'tokens.json')
  for (const text of [
    '{',
    '{}',
    '{"short":{"owner":"a","role":"user"}}',
    '{"a-token-long-enough":{"owner":"a","role":"root"}}',
  ]) {
    await writeFile(tokens, text)
    const wrong = await runColloquy('serve', '--db', path, '--port', '0', '--tokens', tokens)
    expect([wrong.exitCode, wrong.stderr.trimEnd().split('\n').length]).toEqual([2, 1])
    expect(wrong.stderr).not.toContain('a-token')
  }
})

test('What cannot be served is told in one line.', async () => {
  const path = join(await temporaryFolder(), 'chat.db')
  const told = [
    await runColloquy('serve', '--db', path, '--port', '70000'),
    await runColloquy('serve', '--db', '/nowhere/chat.db', '--port', '0'),
    await runColloquyIn({ env: { COLLOQUY_TOKENS: 'junk' } }, 'serve', '--db', path, '--port', '0'),
    await runColloquy('serve', '--db', path, '--host', 'no such host', '--port', '0', '--tokens', path),
  ]
  for (const { exitCode, stderr } of told) {
    expect([exitCode, stderr.trimEnd().split('\n').length]).toEqual([2, 1])
    expect(stderr).not.toContain('    at ')
  }
})
