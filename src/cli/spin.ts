/**
 * Asks Spin for its opinion of a machine: writes the model, has a verifier made of it, and runs that once a claim. All
 * in a folder of its own that is removed afterwards, and each program within a bound of time, memory and output.
 * It must never take for an answer what is not one: a search that was cut short is an error.
 */
import { spawnSync } from 'node:child_process'
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Automaton } from '../lifecycle/automaton.js'
import type { Claim } from '../proof/claim.js'
import { logOf, storyOf } from '../proof/concrete.js'
import { promelaOf, tablesOf } from '../proof/promela.js'
import { claimsFor } from '../proof/promela-claims.js'
import type { Counterexample } from '../proof/property.js'
import { InputError } from './exit.js'

export type SpinErrorCode = 'spin-missing' | 'spin-too-slow' | 'spin-failed' | 'spin-undecided'

/** Spin could not be asked, or gave no answer. */
export class SpinError extends InputError {
  constructor(
    readonly code: SpinErrorCode,
    message: string,
  ) {
    super(message)
  }
}

/** What Spin found of one claim. */
export interface SpinVerdict {
  readonly id: string
  readonly law: string
  /** Linear temporal logic over the model's vocabulary. */
  readonly formula: string
  readonly holds: boolean
  /** States that the verifier stored, the claim's own told apart. */
  readonly states: number
  readonly counterexample?: Counterexample
}

export interface SpinOpinion {
  /** As Spin tells it: `6.5.2`. */
  readonly version: string
  readonly properties: readonly SpinVerdict[]
}

/** Measured: a second at most for the largest policy. */
const programTimeMs = 60_000
const outputBytesMax = 4_000_000
const memoryMegabytesMax = 1_024
/** Measured: 4,529 at most, for the largest policy. A search that meets it is undecided. */
const depthMax = 50_000
/** Places in the table of states, as a power of two: Spin's own choice takes 128 MB, which costs more than it saves. */
const tableBits = 18
/** Roads that go round for ever are looked for in ever deeper searches, so that a short one is told where there is one. */
const depthsForStories: readonly number[] = [20, 40, 80, 160, depthMax]

const missing = (program: string): SpinError =>
  new SpinError('spin-missing', `${program} is not here; on Debian or Ubuntu: apt-get install spin gcc libc6-dev`)

function run(folder: string, program: string, ...args: readonly string[]): string {
  const bounds = { timeout: programTimeMs, killSignal: 'SIGKILL', maxBuffer: outputBytesMax } as const
  const { error, status, stdout, stderr } = spawnSync(program, args, { cwd: folder, encoding: 'utf8', ...bounds })
  const code = (error as NodeJS.ErrnoException | undefined)?.code
  if (code === 'ENOENT') throw missing(program)
  if (code === 'ETIMEDOUT') throw new SpinError('spin-too-slow', `${program} took over ${programTimeMs / 1000} s`)
  if (/stdio\.h: No such file/.test(stderr)) throw missing('libc6-dev')
  if (error || status !== 0) {
    const said = `${stdout}${stderr}`.trim().split('\n').at(-1)
    throw new SpinError('spin-failed', `${program} failed: ${error?.message ?? said}`)
  }
  return stdout
}

/** The version of Spin that is here, or `undefined` if it, or the C compiler with its library that it needs, is not. */
export function spinVersion(): string | undefined {
  try {
    run(tmpdir(), 'gcc', '-fsyntax-only', '-x', 'c', '-include', 'stdio.h', '/dev/null')
    return /Version (\S+)/.exec(run(tmpdir(), 'spin', '-V'))?.[1]
  } catch (error) {
    if (error instanceof SpinError && error.code === 'spin-missing') return undefined
    throw error
  }
}

// Reductions are off, since a claim may look at every step; -O1 takes ten times as long to compile as it saves.
const gcc = (folder: string, ...args: readonly string[]): string => run(folder, 'gcc', '-O0', '-w', ...args)
const panFlags = ['-DNOREDUCE', `-DMEMLIM=${memoryMegabytesMax}`]

const truncated = /max search depth too small|out of memory|Search not completed/

