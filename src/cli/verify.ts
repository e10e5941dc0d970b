/** `colloquy verify`: the proof of SPEC §5 for a policy, in a second, with the shortest counterexample where it fails. */
import { type Command, Option } from 'commander'
import type { Policy } from '#machines/events.js'
import { automatonFor } from '../lifecycle/automaton.js'
import { defaultPolicy } from '../lifecycle/policy.js'
import { equivalentMutants } from '../proof/equivalent.js'
import { explore } from '../proof/explore.js'
import { type Faithfulness, faithfulness } from '../proof/faithful.js'
import { fates } from '../proof/kill.js'
import type { Property } from '../proof/property.js'
import { type Verification, verify } from '../proof/verify.js'
import { answerNo } from './exit.js'
import { readPolicy } from './policy-file.js'
import { askSpin, type SpinOpinion } from './spin.js'
import { verifyAll } from './verify-all.js'

interface Options {
  readonly policy?: string
  readonly json?: boolean
  readonly mutants?: boolean
  readonly spin?: boolean
  readonly soundness?: boolean
  readonly all?: boolean
}

function say(line: string): void {
  process.stdout.write(`${line}\n`)
}

function sayProperty({ id, law, holds, over, counterexample }: Property, width = 4): void {
  say(`${holds ? '✓' : '✗'} ${id.padEnd(width)}${law}`)
  if (holds) return
  say(`      does not hold over ${over}; the shortest way there:`)
  for (const line of counterexample?.story ?? []) say(`      ${line}`)
  say('      as a log for colloquy replay:')
  for (const line of counterexample?.log ?? []) say(`      ${JSON.stringify(line)}`)
}

/** What each property was checked on: all logs, or all up to a bound. */
function sayGrounds(properties: readonly Property[]): void {
  for (const over of new Set(properties.map((property) => property.over))) {
    const ids = properties.filter((property) => property.over === over).map(({ id }) => id)
    say(`over     ${over}: ${ids.join(' ')}`)
  }
}

function sayVerification(proof: Verification, ms: number): void {
  for (const property of proof.properties) sayProperty(property)
  const { caps, machine, engine, policy } = proof
  say('')
  sayGrounds(proof.properties)
  say(`policy   ${JSON.stringify(policy)}`)
  say(`explored ${proof.states} states, told apart by what led there ${proof.points}; ${proof.steps} steps`)
  say(`reached  failures ${caps.failures}, ignored ${caps.ignored}, calm ${caps.calm}`)
  say(`machine  ${machine.split(' ')[0]}, ${engine}; ${Math.round(ms)} ms`)
}

function saySoundness({ points, representatives, fewest, questions, unlike }: Faithfulness): void {
  say(`sound    ${representatives} logs, ${fewest} or more for each of ${points} points, put to ${questions} letters`)
  for (const { road, letter, expected, found } of unlike) {
    say(`✗ after ${road.join(', ')}${letter === null ? '' : `, ${letter}`}: ${expected} expected, ${found} found`)
  }
}

function saySpin({ version, properties }: SpinOpinion): void {
  say('')
  say(`A second opinion, by Spin ${version}, on formulas of its own:`)
  for (const property of properties) sayProperty({ ...property, over: property.formula }, 11)
}

/** Every small change of the chart: caught, explained, or a hole in the laws. */
function sayMutants(json: boolean): void {
  const all = fates()
  const lived = all.filter(({ caughtBy }) => caughtBy === null).map(({ change }) => change)
  const holes = lived.filter((change) => !equivalentMutants.has(change))
  if (holes.length > 0) answerNo()
  if (json) {
    say(JSON.stringify({ ok: holes.length === 0, mutants: all.length, lived, holes }))
    return
  }
  say(`${all.length} small changes of the chart: ${all.length - lived.length} caught, ${lived.length} lived`)
  for (const change of lived) say(`  ${change}: ${equivalentMutants.get(change) ?? 'NOT EXPLAINED'}`)
}

async function run(options: Options): Promise<void> {
  const { policy: path, json = false, mutants = false, all = false } = options
  if (mutants) sayMutants(json)
  else if (all) await verifyAll(json)
  else prove(path === undefined ? defaultPolicy : readPolicy(path), options)
}

function prove(
  policy: Policy,
  { json = false, spin: asksSpin = false, soundness: isQuestioned = false }: Options,
): void {
  // Asked first: where it is not here, nothing should look like an answer.
  const spin = asksSpin ? askSpin(automatonFor(policy)) : undefined
  const begun = performance.now()
  const proof = verify(policy)
  const ms = performance.now() - begun
  const soundness = isQuestioned ? faithfulness(explore(automatonFor(policy))) : undefined
  const spinAgrees = spin?.properties.every(({ holds }) => holds) ?? true
  const ok = proof.ok && spinAgrees && (soundness === undefined || soundness.unlike.length === 0)
  if (!ok) answerNo()
  const grounds = { ok, machine: proof.machine.split(' ')[0], ms: Math.round(ms) }
  if (json) {
    say(JSON.stringify({ ...proof, ...grounds, ...(soundness && { soundness }), ...(spin && { spin }) }))
    return
  }
  sayVerification(proof, ms)
  if (soundness) saySoundness(soundness)
  if (spin) saySpin(spin)
}

export function addVerify(program: Command): void {
  program
    .command('verify')
    .description('Prove the invariants for a policy, by exploring every state. Exit code 1 if one does not hold.')
    .option('--policy <file>', 'a policy as JSON; what it leaves out is the default')
    .option('--mutants', 'instead: change the chart in every small way, and see that each change is caught')
    .option('--soundness', 'put every letter to several logs of each state: is the explored space a true picture?')
    .option('--spin', 'ask Spin too, on a model read off the chart; needs spin and gcc')
    .addOption(
      new Option('--all', 'instead: every policy within bounds; takes a minute of processor time').conflicts([
        'policy',
        'spin',
        'soundness',
        'mutants',
      ]),
    )
    .option('--json', 'one line of JSON')
    .action(run)
}
