/** The library's own code with a mistake in it: a fork that leaves a mark on the thread that it was made from. */
import { expect, test, vi } from 'vitest'
import { lawsFoundBy } from './found-by.js'

vi.mock('../../src/conversation/fork.js', async (importOriginal) => {
  const real = await importOriginal<typeof import('../../src/conversation/fork.js')>()
  const { edit } = await import('../../src/conversation/id-index.js')
  const branch: typeof real.branch = (draft, event, automaton) => {
    real.branch(draft, event, automaton)
    const parent = edit(draft.threads, event.data.from.threadId)
    if (event.data.edit && parent.state !== 0) parent.state = 0
  }
  return { ...real, branch }
})

test('A fork that changes its parent is found by I9.', async () => {
  expect(await lawsFoundBy({}, 3)).toContain('I9')
})
