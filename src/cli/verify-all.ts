/**
 * `colloquy verify --all`: the proof for every policy within bounds, shared out among the processor's cores. This file
 * is its own worker: run as one, it proves its share and sends what it found.
 */
import { availableParallelism } from 'node:os'
import { fileURLToPath } from 'node:url'
import { isMainThread, parentPort, Worker, workerData } from 'node:worker_threads'
import { engine, machineId } from '../lifecycle/machine-id.js'
import { everyPolicy, type Sweep, together, verifyEach } from '../proof/every-policy.js'
import { answerNo } from './exit.js'

/** More would each fill a table of its own (3 s) for ever fewer policies. */
const workersMax = 4

interface Share {
  readonly place: number
  readonly of: number
}

function proveShare({ place, of }: Share): Sweep {
  return verifyEach(everyPolicy().filter((_, index) => index % of === place))
}

function inWorker(share: Share): Promise<Sweep> {
  const worker = new Worker(fileURLToPath(import.meta.url), { workerData: { share } })
  return new Promise((resolve, reject) => {
    worker.on('message', resolve).on('error', reject)
    // After the message this comes too late to matter.
    worker.on('exit', (code) => reject(new Error(`a worker stopped early, with exit code ${code}`)))
  })
}

function inWords({ policies, points, steps, failing }: Sweep, ms: number): readonly string[] {
  const outcome = failing.length === 0 ? '✓ Every property of a thread holds' : `✗ ${failing.length} do not hold`
  return [
    `${outcome}, under each of the ${policies} policies within bounds.`,
    ...failing.map(({ policy, ids }) => `  ${ids.join(', ')} under ${JSON.stringify(policy)}`),
    `explored ${points} states, told apart by what led there; ${steps} steps`,
    `machine  ${machineId().split(' ')[0]}, ${engine}; ${Math.round(ms / 1_000)} s`,
  ]
}

/** Proves, and prints what was found; sets exit code 1 if a policy fails. */
export async function verifyAll(json: boolean): Promise<void> {
  const begun = performance.now()
  const of = Math.min(availableParallelism(), workersMax)
  const sweep = together(await Promise.all(Array.from({ length: of }, (_, place) => inWorker({ place, of }))))
  const ms = performance.now() - begun
  const ok = sweep.failing.length === 0
  if (!ok) answerNo()
  const grounds = { machine: machineId().split(' ')[0], engine, ms: Math.round(ms) }
  const lines = json ? [JSON.stringify({ ok, ...sweep, ...grounds })] : inWords(sweep, ms)
  for (const line of lines) process.stdout.write(`${line}\n`)
}

if (!isMainThread && workerData?.share) parentPort?.postMessage(proveShare(workerData.share as Share))
