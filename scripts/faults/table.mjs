/** The tables of docs/RELIABILITY.md: a row for each fault, the last large run's, and what it was run on. */
import { spawnSync } from 'node:child_process'
import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { arch, platform } from 'node:os'
import { join } from 'node:path'
import { orThrow } from 'colloquy'
import { chooseDriver } from '../../dist/stores/sqlite/choose-driver.js'
import { inProject } from '../prepare.mjs'
import { natsBinary } from '../services/nats.mjs'
import { postgresBinaries } from '../services/postgres.mjs'
import { faults, histories } from './list.mjs'

const page = inProject('docs/RELIABILITY.md')

const firstLine = (program, ...args) => spawnSync(program, args, { encoding: 'utf8' }).stdout?.split('\n')[0] ?? ''

/** Versions of what took part, in one line, without a date. */
export async function factsOfPlatform() {
  const driver = orThrow(await chooseDriver())(':memory:')
  const [{ version }] = driver.prepare('SELECT sqlite_version() AS version').all()
  driver.close()
  const postgres = firstLine(join(postgresBinaries(), 'postgres'), '--version')
  const server = /[\d.]+/.exec(postgres)?.[0]
  const nats = /[\d.]+/.exec(firstLine(natsBinary(), '--version'))?.[0]
  const strace = /[\d.]+/.exec(firstLine('strace', '-V'))?.[0]
  const versions = [
    `${driver.name} with SQLite ${version}`,
    `PostgreSQL ${server}`,
    `nats-server ${nats}`,
    `strace ${strace}`,
  ]
  return `Node ${process.versions.node} on ${platform()} ${arch()}, ${versions.join(', ')}.`
}

const number = (value) => Math.round(value).toLocaleString('en')

const tables = {
  faults: {
    rows: faults,
    head: [
      'fault',
      'store',
      'runs',
      'acknowledged',
      'lost',
      'duplicated',
      'half batches',
      'audit findings',
      'refused',
      'longest stall, ms',
      'bugs seen',
    ],
    cells: (tally) =>
      ['runs', 'acknowledged', 'lost', 'duplicated', 'halfBatches', 'audited', 'refused', 'stallMs'].map((key) =>
        number(tally[key]),
      ),
  },
  histories: {
    rows: histories,
    head: [
      'histories',
      'store',
      'judged',
      'operations',
      'appends acknowledged',
      'outcome unknown',
      'unexplained',
      'bugs seen',
    ],
    cells: (tally) =>
      ['histories', 'operations', 'acknowledged', 'unknown', 'unexplained'].map((key) => number(tally[key])),
  },
}

const line = (cells) => `| ${cells.join(' | ')} |`

/** The rows that a table has now, by the fault's name. */
function rowsIn(text) {
  const rows = text.split('\n').map((row) => [/^\| `([a-z-]+)` \|/.exec(row)?.[1], row])
  return new Map(rows.filter(([name]) => name !== undefined))
}

/** Rows of faults that were not run stay as they are; a fault that never ran has an empty row. */
function tableOf({ rows, head, cells }, before, results) {
  const kept = rowsIn(before)
  const body = rows.map((fault) => {
    const result = results.find((one) => one.fault === fault && one.tally !== undefined)
    const own = [`\`${fault.name}\``, fault.store]
    if (result) return line([...own, ...cells(result.tally), fault.seeds.map(({ bug }) => bug).join(', ')])
    return kept.get(fault.name) ?? line([...own, ...head.slice(own.length).map(() => '')])
  })
  return [line(head), line(head.map(() => '---')), ...body].join('\n')
}

const markers = (name) => [`<!-- ${name}: written by npm run faults -->`, `<!-- end of ${name} -->`]

/** A page with what is between the two markers of this name put anew. Throws where the page has no such markers. */
export function withPart(text, name, makePart) {
  const [begin, end] = markers(name)
  const [head, rest] = text.split(begin)
  const [before, tail] = rest?.split(end) ?? []
  if (tail === undefined) throw new Error(`the page has no markers for ${name}`)
  return `${head}${begin}\n${makePart(before).trim()}\n${end}${tail}`
}

/** Writes what was run into the page; what was not run stays. */
export function writeTables(results, facts) {
  if (!existsSync(page)) throw new Error('there is no docs/RELIABILITY.md to write to')
  const withTables = Object.entries(tables).reduce(
    (text, [name, table]) => withPart(text, name, (before) => tableOf(table, before, results)),
    readFileSync(page, 'utf8'),
  )
  writeFileSync(
    page,
    withPart(withTables, 'platform', () => facts),
  )
}
