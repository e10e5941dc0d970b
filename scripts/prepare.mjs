/**
 * What every command of this folder needs first: the packages of package-lock.json installed, and the sources built.
 * Node and npm alone; nothing here may import a package, since none may be there yet. What is told goes to standard
 * error, so that standard output is the command's own.
 */
import { spawnSync } from 'node:child_process'
import { existsSync, statSync } from 'node:fs'
import { constants } from 'node:os'
import { fileURLToPath } from 'node:url'

const root = fileURLToPath(new URL('..', import.meta.url))

/** A path inside the project. */
export const inProject = (path) => `${root}${path}`

/** Says why in one line, and ends with this exit code. */
function giveUp(why, exitCode) {
  process.stderr.write(`${why}\n`)
  process.exit(exitCode)
}

/** Runs a program in the project and answers with its exit code; one that a signal ended counts as shells count it. */
function run(program, args, options = {}) {
  const { status, signal, error } = spawnSync(program, args, { cwd: root, stdio: 'inherit', ...options })
  if (error) giveUp(`cannot run ${program}: ${error.message}`, 1)
  return status ?? 128 + (constants.signals[signal] ?? 0)
}

/** Runs one of the project's own scripts, or a package's, on this very Node; answers with its exit code. */
export const runNode = (script, ...args) => run(process.execPath, [inProject(script), ...args])

// npm writes the second file last of all, so it is as old as the installation.
function isInstalled() {
  const marker = inProject('node_modules/.package-lock.json')
  return existsSync(marker) && statSync(marker).mtimeMs >= statSync(inProject('package-lock.json')).mtimeMs
}

// Under `npm start` the npm that runs us is named; it need not be the one on the path. What it says is not the command's.
function runNpm(...args) {
  const npm = process.env.npm_execpath
  const stdio = ['ignore', process.stderr, process.stderr]
  if (npm?.endsWith('npm-cli.js')) return run(process.execPath, [npm, ...args], { stdio })
  return run('npm', args, { stdio, shell: process.platform === 'win32' })
}

/** Installs what package-lock.json names, if it is missing or older; development packages too, for they build. */
export function install() {
  if (isInstalled()) return
  process.stderr.write('Installing what package-lock.json names …\n')
  const exitCode = runNpm('ci', '--include=dev', '--no-audit', '--no-fund', '--loglevel=error')
  if (exitCode !== 0) giveUp(`npm ci failed (exit code ${exitCode}): is the package registry reachable?`, exitCode)
}

/**
 * Installs packages in a folder of their own inside the project, where they find the project's packages beside theirs:
 * for tools that few ever run. What they would have as peers is the project's.
 */
export function installApart(folder, ...packages) {
  process.stderr.write(`Installing ${packages.join(' and ')} in ${folder} …\n`)
  const quiet = ['--no-save', '--ignore-scripts', '--legacy-peer-deps', '--no-audit', '--no-fund', '--loglevel=error']
  const exitCode = runNpm('install', '--prefix', inProject(folder), ...quiet, ...packages)
  if (exitCode !== 0) giveUp(`npm install failed (exit code ${exitCode}): is the package registry reachable?`, exitCode)
}

/** Runs the scripts of a package that was installed apart, which compile it. */
export function buildApart(folder, name) {
  process.stderr.write(`Compiling ${name} in ${folder} …\n`)
  const exitCode = runNpm('rebuild', '--prefix', inProject(folder), '--loglevel=error', name)
  if (exitCode !== 0) giveUp(`npm rebuild ${name} failed (exit code ${exitCode}): is there a compiler?`, exitCode)
}

/** Builds what changed since the last build, the chart's picture, and the pages. */
export function build() {
  const exitCode =
    runNode('node_modules/typescript/bin/tsc', '-b') || runNode('scripts/chart.mjs') || runNode('scripts/pages.mjs')
  if (exitCode !== 0) giveUp('the build failed', exitCode)
}
