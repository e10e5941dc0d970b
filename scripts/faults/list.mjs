/**
 * Every fault of the suite: what it does, how it is run small (in the tests) and large (`npm run faults`), and the bugs
 * that are seeded to see that its checker sees. A fault that is not in this list does not exist for the table.
 */
import { chooseDriver } from '../../dist/stores/sqlite/choose-driver.js'
import { libfaketime } from '../services/programs.mjs'
import { setClockBackAtTheDoor, setClockBackInAProcess } from './clock-set-back.mjs'
import { failDisk } from './disk-errors.mjs'
import { flipFile, flipRows } from './flipped-bytes.mjs'
import { historiesOverMemory, historiesOverPostgres, historiesOverSqlite, historiesThroughProxy } from './histories.mjs'
import { historiesOverJetStream, historiesOverJetStreamThroughProxy } from './jetstream-histories.mjs'
import { killBetweenCalls } from './kill-between-calls.mjs'
import { loseLeaders } from './leader-lost.mjs'
import { losePower } from './power-loss.mjs'
import { losePrimary } from './primary-lost.mjs'
import { shareConversation } from './two-processes.mjs'

const all = Number.POSITIVE_INFINITY
const isClean = (tally) => tally.isClean

/** libsql's checkpoint goes on where a read of its log has failed, and ruins the file; then at least it must be told. */
async function isCleanOrTold(tally) {
  const driver = await chooseDriver()
  const isLibsql = driver._tag === 'Right' && driver.right(':memory:').name === 'libsql'
  return isLibsql ? tally.silent === 0 : tally.isClean
}

/**
 * Each fault: `name`, `store`, `needs` (a program that must be here), `run` by size, `isKept`: whether what the run found
 * is as it must be; and `seeds`: a bug, the count that must not stay 0 with it, and how it is run.
 */
export const faults = [
  {
    name: 'kill',
    store: 'SQLite',
    needs: 'strace',
    isKept: isClean,
    run: { small: () => killBetweenCalls({ kills: 8 }), large: () => killBetweenCalls({ kills: all }) },
    seeds: [
      { bug: 'acknowledges-early', count: 'lost', run: (bug) => killBetweenCalls({ kills: 2, only: 'write', bug }) },
      { bug: 'tears-batches', count: 'halfBatches', run: (bug) => killBetweenCalls({ kills: 3, only: 'fsync', bug }) },
    ],
  },
  {
    name: 'power',
    store: 'SQLite',
    needs: 'strace',
    isKept: isClean,
    run: { small: () => losePower({ perSync: 4 }), large: () => losePower({ appends: 12, perSync: 120 }) },
    seeds: [
      { bug: 'synchronous-normal', count: 'lost', run: (bug) => losePower({ bug }) },
      { bug: 'acknowledges-early', count: 'lost', run: (bug) => losePower({ bug, perSync: 4 }) },
      { bug: 'tears-batches', count: 'halfBatches', run: (bug) => losePower({ bug, appends: 2, perSync: 2 }) },
    ],
  },
  {
    name: 'power-after-failed-sync',
    store: 'SQLite',
    needs: 'strace',
    isKept: isClean,
    run: {
      small: () => losePower({ perSync: 3, failedSyncs: [9] }),
      large: () => losePower({ perSync: 25, failedSyncs: all }),
    },
    seeds: [
      { bug: 'swallows-failures', count: 'lost', run: (bug) => losePower({ bug, perSync: 3, failedSyncs: [9] }) },
    ],
  },
  {
    name: 'disk-full',
    store: 'SQLite',
    needs: 'strace',
    isKept: isClean,
    run: {
      small: () => failDisk({ kind: 'full', failures: 4 }),
      large: () => failDisk({ kind: 'full', failures: 200 }),
    },
    seeds: [{ bug: 'swallows-failures', count: 'lost', run: (bug) => failDisk({ kind: 'full', failures: 2, bug }) }],
  },
  {
    name: 'disk-failing',
    store: 'SQLite',
    needs: 'strace',
    isKept: isClean,
    run: {
      small: () => failDisk({ kind: 'failing', failures: 4 }),
      large: () => failDisk({ kind: 'failing', failures: 200 }),
    },
    seeds: [{ bug: 'swallows-failures', count: 'lost', run: (bug) => failDisk({ kind: 'failing', failures: 2, bug }) }],
  },
  {
    name: 'disk-unreadable',
    store: 'SQLite',
    needs: 'strace',
    isKept: isCleanOrTold,
    run: {
      small: () => failDisk({ kind: 'unreadable', failures: 4 }),
      large: () => failDisk({ kind: 'unreadable', failures: all }),
    },
    seeds: [{ bug: 'swallows-failures', count: 'silent', run: (bug) => failDisk({ kind: 'full', failures: 2, bug }) }],
  },
  {
    name: 'flipped-rows',
    store: 'SQLite',
    isKept: isClean,
    run: { small: () => flipRows({ rowsMax: 8 }), large: () => flipRows({ appends: 20 }) },
    seeds: [{ bug: 'trusts-the-disk', count: 'lost', run: (bug) => flipRows({ rowsMax: 2, bug }) }],
  },
  {
    name: 'flipped-file',
    store: 'SQLite',
    isKept: isClean,
    run: { small: () => flipFile({ flips: 100 }), large: () => flipFile({ flips: 5_000 }) },
    seeds: [{ bug: 'trusts-the-disk', count: 'lost', run: (bug) => flipFile({ flips: 40, bug }) }],
  },
  {
    name: 'processes',
    store: 'SQLite',
    isKept: isClean,
    run: { small: () => shareConversation({ kills: 2 }), large: () => shareConversation({ kills: 40 }) },
    seeds: [
      { bug: 'overlooks-races', count: 'lost', run: (bug) => shareConversation({ kills: 1, bug }) },
      { bug: 'tears-batches', count: 'halfBatches', run: (bug) => shareConversation({ kills: 1, bug }) },
    ],
  },
  {
    name: 'clock',
    store: 'memory, SQLite',
    isKept: (tally) => tally.isClean && tally.more['times that go back'] === tally.runs,
    run: { small: () => setClockBackAtTheDoor({}), large: () => setClockBackAtTheDoor({ messages: 2_000 }) },
    seeds: [{ bug: 'trusts-clocks', count: 'lost', run: (bug) => setClockBackAtTheDoor({ bug }) }],
  },
  {
    name: 'clock-of-a-process',
    store: 'SQLite',
    needs: 'faketime',
    isKept: (tally) => tally.isClean && tally.more['times that go back'] === tally.runs,
    run: {
      small: () => setClockBackInAProcess({ library: libfaketime() }),
      large: () => setClockBackInAProcess({ library: libfaketime(), batches: 2_000 }),
    },
    seeds: [
      { bug: 'trusts-clocks', count: 'lost', run: (bug) => setClockBackInAProcess({ library: libfaketime(), bug }) },
    ],
  },
  {
    name: 'primary',
    store: 'PostgreSQL',
    needs: 'PostgreSQL',
    isKept: isClean,
    run: { small: () => losePrimary({}), large: () => losePrimary({ rounds: 8, batches: 500 }) },
    seeds: [{ bug: 'asynchronous-standby', count: 'lost', run: () => losePrimary({ isSynchronous: false }) }],
  },
  {
    name: 'leader',
    store: 'JetStream',
    needs: 'JetStream',
    isKept: isClean,
    run: { small: () => loseLeaders({ batches: 40 }), large: () => loseLeaders({ rounds: 10, batches: 200 }) },
    seeds: [
      { bug: 'one-replica', count: 'lost', run: () => loseLeaders({ batches: 40, isEmptied: true, replicas: 1 }) },
    ],
  },
  {
    name: 'leader-emptied',
    store: 'JetStream',
    needs: 'JetStream',
    isKept: isClean,
    run: {
      small: () => loseLeaders({ batches: 40, isEmptied: true }),
      large: () => loseLeaders({ rounds: 10, batches: 200, isEmptied: true }),
    },
    seeds: [
      { bug: 'one-replica', count: 'lost', run: () => loseLeaders({ batches: 40, isEmptied: true, replicas: 1 }) },
    ],
  },
]

