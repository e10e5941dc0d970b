/** The library's own code with a mistake in it, everywhere at once: door and acceptor agree, and only the observer does not. */
import { expect, test, vi } from 'vitest'
import { lawsFoundBy } from './found-by.js'

// A new thread begins as its cut was, whatever the risk is now.
vi.mock('../../src/conversation/fork.js', async (importOriginal) => {
  const real = await importOriginal<typeof import('../../src/conversation/fork.js')>()
  const { lookUp } = await import('../../src/conversation/id-index.js')
  const branch: typeof real.branch = (draft, event, automaton) => {
    real.branch(draft, event, automaton)
    const cut = lookUp(draft.messages, event.data.from.messageId)
    const born = lookUp(draft.threads, event.data.threadId)
    if (born && cut && !event.data.edit) born.state = cut.before
  }
  return { ...real, branch }
})

// Else the door would refuse to store it, and say why.
vi.mock('../../src/proof/kept.js', () => ({ assertKept: () => {}, brokenBy: () => undefined }))

test('A fork that forgets the risk is found by I8.', async () => {
  expect(await lawsFoundBy({ events: 800 }, 6)).toContain('I8')
})
