/** SPEC R7 through the door: request, confirmation asked for, confirmed, ended; under risk never. */
import { describe, expect, test } from 'vitest'
import { orThrow } from '../../src/or-throw.js'
import { faultIn, here, openDoor, opened } from './door.js'
import { stores } from './stores.js'

const atRequest = { ...here, ground: 'user-request', reason: 'as asked' } as const

describe.each(stores)('over $name', ({ open }) => {
  test('The user asks, is asked back, confirms, and the thread ends; each turn says what is next.', async () => {
    const { conversations, store } = await opened(openDoor({ store: await open() }))
    orThrow(await conversations.receive({ ...here, content: 'hello' }))
    const requested = orThrow(await conversations.requestEnd({ ...here, reason: 'done' }))
    expect(requested.guidance).toMatchObject({ stance: 'confirm-end', mayEnd: false, endTool: 'none' })
    expect(requested.guidance.instructions).toMatch(/Ask them to confirm/)
    const asked = orThrow(await conversations.send({ ...here, content: 'sure?', purpose: 'confirmation' }))
    expect(asked.guidance).toMatchObject({ stance: 'confirm-end', mayEnd: false, endTool: 'none' })
    expect(asked.guidance.instructions).toMatch(/only if they confirm/)
    const confirmed = orThrow(await conversations.confirmEnd(here))
    expect(confirmed.guidance).toMatchObject({
      stance: 'confirm-end',
      mayEnd: true,
      grounds: ['user-request'],
      endTool: 'end',
    })
    const ended = orThrow(await conversations.end({ ...atRequest, by: 'user' }))
    expect(ended).toMatchObject({ state: { lifecycle: 'ended' }, event: { actor: { kind: 'user' } } })
    expect(orThrow(await conversations.thread(here)).ended).toEqual({
      ground: 'user-request',
      reason: 'as asked',
      version: 7,
    })
    expect(await faultIn(store)).toBeNull()
  })
})

test('Each step that is missing is the veto, and the user may think better of it.', async () => {
  const { conversations } = await opened(openDoor())
  const vetoes = async () => (await conversations.end(atRequest)) as { left: { vetoes: readonly string[] } }
  expect((await vetoes()).left.vetoes).toEqual(['not-requested'])
  orThrow(await conversations.requestEnd(here))
  expect((await vetoes()).left.vetoes).toEqual(['not-asked'])
  orThrow(await conversations.send({ ...here, content: 'sure?', purpose: 'confirmation' }))
  expect((await vetoes()).left.vetoes).toEqual(['not-confirmed'])
  orThrow(await conversations.confirmEnd(here))
  expect(orThrow(await conversations.withdrawEnd(here)).guidance).toMatchObject({ stance: 'engage', mayEnd: false })
  expect((await vetoes()).left.vetoes).toEqual(['not-requested'])
})

test('What comes out of turn is refused: a confirmation nobody awaits, a withdrawal of nothing.', async () => {
  const { conversations } = await opened(openDoor())
  expect(await conversations.confirmEnd(here)).toMatchObject({ left: { code: 'not-asked' } })
  expect(await conversations.withdrawEnd(here)).toMatchObject({ left: { code: 'not-requested' } })
  const unasked = await conversations.send({ ...here, content: 'sure?', purpose: 'confirmation' })
  expect(unasked).toMatchObject({ left: { code: 'confirmation-not-due' } })
})

test('A user may not end for persistent harm, and not at all where the policy says so; neither is logged.', async () => {
  const { conversations, heard } = await opened(openDoor(), { userMayEnd: false })
  const forced = await conversations.end({ ...here, ground: 'persistent-harm', reason: 'r', by: 'user' })
  expect(forced).toMatchObject({ left: { code: 'not-permitted' } })
  expect(await conversations.requestEnd(here)).toMatchObject({ left: { code: 'not-permitted' } })
  expect(heard).toHaveLength(1)
})

test('A message after the confirmation calls for another one.', async () => {
  const { conversations } = await opened(openDoor())
  orThrow(await conversations.requestEnd(here))
  orThrow(await conversations.send({ ...here, content: 'sure?', purpose: 'confirmation' }))
  orThrow(await conversations.confirmEnd(here))
  const turn = orThrow(await conversations.receive({ ...here, content: 'one more thing' }))
  expect(turn.guidance.vetoes['user-request']).toEqual(['not-confirmed'])
})

test('Under a handshake the assistant proposes, and ends on a second call; a message between undoes it.', async () => {
  const { conversations, store } = await opened(openDoor(), { redirections: 1, handshake: true })
  const warning = { behavior: 'insults', alternative: 'the question' }
  const harm = async () => orThrow(await conversations.receive({ ...here, content: 'harm' }))
  const end = { ...here, ground: 'persistent-harm', reason: 'last resort' } as const
  await harm()
  expect(await conversations.proposeEnd({ ...here, reason: 'early' })).toMatchObject({
    left: { vetoes: ['redirections-remaining'] },
  })
  orThrow(await conversations.send({ ...here, content: 'r', purpose: 'redirection' }))
  await harm()
  orThrow(await conversations.send({ ...here, content: 'w', purpose: 'warning', warning }))
  expect((await harm()).guidance).toMatchObject({ stance: 'last-resort', mayEnd: false, endTool: 'propose' })
  expect(await conversations.end(end)).toMatchObject({ left: { code: 'not-proposed', vetoes: ['not-proposed'] } })
  const proposed = orThrow(await conversations.proposeEnd({ ...here, reason: 'last resort' }))
  expect(proposed.guidance).toMatchObject({ stance: 'last-resort', mayEnd: true, endTool: 'end' })
  expect((await harm()).guidance).toMatchObject({ mayEnd: false, endTool: 'propose' })
  expect(await conversations.end(end)).toMatchObject({ left: { vetoes: ['not-proposed'] } })
  orThrow(await conversations.proposeEnd({ ...here, reason: 'last resort' }))
  expect(orThrow(await conversations.end(end)).guidance.stance).toBe('closed')
  expect(await faultIn(store)).toBeNull()
})

test('Without a handshake there is nothing to propose.', async () => {
  const { conversations, heard } = await opened(openDoor())
  expect(await conversations.proposeEnd({ ...here, reason: 'r' })).toMatchObject({ left: { code: 'not-permitted' } })
  expect(heard).toHaveLength(1)
})
