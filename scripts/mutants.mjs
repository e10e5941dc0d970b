/**
 * `npm run mutants`: Stryker changes the core's code in every small way and runs the tests on each change; what they do
 * not notice is listed, and the score printed. The better part of an hour; arguments go on to Stryker
 * (`npm run mutants -- --mutate 'src/lifecycle/*.ts'`). Stryker is installed apart, in `.colloquy/`, when it is first
 * asked for: nobody else needs its packages.
 */
import { existsSync, mkdirSync, writeFileSync } from 'node:fs'
import { build, inProject, install, installApart, runNode } from './prepare.mjs'

const folder = '.colloquy/mutants'
const version = '9.6.1'
const packages = ['core', 'vitest-runner'].map((name) => `@stryker-mutator/${name}@${version}`)

install()
build()
mkdirSync(inProject(folder), { recursive: true })
if (!existsSync(inProject(`${folder}/node_modules`))) {
  writeFileSync(inProject(`${folder}/package.json`), '{ "private": true }\n')
  installApart(folder, ...packages)
}
const stryker = `${folder}/node_modules/@stryker-mutator/core/bin/stryker.js`
process.exit(runNode(stryker, 'run', 'test/mutants/stryker.config.json', ...process.argv.slice(2)))
