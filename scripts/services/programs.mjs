/** Programs that some tests need, and where they are. It installs nothing. */
import { spawnSync } from 'node:child_process'
import { existsSync, readdirSync } from 'node:fs'
import { join } from 'node:path'

const timeLimitMs = 10_000

/** Whether strace is here and may trace: where it may not, it is as good as missing. */
function hasStrace() {
  const args = ['-q', '-o', '/dev/null', '-e', 'trace=none', 'true']
  return spawnSync('strace', args, { stdio: 'ignore', timeout: timeLimitMs }).status === 0
}

const libraries = '/usr/lib'

/** The library that lets a process have another time, or `undefined`. */
export function libfaketime() {
  if (!existsSync(libraries)) return undefined
  const folders = [libraries, ...readdirSync(libraries).map((name) => join(libraries, name))]
  return folders.map((folder) => join(folder, 'faketime', 'libfaketime.so.1')).find((path) => existsSync(path))
}

/** Every program: its name, the tests that need it, and whether it is here. */
export const programs = () => [
  { name: 'strace', tests: 'test/faults/strace', isHere: hasStrace() },
  { name: 'faketime', tests: 'test/faults/faketime', isHere: libfaketime() !== undefined },
]
