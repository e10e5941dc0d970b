/**
 * Brings Spin and the C compiler that it needs, for build servers: asks Debian's packages for them where they are
 * missing. Does nothing where they are here. Exit code 1, and one line why, if they could not be brought.
 */
import { spawnSync } from 'node:child_process'
import { aptInstall } from './services/apt.mjs'

const packages = ['spin', 'gcc', 'libc6-dev']

const runs = (program, ...args) => spawnSync(program, args, { stdio: 'ignore' }).status === 0
const compiles = () => runs('gcc', '-fsyntax-only', '-x', 'c', '-include', 'stdio.h', '/dev/null')
const isHere = () => runs('spin', '-V') && compiles()

if (!isHere() && !(aptInstall(...packages) && isHere())) {
  process.stderr.write(`${packages.join(', ')} could not be installed; the tests need them on a build server\n`)
  process.exit(1)
}
