/** The package as others get it: packed, installed into an empty project, and used by plain Node. */
import { execFile } from 'node:child_process'
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'

const run = promisify(execFile)
const root = fileURLToPath(new URL('../..', import.meta.url))
const recorder = fileURLToPath(new URL('record-loaded-modules.mjs', import.meta.url))

/** npm under whatever name; through a shell where it is a script that only a shell can run. */
function npm(cwd: string, ...args: readonly string[]) {
  const name = process.platform === 'win32' ? 'npm.cmd' : 'npm'
  return run(name, [...args], { cwd, shell: process.platform === 'win32' })
}

let project = ''

/** What plain Node prints when it runs this text as a module in the project. */
async function runModule(text: string, ...flags: readonly string[]): Promise<string> {
  const file = join(project, 'main.mjs')
  await writeFile(file, text)
  const loaded = join(project, 'loaded.txt')
  await writeFile(loaded, '')
  const { stdout } = await run(process.execPath, [...flags, file], {
    cwd: project,
    env: { ...process.env, LOADED: loaded },
  })
  return stdout
}

beforeAll(async () => {
  project = await mkdtemp(join(tmpdir(), 'colloquy-installed-'))
  // `npm test` has built; packing must not build anew under the feet of other tests.
  const packed = await npm(root, 'pack', '--ignore-scripts', '--json', '--pack-destination', project)
  const [{ filename }] = JSON.parse(packed.stdout) as [{ filename: string }]
  await writeFile(join(project, 'package.json'), JSON.stringify({ name: 'empty', private: true, type: 'module' }))
  await npm(project, 'install', '--prefer-offline', '--no-audit', '--no-fund', join(project, filename))
})

afterAll(() => rm(project, { recursive: true, force: true }))

const exportsOf = async (folder: string): Promise<readonly string[]> => {
  const { exports } = JSON.parse(await readFile(join(folder, 'package.json'), 'utf8')) as { exports: object }
  return Object.keys(exports).filter((entry) => !entry.endsWith('.json'))
}
/** Entries that adapt one package to ours, and the package. */
const adapters: { readonly [entry: string]: string } = { './telemetry': '@opentelemetry/api' }
const nameOf = (entry: string): string => entry.replace(/^\./, 'colloquy')

describe('installed from a tarball', () => {
  test('Every entry can be imported by plain Node, with no driver installed, and exports something.', async () => {
    const entries = await exportsOf(join(project, 'node_modules', 'colloquy'))
    expect(entries).toEqual(await exportsOf(root))
    for (const name of entries.filter((entry) => !(entry in adapters)).map(nameOf)) {
      const text = `import * as entry from '${name}'\nconsole.log(Object.keys(entry).length)`
      expect(Number(await runModule(text)), name).toBeGreaterThan(0)
    }
  })

  test('An entry that is nothing without its peer says which one is missing.', async () => {
    for (const [entry, peer] of Object.entries(adapters)) {
      const { stderr } = await runModule(`import '${nameOf(entry)}'`).then(
        () => ({ stderr: 'it was imported' }),
        (failure: { stderr: string }) => failure,
      )
      expect(stderr).toContain(`Cannot find package '${peer}'`)
    }
  })

  test('Every entry brings its types.', async () => {
    const { exports } = JSON.parse(await readFile(join(root, 'package.json'), 'utf8'))
    for (const entry of await exportsOf(root)) {
      const types = await readFile(join(project, 'node_modules', 'colloquy', exports[entry].types), 'utf8')
      expect(types, entry).toContain('export')
    }
  })

  test('The command line answers.', async () => {
    const { stdout } = await npm(project, 'exec', '--offline', '--', 'colloquy', '--help')
    expect(stdout).toContain('Usage: colloquy')
    for (const command of ['import', 'demo', 'replay', 'show', 'ls', 'audit', 'chart'])
      expect(stdout).toContain(command)
  })

  test('A conversation can be held with the main entry alone.', async () => {
    const text = `
      import { createConversations, openMemoryStore, orThrow } from 'colloquy'
      const conversations = createConversations({ store: openMemoryStore(), assess: () => ({ harm: 'none', risk: null }) })
      const { conversationId, threadId } = orThrow(await conversations.open())
      const turn = orThrow(await conversations.receive({ conversationId, threadId, content: 'Hello' }))
      console.log(turn.guidance.stance)`
    expect((await runModule(text)).trim()).toBe('engage')
  })
})

describe('what importing loads', () => {
  const record = async (text: string): Promise<readonly string[]> => {
    await runModule(text, '--import', recorder)
    return (await readFile(join(project, 'loaded.txt'), 'utf8')).trim().split('\n')
  }
  const isDriver = (address: string) => /node:sqlite|\/node_modules\/(@?libsql|better-sqlite3|pg|nats)\b/.test(address)
  const isForeign = (address: string) => address.startsWith('node:') || isDriver(address)

  test('The recorder hears of built-in modules and of packages, of both kinds.', async () => {
    const heard = await record(
      `import 'node:zlib'\nimport { createRequire } from 'node:module'\ncreateRequire(import.meta.url)('dns')`,
    )
    expect(heard).toEqual(expect.arrayContaining(['node:zlib', 'node:dns']))
  })

  test('The main entry loads no built-in module of Node and no database driver.', async () => {
    const heard = await record(`import 'colloquy'`)
    expect(heard.filter(isForeign)).toEqual([])
    expect(heard.some((address) => address.includes('/fp-ts/'))).toBe(true)
  })

  test('So does the entry of the machines.', async () => {
    expect((await record(`import 'colloquy/machines'`)).filter(isForeign)).toEqual([])
  })

  test("The entry of assessors loads no provider's client, and no built-in module of Node; without them it reads answers.", async () => {
    const heard = await record(`
      import { assessmentOfLlamaGuard } from 'colloquy/assess'
      if (assessmentOfLlamaGuard('unsafe\\nS11').risk !== 'self-harm') throw new Error('the risk was not found')`)
    expect(
      heard.filter(
        (address) =>
          address.startsWith('node:') || /^openai|^@anthropic-ai|node_modules\/(openai|@anthropic-ai)\//.test(address),
      ),
    ).toEqual([])
    expect(heard.some((address) => address.endsWith('/assess/llama-guard.js'))).toBe(true)
  })

  test('The entries of providers load no SDK, and no built-in module of Node.', async () => {
    const isSdk = (address: string) => /(^|node_modules\/)(openai|@openai|@anthropic-ai|ai)\//.test(`${address}/`)
    for (const entry of ['colloquy/llm', 'colloquy/llm/anthropic', 'colloquy/llm/openai']) {
      const heard = await record(`import '${entry}'`)
      expect(heard.filter((address) => address.startsWith('node:') || isSdk(address))).toEqual([])
      expect(heard.some((address) => address.includes('/dist/llm/'))).toBe(true)
    }
  })

  test('The SQLite entry loads no driver before a store is opened.', async () => {
    expect((await record(`import 'colloquy/stores/sqlite'`)).filter(isDriver)).toEqual([])
  })
})
