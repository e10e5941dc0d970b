/** A whole log from a file into PostgreSQL and back: the same to the letter, by the library and by the command line. */
import { expect, onTestFinished, test } from 'vitest'
import { orThrow } from '../../../src/or-throw.js'
import { openMemoryStore } from '../../../src/stores/memory.js'
import { openSqliteStore } from '../../../src/stores/sqlite/index.js'
import { runColloquy, runColloquyIn } from '../../cli/run-colloquy.js'
import { contentsOf, exported, filled, logs, restored } from '../../log/moving.js'
import { newPath } from '../sqlite-files.js'
import { dropSchema, newSchema, onBare, openIn, serverUrl } from './server.js'

function schemaForTest(): string {
  const schema = newSchema()
  onTestFinished(() => dropSchema(schema))
  return schema
}

const urlOf = (schema: string): string => `${serverUrl()}?schema=${schema}`

test('From memory to PostgreSQL and back nothing is changed, and the exports are the same.', async () => {
  const source = await filled()
  const lines = await exported(source)
  const there = await openIn(schemaForTest())
  expect((await restored(lines, there)).findings).toEqual([])
  expect(await contentsOf(there)).toEqual(await contentsOf(source))
  const back = await exported(there)
  expect(back).toEqual(lines)
  expect((await restored(back, openMemoryStore())).findings).toEqual([])
  expect((await restored(lines, there)).totals).toMatchObject({ added: 0, known: logs.length })
  await there.close()
})

test('On the command line a file goes into PostgreSQL and another comes out of it; audit, ls and show read it there.', async () => {
  const path = newPath()
  await (await filled(orThrow(await openSqliteStore({ path })))).close()
  const url = urlOf(schemaForTest())
  const out = await runColloquy('export', path)
  expect(await runColloquyIn({ stdin: out.stdout }, 'restore', '-', '--db', url)).toMatchObject({ exitCode: 0 })
  expect((await runColloquy('export', url)).stdout).toBe(out.stdout)
  expect(await runColloquy('audit', url)).toMatchObject({
    exitCode: 0,
    stdout: expect.stringContaining('no divergence'),
  })
  expect((await runColloquy('ls', url, '--json')).stdout.split('\n')).toHaveLength(logs.length + 1)
  expect((await runColloquy('show', url, 'forked')).exitCode).toBe(0)
  const retained = await runColloquy('retain', url, '--older-than', '1h', '--apply', '--json')
  expect(JSON.parse(retained.stdout)).toMatchObject({ applied: true, unreadable: 0 })
})

test('A schema that is not there is told, and not created.', async () => {
  const schema = newSchema()
  const { exitCode, stderr } = await runColloquy('ls', urlOf(schema))
  expect(exitCode).toBe(2)
  expect(stderr).toContain(`there is no store in the schema "${schema}"`)
  const asked = { text: 'SELECT FROM pg_namespace WHERE nspname = $1', values: [schema] }
  expect(await onBare('public', (client) => client.query(asked))).toMatchObject({ rowCount: 0 })
})

test('A wrong password is not in what is told.', async () => {
  const url = new URL(urlOf('colloquy'))
  url.password = 'not the % password'
  const { exitCode, stderr } = await runColloquy('audit', url.href)
  expect(exitCode).toBe(2)
  expect(stderr).toMatch(/^colloquy: cannot read "postgres:[^\n]+\n$/)
  expect(stderr).not.toMatch(/not the|not%20the/)
})
