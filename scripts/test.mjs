/**
 * `npm test`: installs what is missing, builds, and checks everything; arguments go on to the test runner
 * (`npm test -- test/cli`). Stops at the first check that fails, with its exit code. Last, it says which suites it left
 * out because their server or program is not here; with COLLOQUY_LEAVE_OUT=nothing in the environment, that is a failure.
 */
import { build, install, runNode } from './prepare.mjs'
import { leftOut } from './services/found.mjs'

const checks = [
  ['lint', 'node_modules/@biomejs/biome/bin/biome', 'check', '--error-on-warnings', '.'],
  ['types of the tests', 'node_modules/typescript/bin/tsc', '-p', 'test/tsconfig.json'],
  ['types of the pages', 'node_modules/typescript/bin/tsc', '-p', 'tsconfig.pages.json'],
  ['tests', 'node_modules/vitest/vitest.mjs', 'run', ...process.argv.slice(2)],
]

install()
build()
for (const [name, script, ...args] of checks) {
  const exitCode = runNode(script, ...args)
  if (exitCode === 0) continue
  process.stderr.write(`stopped: ${name} failed\n`)
  process.exit(exitCode)
}

const missing = leftOut()
for (const { name, tests, remedy } of missing) {
  process.stderr.write(`left out: ${tests}, for no ${name} is here; ${remedy}\n`)
}
if (missing.length > 0 && process.env.COLLOQUY_LEAVE_OUT === 'nothing') process.exit(1)
