/** The library's own code with a mistake in it: a decider that does not ask whether a message was assessed before. */
import { right } from 'fp-ts/lib/Either.js'
import { expect, test, vi } from 'vitest'
import { lawsFoundBy } from './found-by.js'

vi.mock('../../src/conversation/decide.js', async (importOriginal) => {
  const real = await importOriginal<typeof import('../../src/conversation/decide.js')>()
  const decide: typeof real.decide = (command, state) =>
    command.type === 'assessMessage' && state ? right([real.eventOf(command)]) : real.decide(command, state)
  return { ...real, decide }
})

test('A door that takes what the rules refuse: the acceptor does not accept its log.', async () => {
  expect(await lawsFoundBy({}, 3)).toContain('accepted')
})
