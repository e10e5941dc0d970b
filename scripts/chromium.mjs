/**
 * Brings Chromium, for build servers: asks Debian's packages for it where it is missing. Does nothing where it is here. Exit
 * code 1, and one line why, if it could not be brought.
 */
import { aptInstall } from './services/apt.mjs'
import { chromiumPath } from './services/programs.mjs'

// The second has the widths of Helvetica, by which the chart is laid out.
const packages = ['chromium', 'fonts-liberation']

if (!chromiumPath() && !(aptInstall(...packages) && chromiumPath())) {
  process.stderr.write(`${packages.join(', ')} could not be installed; the tests need them on a build server\n`)
  process.exit(1)
}