const historySeeds = (run, options = {}) =>
  ['overlooks-races', 'acknowledges-early'].map((bug) => ({
    bug,
    count: 'unexplained',
    run: () => run({ histories: 5, seed: 1, bug, ...options }),
  }))

/** Random concurrent histories; their table is another. */
export const histories = [
  {
    name: 'histories-memory',
    store: 'memory',
    isKept: isClean,
    run: {
      small: () => historiesOverMemory({ histories: 200, seed: 1 }),
      large: () => historiesOverMemory({ histories: 10_000, seed: 1 }),
    },
    seeds: historySeeds(historiesOverMemory),
  },
  {
    name: 'histories-sqlite',
    store: 'SQLite, two handles',
    isKept: isClean,
    run: {
      small: () => historiesOverSqlite({ histories: 100, seed: 1 }),
      large: () => historiesOverSqlite({ histories: 5_000, seed: 1 }),
    },
    seeds: historySeeds(historiesOverSqlite),
  },
  {
    name: 'histories-postgres',
    store: 'PostgreSQL, two handles',
    needs: 'PostgreSQL',
    isKept: isClean,
    run: {
      small: (url) => historiesOverPostgres({ histories: 30, seed: 1, url }),
      large: (url) => historiesOverPostgres({ histories: 3_000, seed: 1, url }),
    },
    seeds: historySeeds(historiesOverPostgres),
  },
  {
    name: 'histories-postgres-proxy',
    store: 'PostgreSQL, two handles, through the proxy',
    needs: 'PostgreSQL',
    isKept: isClean,
    run: {
      small: (url) => historiesThroughProxy({ histories: 20, seed: 1, url }),
      large: (url) => historiesThroughProxy({ histories: 2_000, seed: 1, url }),
    },
    seeds: historySeeds(historiesThroughProxy),
  },
  {
    name: 'histories-jetstream',
    store: 'JetStream, three nodes, two handles',
    needs: 'JetStream',
    isKept: isClean,
    run: {
      small: (url) => historiesOverJetStream({ histories: 10, seed: 1, url }),
      large: (url) => historiesOverJetStream({ histories: 2_000, seed: 1, url }),
    },
    seeds: historySeeds(historiesOverJetStream),
  },
  {
    name: 'histories-jetstream-proxy',
    store: 'JetStream, three nodes, two handles, through the proxy',
    needs: 'JetStream',
    isKept: isClean,
    run: {
      small: (url) => historiesOverJetStreamThroughProxy({ histories: 10, seed: 1, url }),
      large: (url) => historiesOverJetStreamThroughProxy({ histories: 1_000, seed: 1, url }),
    },
    seeds: historySeeds(historiesOverJetStreamThroughProxy),
  },
]
