/**
 * Brings what reads the chart's exports, for build servers: Graphviz, Chromium, and in a folder apart Mermaid and SCION, an
 * SCXML interpreter. Does nothing where they are here. Exit code 1, and one line why, if something could not be brought.
 */
import './chromium.mjs'
import { installApart } from './prepare.mjs'
import { aptInstall } from './services/apt.mjs'
import { chartReaders, readerPackages, readersFolder } from './services/programs.mjs'

const missing = () =>
  chartReaders()
    .filter(({ isHere }) => !isHere)
    .map(({ name }) => name)

if (missing().includes('Graphviz')) aptInstall('graphviz')
if (missing().some((name) => name !== 'Graphviz')) installApart(readersFolder, ...readerPackages)
if (missing().length > 0) {
  process.stderr.write(`${missing().join(', ')} could not be brought; the tests need them on a build server\n`)
  process.exit(1)
}
