/** Programs that some tests need, and where they are. It installs nothing. */
import { spawnSync } from 'node:child_process'
import { existsSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

const timeLimitMs = 10_000
const runs = (program, ...args) => spawnSync(program, args, { stdio: 'ignore', timeout: timeLimitMs }).status === 0

/** Whether strace is here and may trace: where it may not, it is as good as missing. */
const hasStrace = () => runs('strace', '-q', '-o', '/dev/null', '-e', 'trace=none', 'true')

const libraries = '/usr/lib'

/** The library that lets a process have another time, or `undefined`. */
export function libfaketime() {
  if (!existsSync(libraries)) return undefined
  const folders = [libraries, ...readdirSync(libraries).map((name) => join(libraries, name))]
  return folders.map((folder) => join(folder, 'faketime', 'libfaketime.so.1')).find((path) => existsSync(path))
}

/** Where Debian puts Chromium, unless COLLOQUY_CHROMIUM names another; `undefined` if none is there. */
export const chromiumPath = () =>
  [process.env.COLLOQUY_CHROMIUM ?? '/usr/bin/chromium'].find((path) => existsSync(path))

/** The folder of readers of the chart's exports that are packages: few need them, so they are installed apart. */
export const readersFolder = '.colloquy/readers'

/** Those packages. */
export const readerPackages = ['mermaid@11.17.0', '@scion-scxml/scxml@4.3.27']

/** Where a reader's package is installed, or `undefined`. */
export function readerPath(name) {
  const path = fileURLToPath(new URL(`../../${readersFolder}/node_modules/${name}`, import.meta.url))
  return existsSync(join(path, 'package.json')) ? path : undefined
}

const byFaults = '`node scripts/fault-programs.mjs` brings it'
const byReaders = '`node scripts/chart-readers.mjs` brings it'

/** What the fault suite needs. */
export const faultPrograms = () => [
  { name: 'strace', tests: 'test/faults/strace', isHere: hasStrace(), remedy: byFaults },
  { name: 'faketime', tests: 'test/faults/faketime', isHere: libfaketime() !== undefined, remedy: byFaults },
]

/** What reads the chart's exports. */
export const chartReaders = () => [
  { name: 'Graphviz', tests: 'test/cli/graphviz', isHere: runs('dot', '-V'), remedy: byReaders },
  {
    name: 'SCION',
    tests: 'test/cli/scion',
    isHere: readerPath('@scion-scxml/scxml') !== undefined,
    remedy: byReaders,
  },
  {
    name: 'Mermaid, or no Chromium,',
    tests: 'test/cli/mermaid',
    isHere: chromiumPath() !== undefined && readerPath('mermaid') !== undefined,
    remedy: byReaders,
  },
]

/** A browser, for what is seen. */
export const browsers = () =>
  ['test/pages', 'test/server/inspector/pages'].map((tests) => ({
    name: 'Chromium',
    tests,
    isHere: chromiumPath() !== undefined,
    remedy: '`node scripts/chromium.mjs` brings it',
  }))

/** Every program: its name, the tests that need it, whether it is here, and how to come by it. */
export const programs = () => [...faultPrograms(), ...chartReaders(), ...browsers()]
