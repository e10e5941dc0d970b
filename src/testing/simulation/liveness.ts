/**
 * After the faults: every pod must show every conversation as it is, whoever may write must be able to, and an ended
 * thread must be branched at once. Nobody is locked out for good by what went wrong before.
 */
import { isLeft } from 'fp-ts/lib/Either.js'
import type { Board, KnownThread } from './board.js'
import { look, order } from './client.js'
import type { World } from './world.js'

const allPodsRate = 0.2

async function write(world: World, conversationId: string, { threadId }: KnownThread): Promise<void> {
  const messageId = world.newId('m')
  const answer = await order(world, { kind: 'receive', conversationId }, (door, ids) =>
    door.receive({ conversationId, threadId, messageId, content: 'a question', ...ids }),
  )
  const code = answer && isLeft(answer) ? answer.left.code : undefined
  if (code) world.findings.add('liveness', `the user may not write on ${threadId}: ${code}`, { conversationId })
}

async function branchOff(world: World, conversationId: string, thread: KnownThread, firstId: string): Promise<void> {
  const edit = { messageId: world.newId('m'), content: 'a question' }
  const newThreadId = world.newId('t')
  const request = { conversationId, threadId: thread.threadId, messageId: firstId, newThreadId, edit }
  const answer = await order(world, { kind: 'fork', conversationId }, (door, ids) => door.fork({ ...request, ...ids }))
  const code = answer && isLeft(answer) ? answer.left.code : undefined
  if (code)
    world.findings.add('liveness', `${thread.threadId} has ended and cannot be branched: ${code}`, { conversationId })
}

/** Asks after a thread of the conversation, now and then of all pods, and does there what must be possible. */
export async function checkLiveness(world: World, { conversationId, threads }: Board): Promise<void> {
  const thread = world.chance.of(threads)
  const { threadId } = thread
  const asksAll = world.chance.happens(allPodsRate)
  for (let pod = 0; asksAll && pod < world.pods.count; pod++) await look(world, { conversationId, threadId }, pod)
  const view = await look(world, { conversationId, threadId })
  if (!view) return
  const first = view.messages.find(({ role }) => role === 'user')
  if (view.state.lifecycle !== 'ended') await write(world, conversationId, thread)
  else if (first) await branchOff(world, conversationId, thread, first.messageId)
}
