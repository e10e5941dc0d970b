/** What simulations found in the library, each brought down to the few steps that show it. */
import { isLeft } from 'fp-ts/lib/Either.js'
import { expect, test } from 'vitest'
import { fold } from '../../src/conversation/fold.js'
import { lookUp } from '../../src/conversation/id-index.js'
import { type Thread, transcriptOf } from '../../src/conversation/state.js'
import { createConversations } from '../../src/conversations.js'
import { orThrow } from '../../src/or-throw.js'
import { openMemoryStore } from '../../src/stores/memory.js'
import { opened, received } from '../conversation/events.js'
import { here } from '../conversations/door.js'
import { interposed, refusal } from '../conversations/interposed-store.js'

test('Seed 6: sent twice at once and assessed in two ways, a message whose record cannot be looked up is not refused.', async () => {
  const real = openMemoryStore()
  let lookUps = 0
  let lost = Number.POSITIVE_INFINITY
  const store = interposed(real, {
    find: (find) => async (key) => (++lookUps > lost ? refusal('unavailable') : find(key)),
  })
  const other = createConversations({ store: real, assess: () => ({ harm: 'harmful', risk: null }) })
  const message = { ...here, content: 'Hello', commandId: 'k' }
  orThrow(await other.open(here))
  // While this door asks its assessor, the other one has the same message assessed, and finds otherwise.
  const assess = async () => {
    orThrow(await other.receive(message))
    // What follows are the look-ups for the command and, since that one is taken, for what was recorded instead.
    lost = lookUps + 1
    return { harm: 'none', risk: null } as const
  }
  const answer = await createConversations({ store, assess }).receive(message)
  expect(isLeft(answer) && answer.left).toMatchObject({ kind: 'store', code: 'unavailable' })
})

test('Seed 1: an append that is still on its way is not said to be refused, though the store refuses all that follows.', async () => {
  const real = openMemoryStore()
  let arrive = async () => {}
  let isDown = false
  const store = interposed(real, {
    append: (append) => async (request) => {
      arrive = async () => void orThrow(await append(request))
      isDown = true
      return refusal('unknown-outcome')
    },
    // Looked up once, it is not there yet; then the store refuses.
    read: (read) => async (range) => (isDown ? refusal('unavailable') : read(range)),
  })
  orThrow(await createConversations({ store: real }).open(here))
  const answer = await createConversations({ store }).send({ ...here, content: 'Hello' })
  await arrive()
  expect(orThrow(await real.read({ conversationId: here.conversationId }))).toHaveLength(2)
  expect(isLeft(answer) && answer.left).toMatchObject({ kind: 'store', code: 'unknown-outcome' })
})

test('A store that lost updates: a log whose messages run in a circle is told to its depth, and no further.', () => {
  // One event twice, as a store without compare-and-set gives it back: the message follows itself.
  const conversation = fold([opened(), received('m1'), received('m1')])
  const thread = conversation && lookUp(conversation.threads, conversation.rootThreadId)
  expect(conversation && transcriptOf(conversation, thread as Thread)).toHaveLength(2)
})
