/** `npm start`: installs what is missing, builds, and plays the demo; arguments go on to it (`npm start -- --once`). */
import { build, install, runNode } from './prepare.mjs'

install()
build()
process.exitCode = runNode('dist/cli/main.js', 'demo', ...process.argv.slice(2))
