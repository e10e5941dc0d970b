/**
 * Brings Spin and the C compiler that it needs, for build servers: asks Debian's packages for them where they are
 * missing. Does nothing where they are here. Exit code 1, and one line why, if they could not be brought.
 */
import { spawnSync } from 'node:child_process'

const packages = ['spin', 'gcc', 'libc6-dev']
const timeLimitMs = 300_000
const lockWaitSeconds = 120

const runs = (program, ...args) => spawnSync(program, args, { stdio: 'ignore' }).status === 0
const compiles = () => runs('gcc', '-fsyntax-only', '-x', 'c', '-include', 'stdio.h', '/dev/null')
const isHere = () => runs('spin', '-V') && compiles()

/** Installs as root, or through sudo where that asks for no password; answers whether it did. */
function apt(...args) {
  const asRoot = process.getuid?.() === 0 ? [] : ['sudo', '-n']
  const [program, ...rest] = [...asRoot, 'apt-get', '-q', '-o', `DPkg::Lock::Timeout=${lockWaitSeconds}`, ...args]
  const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' }
  const { status } = spawnSync(program, rest, { stdio: ['ignore', 2, 2], timeout: timeLimitMs, env })
  return status === 0
}

const brought = isHere() || (apt('update') && apt('install', '-y', '--no-install-recommends', ...packages) && isHere())
if (!brought) {
  process.stderr.write(`${packages.join(', ')} could not be installed; the tests need them on a build server\n`)
  process.exit(1)
}
