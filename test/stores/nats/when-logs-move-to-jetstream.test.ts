/** A whole log into JetStream and back: the same to the letter, by the library and by the command line. */
import { expect, onTestFinished, test } from 'vitest'
import { runColloquy, runColloquyIn } from '../../cli/run-colloquy.js'
import { contentsOf, exported, filled, logs, restored } from '../../log/moving.js'
import { dropStore, newName, onBare, openNamed, replicas, serverUrls, streamsOf } from './servers.js'

function nameForTest(): string {
  const name = newName()
  onTestFinished(() => dropStore(name))
  return name
}

const urlOf = (name: string): string => `${serverUrls().join(',')}?name=${name}&replicas=${replicas()}`

test('From memory to JetStream and back nothing is changed, and the exports are the same.', async () => {
  const source = await filled()
  const lines = await exported(source)
  const there = await openNamed(nameForTest())
  expect((await restored(lines, there)).findings).toEqual([])
  expect(await contentsOf(there)).toEqual(await contentsOf(source))
  expect(await exported(there)).toEqual(lines)
  expect((await restored(lines, there)).totals).toMatchObject({ added: 0, known: logs.length })
  await there.close()
})

test('On the command line a log goes into JetStream and another comes out of it; audit and ls read it there.', async () => {
  const lines = (await exported(await filled())).map((line) => `${line}\n`).join('')
  const url = urlOf(nameForTest())
  expect(await runColloquyIn({ stdin: lines }, 'restore', '-', '--db', url)).toMatchObject({ exitCode: 0 })
  expect((await runColloquy('export', url)).stdout).toBe(lines)
  expect(await runColloquy('audit', url)).toMatchObject({
    exitCode: 0,
    stdout: expect.stringContaining('no divergence'),
  })
  expect((await runColloquy('ls', url, '--json')).stdout.split('\n')).toHaveLength(logs.length + 1)
})

test('A store that is not there is told, and not created; no password is in what is told.', async () => {
  const name = newName()
  const { exitCode, stderr } = await runColloquy('ls', urlOf(name))
  expect(exitCode).toBe(2)
  expect(stderr).toContain('there is no stream')
  expect(stderr).not.toContain(new URL(serverUrls()[0] ?? '').password)
  const there = await onBare(async (manager) => {
    const names: string[] = []
    for await (const stream of manager.streams.list()) names.push(stream.config.name)
    return names
  })
  expect(there.filter((stream) => streamsOf(name).includes(stream))).toEqual([])
})
