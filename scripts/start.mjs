/**
 * `npm start`: installs what is missing, builds, plays the demo, and serves the chat page and the inspector on it until
 * interrupted; arguments go on to it (`npm start -- --once` leaves after playing).
 */
import { build, install, runNode } from './prepare.mjs'

install()
build()
// Ctrl-C reaches the demo as well, which ends by itself and cleanly; its exit code is ours.
process.on('SIGINT', () => {})
process.exitCode = runNode('dist/cli/main.js', 'demo', ...process.argv.slice(2))
