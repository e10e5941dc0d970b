/**
 * Carries out at the door what a model's step asks for, one intent after the other. It decides nothing: what the machine
 * refuses goes back to the model, but for a message, which is kept as a plain reply where what it claims to be is not due.
 */
import { type Either, isLeft, left, right } from 'fp-ts/lib/Either.js'
import type { Refused } from '../conversations/journal.js'
import type { Turn } from '../conversations/turn.js'
import type { Conversations } from '../conversations.js'
import type { Carried, Intent } from './adapter.js'

/** Which thread an answer belongs to, and how its orders are told apart. */
export interface Place {
  readonly conversationId: string
  readonly threadId: string
  /** Orders are numbered below it, so that a step that is carried out twice acts once. */
  readonly commandId?: string
  readonly correlationId?: string
  /** Your own name for the model, recorded with what it says and asks. */
  readonly actorId?: string
}

/** What came of one intent at the door. */
export interface Done extends Carried {
  /** The door's answer, where it accepted. */
  readonly turn?: Turn
  /** Where a message was kept as something else than it claimed to be: why. */
  readonly note?: string
}

type Send = Extract<Intent, { order: 'send' }>

/** What a message may be refused for that a plain reply is not. */
const claims = new Set(['warning-not-due', 'confirmation-not-due', 'risk-flagged', 'command-id-reused'])

async function send(door: Conversations, place: Place, intent: Send): Promise<Either<Refused, Done>> {
  const { order: _, ...said } = intent
  const sent = await door.send({ ...place, ...said })
  if (!isLeft(sent)) return right({ intent, outcome: 'accepted', turn: sent.right })
  if (said.purpose === 'reply' || !claims.has(sent.left.code)) return refusal(intent, sent.left)
  const reply: Send = { order: 'send', content: intent.content, purpose: 'reply' }
  const kept = await send(door, place, reply)
  const note = `a message that claimed to be a ${said.purpose} was kept as a reply: ${sent.left.code}`
  return isLeft(kept) ? kept : right({ ...kept.right, note })
}

/** What the rules refuse is an outcome; what the world refuses is a failure. */
function refusal(intent: Intent, refused: Refused): Either<Refused, Done> {
  if (refused.kind === 'store') return left(refused)
  const { code, vetoes } = refused
  return right({ intent, outcome: { refused: code, ...(vetoes && { vetoes }) } })
}

async function carryOne(door: Conversations, place: Place, intent: Intent): Promise<Either<Refused, Done>> {
  if (intent.order === 'send') return send(door, place, intent)
  const turn = await (intent.order === 'end'
    ? door.end({ ...place, ground: intent.ground, reason: intent.reason })
    : door.proposeEnd({ ...place, reason: intent.reason }))
  return isLeft(turn) ? refusal(intent, turn.left) : right({ intent, outcome: 'accepted', turn: turn.right })
}

/** What came of each intent, in order; or a store's error, and then nothing after the intent that met it was tried. */
export async function carryOut(
  door: Conversations,
  place: Place,
  intents: readonly Intent[],
): Promise<Either<Refused, readonly Done[]>> {
  const done: Done[] = []
  for (const intent of intents) {
    const { commandId, ...where } = place
    const own = commandId === undefined ? where : { ...where, commandId: `${commandId}/${done.length + 1}` }
    const carried = await carryOne(door, own, intent)
    if (isLeft(carried)) return carried
    done.push(carried.right)
  }
  return right(done)
}