/** Whether some run breaks the claim, and how many states were stored to find out. */
function search(folder: string, id: string, depth: number): { readonly isBroken: boolean; readonly states: number } {
  const said = run(folder, './pan', '-a', `-m${depth}`, `-w${tableBits}`, '-N', id)
  const errors = /errors: (\d+)/.exec(said)?.[1]
  const states = /(\d+) states, stored/.exec(said)?.[1]
  const isDecided = errors !== undefined && states !== undefined && (errors !== '0' || !truncated.test(said))
  if (!isDecided) throw new SpinError('spin-undecided', `Spin did not finish its search on ${id}`)
  return { isBroken: errors !== '0', states: Number(states) }
}

/** Leaves a trail of the shortest breach: breadth first for a road, deeper and deeper for one that goes round. */
function trail(folder: string, { id, isSafety }: Claim): void {
  if (isSafety) {
    if (!existsSync(join(folder, 'shortest.o'))) gcc(folder, ...panFlags, '-DBFS', '-c', '-o', 'shortest.o', 'pan.c')
    gcc(folder, '-o', 'shortest', 'shortest.o', 'machine.o')
    run(folder, './shortest', `-w${tableBits}`, '-N', id)
    return
  }
  for (const depth of depthsForStories) {
    if (!run(folder, './pan', '-a', `-m${depth}`, `-w${tableBits}`, '-N', id).includes('errors: 0')) return
  }
}

/** The breach as our own proofs tell theirs; one that goes round for ever says where it begins to. */
function tell(folder: string, automaton: Automaton, claim: Claim): Counterexample {
  trail(folder, claim)
  const [road, round] = run(folder, './pan', '-r', '-S', '-N', claim.id).split('<<<<<START OF CYCLE>>>>>')
  const lettersIn = (text = '') => [...text.matchAll(/letter (\d+)/g)].map(([, letter]) => Number(letter))
  const letters = [...lettersIn(road), ...lettersIn(round)]
  const story = [...storyOf(letters)]
  if (round !== undefined) story.splice(lettersIn(road).length, 0, 'and from here on, round and round for ever:')
  return { log: logOf(automaton.policy, letters), story }
}

function verdict(folder: string, automaton: Automaton, claim: Claim, depth: number): SpinVerdict {
  const { id, law, formula, mustBreak } = claim
  const { isBroken, states } = search(folder, id, depth)
  const holds = isBroken === mustBreak
  const found = isBroken && !holds && { counterexample: tell(folder, automaton, claim) }
  return { id, law, formula, holds, states, ...found }
}

/** A verifier made by Spin for machines of one policy. Its folder stays until it is closed. */
export interface SpinVerifier {
  readonly version: string
  /** What Spin finds of the machine; of some claims only, if they are named. */
  ask(automaton: Automaton, ids?: readonly string[]): SpinOpinion
  close(): void
}

function prepare(folder: string, automaton: Automaton, claims: readonly Claim[]): void {
  const promela = claims.map((claim) => claim.promela)
  writeFileSync(join(folder, 'model.pml'), promelaOf(automaton, promela))
  run(folder, 'spin', '-a', 'model.pml')
  gcc(folder, ...panFlags, '-c', 'pan.c')
}

/**
 * Has Spin make a verifier of all that SPEC asks of machines like this one: of its policy, and beginning as it does.
 * @param depth steps on one road, at most; a search that needs more is undecided.
 * @throws SpinError `spin-missing`, `spin-too-slow` or `spin-failed`; so does asking, and `spin-undecided`.
 */
export function openSpin(like: Automaton, depth = depthMax): SpinVerifier {
  const version = spinVersion()
  if (version === undefined) throw missing('Spin or gcc')
  const folder = mkdtempSync(join(tmpdir(), 'colloquy-spin-'))
  const close = () => rmSync(folder, { recursive: true, force: true })
  const claims = claimsFor(like.policy)
  try {
    prepare(folder, like, claims)
  } catch (error) {
    close()
    throw error
  }
  const ask: SpinVerifier['ask'] = (automaton, ids) => {
    writeFileSync(join(folder, 'machine.c'), tablesOf(automaton))
    gcc(folder, '-c', 'machine.c')
    gcc(folder, '-o', 'pan', 'pan.o', 'machine.o')
    const asked = claims.filter(({ id }) => ids?.includes(id) ?? true)
    return { version, properties: asked.map((claim) => verdict(folder, automaton, claim, depth)) }
  }
  return { version, ask, close }
}

/** What Spin finds of a machine, all that SPEC asks. Throws as `openSpin` does. */
export function askSpin(automaton: Automaton): SpinOpinion {
  const spin = openSpin(automaton)
  try {
    return spin.ask(automaton)
  } finally {
    spin.close()
  }
}
