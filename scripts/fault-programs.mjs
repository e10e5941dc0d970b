/**
 * Brings the programs that the fault suite needs, strace and faketime, for build servers: asks Debian's packages for them
 * where they are missing. Does nothing where they are here. Exit code 1, and one line why, if they could not be brought.
 */
import { aptInstall } from './services/apt.mjs'
import { faultPrograms } from './services/programs.mjs'

const missing = () =>
  faultPrograms()
    .filter(({ isHere }) => !isHere)
    .map(({ name }) => name)

const wanted = missing()
if (wanted.length > 0 && !(aptInstall(...wanted) && missing().length === 0)) {
  process.stderr.write(`${wanted.join(', ')} could not be brought; the fault suite needs them on a build server\n`)
  process.exit(1)
}
