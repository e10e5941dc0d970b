/**
 * `npm test`: installs what is missing, builds, and checks everything; arguments go on to the test runner
 * (`npm test -- test/cli`). Stops at the first check that fails, with its exit code. Last, it says which suites it left
 * out because their server is not here; with COLLOQUY_LEAVE_OUT=nothing in the environment, that is a failure.
 */
import { build, install, runNode } from './prepare.mjs'
import { services } from './services/found.mjs'

const checks = [
  ['lint', 'node_modules/@biomejs/biome/bin/biome', 'check', '--error-on-warnings', '.'],
  ['types of the tests', 'node_modules/typescript/bin/tsc', '-p', 'test/tsconfig.json'],
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

const leftOut = services().filter(({ url }) => url === undefined)
for (const { name, tests, variable } of leftOut) {
  process.stderr.write(
    `left out: ${tests}, for no ${name} is here; \`npm run services\` starts one, or set ${variable}\n`,
  )
}
if (leftOut.length > 0 && process.env.COLLOQUY_LEAVE_OUT === 'nothing') process.exit(1)
