/** Installs from Debian's packages what is missing, for build servers. */
import { spawnSync } from 'node:child_process'

const timeLimitMs = 300_000
const lockWaitSeconds = 120

/** As root, or through sudo where that asks for no password. */
function apt(...args) {
  const asRoot = process.getuid?.() === 0 ? [] : ['sudo', '-n']
  const [program, ...rest] = [...asRoot, 'apt-get', '-q', '-o', `DPkg::Lock::Timeout=${lockWaitSeconds}`, ...args]
  const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' }
  return spawnSync(program, rest, { stdio: ['ignore', 2, 2], timeout: timeLimitMs, env }).status === 0
}

/** Whether these packages are installed now. */
export function aptInstall(...packages) {
  return apt('update') && apt('install', '-y', '--no-install-recommends', ...packages)
}
