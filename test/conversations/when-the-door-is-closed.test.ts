/** Closing: what was let in is finished and answered, and nothing is let in any more. */
import { isLeft } from 'fp-ts/lib/Either.js'
import { expect, test } from 'vitest'
import { orThrow } from '../../src/or-throw.js'
import { openMemoryStore } from '../../src/stores/memory.js'
import { here, openDoor, opened, patientAssessor } from './door.js'
import { interposed } from './interposed-store.js'

test('Commands that were under way are finished before the store is closed.', async () => {
  const memory = openMemoryStore()
  let isOpen = true
  const store = interposed(memory, {
    append: (real) => async (request) => {
      await new Promise(setImmediate)
      expect(isOpen).toBe(true)
      return real(request)
    },
    close: () => async () => {
      isOpen = false
    },
  })
  const door = await opened(openDoor({ store }))
  const sent = ['one', 'two', 'three'].map((content) => door.conversations.send({ ...here, content }))
  await door.conversations.close()
  expect(isOpen).toBe(false)
  for (const answer of await Promise.all(sent)) orThrow(answer)
  expect(orThrow(await memory.read({ conversationId: here.conversationId }))).toHaveLength(4)
})

test('Afterwards every command is refused as closed, and closing again is fine.', async () => {
  const door = await opened(openDoor())
  await door.conversations.close()
  const refused = await door.conversations.send({ ...here, content: 'late' })
  expect(isLeft(refused) && refused.left.code).toBe('closed')
  await door.conversations.close()
})

test('A message that is being assessed is waited for: its sender is answered.', async () => {
  const { assess, question } = patientAssessor()
  const door = await opened(openDoor({ assess }))
  const received = door.conversations.receive({ ...here, content: 'hello' })
  const asked = await question(0)
  const closed = door.conversations.close()
  asked.answer({ harm: 'none', risk: null })
  expect(orThrow(await received).event.type).toBe('message.assessed')
  await closed
})
