/**
 * How a well-behaved backend orders things of the service: under a command id, tried again through any pod while the
 * answer is lost, and every answer noted. Nothing here may know what the store holds.
 */
import { type Either, isLeft } from 'fp-ts/lib/Either.js'
import type { Refused } from '../../conversations/journal.js'
import type { Order } from '../../conversations/requests.js'
import type { ThreadView } from '../../conversations/thread-view.js'
import type { Turn } from '../../conversations/turn.js'
import { type Entry, note } from './ledger.js'
import type { SimulatedDoor } from './pods.js'
import type { World } from './world.js'

const triesMax = 24
const backoffMaxMs = 200
const deathMaxMs = 15
const namedRate = 0.9
const patienceRate = 0.9
// Mostly a conversation's calls reach one pod, as with a balancer that remembers; else every pod reads every event.
const homeRate = 0.75

export type OrderOf = (door: SimulatedDoor, ids: Order) => Promise<Either<Refused, Turn>>

interface What {
  readonly kind: string
  readonly conversationId: string
  readonly about?: string
  readonly erases?: readonly string[]
}

/** Orders one thing. The answer that settled it, or `undefined` where none came. */
export async function order(world: World, what: What, ask: OrderOf): Promise<Either<Refused, Turn> | undefined> {
  const { chance, ledger, faults, census } = world
  const id = world.newId('k')
  const isNamed = chance.happens(namedRate)
  const entry = ledger.begin({ erases: [], about: null, ...what, id, isNamed })
  const ids = { ...(isNamed && { commandId: id }), correlationId: id }
  census.count('commands', what.kind)
  const asked = (door: SimulatedDoor) => ask(door, ids)
  const isDoubled = isNamed && faults.strikes('doubleClicks')
  const twin = isDoubled ? deliver(world, entry, asked) : undefined
  const settled = await deliver(world, entry, asked)
  return settled ?? (await twin)
}

/** A pod for a call about a conversation: its home, or any. */
export function podFor({ chance, pods }: World, conversationId: string): number {
  if (!chance.happens(homeRate)) return chance.below(pods.count)
  return Number.parseInt(conversationId.slice(1), 10) % pods.count || 0
}

type Asked = (door: SimulatedDoor) => Promise<Either<Refused, Turn>>

async function deliver(world: World, entry: Entry, ask: Asked): Promise<Either<Refused, Turn> | undefined> {
  const { chance, faults, time, findings } = world
  for (let tries = 0; tries < triesMax; tries++) {
    const answer = await deliverOnce(world, entry, ask)
    if (answer && (!isLeft(answer) || answer.left.kind === 'rejection')) return answer
    // Without an id nobody dares to send it again; with one, people still lose patience.
    if (!entry.isNamed || (!faults.over && !chance.happens(patienceRate))) return undefined
    await time.wait(chance.below(backoffMaxMs))
  }
  const where = { conversationId: entry.conversationId }
  if (faults.over)
    findings.add('liveness', `${entry.kind} ${entry.id} was never answered, though faults had stopped`, where)
  return undefined
}

async function deliverOnce(world: World, entry: Entry, ask: Asked): Promise<Either<Refused, Turn> | null> {
  const { pods, witness, census } = world
  const pod = podFor(world, entry.conversationId)
  disturb(world, pod)
  const wasDone = witness.hasTaken(entry.id)
  const heard = await pods.ask(pod, ask)
  if (heard.kind === 'threw') threw(world, entry, heard.thrown)
  const answer = heard.kind === 'answer' ? heard.answer : null
  note(entry, answer, wasDone)
  if (answer && !isLeft(answer)) witness.heardTurn(answer.right)
  else if (answer) census.count('refusals', answer.left.code)
  return answer
}

function threw({ findings }: World, { kind, id, conversationId }: Entry, thrown: unknown): void {
  findings.add('throws', `${kind} ${id} threw: ${String(thrown)}`, { conversationId })
}

/** The pod that is about to be asked may be replaced, or be going to die. */
function disturb({ chance, faults, pods, time }: World, pod: number): void {
  if (faults.strikes('podRestarts')) pods.restart(pod)
  if (faults.strikes('podDies')) time.plan(() => pods.kill(pod), chance.below(deathMaxMs))
}

/** Looks at a thread through a pod, any if none is named, and holds what it says against what was stored. */
export async function look(
  world: World,
  where: { readonly conversationId: string; readonly threadId: string },
  pod = podFor(world, where.conversationId),
): Promise<ThreadView | undefined> {
  const { pods, witness, findings, faults, census } = world
  const versionMin = witness.versionOf(where.conversationId)
  census.count('commands', 'thread')
  const heard = await pods.ask(pod, (door) => door.thread(where))
  if (heard.kind === 'threw') findings.add('throws', `thread threw: ${String(heard.thrown)}`, where)
  if (heard.kind !== 'answer') return undefined
  if (!isLeft(heard.answer)) {
    witness.heardView(heard.answer.right, versionMin)
    return heard.answer.right
  }
  if (faults.over) findings.add('liveness', `a view of ${where.threadId} was refused: ${heard.answer.left.code}`, where)
  return undefined
}
