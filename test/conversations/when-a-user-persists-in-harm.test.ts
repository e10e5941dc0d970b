/** The whole story to the forced end, through the door: what each turn advises, and what it does not allow. */
import { describe, expect, test } from 'vitest'
import type { Turn } from '../../src/conversations/turn.js'
import { orThrow } from '../../src/or-throw.js'
import { type Door, faultIn, here, logOf, openDoor, opened, typesOf } from './door.js'
import { stores } from './stores.js'

const advice = ({ guidance: { stance, mayEnd, endTool, vetoes } }: Turn) => ({
  stance,
  mayEnd,
  endTool,
  vetoes: vetoes['persistent-harm'],
})
const not = (stance: string, veto: string) => ({ stance, mayEnd: false, endTool: 'none', vetoes: [veto] })

const harm = async ({ conversations }: Door) =>
  advice(orThrow(await conversations.receive({ ...here, content: 'harm' })))
const warning = { behavior: 'insults', alternative: 'the question itself' }
const say = async ({ conversations }: Door, purpose: 'reply' | 'redirection' | 'warning') =>
  advice(
    orThrow(
      await conversations.send({ ...here, content: purpose, purpose, ...(purpose === 'warning' && { warning }) }),
    ),
  )
const end = ({ conversations }: Door) =>
  conversations.end({ ...here, ground: 'persistent-harm', reason: 'last resort' })

async function toTheLastResort(door: Door): Promise<void> {
  for (let tries = 1; tries <= 3; tries++) {
    expect(await harm(door)).toEqual(not('redirect', 'redirections-remaining'))
    expect(await say(door, 'redirection')).toEqual(not('engage', 'redirections-remaining'))
  }
  expect(await harm(door)).toEqual(not('warn', 'warning-not-given'))
  expect(await say(door, 'warning')).toEqual(not('engage', 'warning-not-ignored'))
  expect(await harm(door)).toEqual({ stance: 'last-resort', mayEnd: true, endTool: 'end', vetoes: [] })
}

describe.each(stores)('over $name', ({ open }) => {
  test('Redirections, a warning and the last resort are advised in their order, and the end is accepted then.', async () => {
    const door = await opened(openDoor({ store: await open() }))
    await toTheLastResort(door)
    const ended = orThrow(await end(door))
    expect(advice(ended)).toEqual(not('closed', 'already-ended'))
    expect(ended).toMatchObject({
      ...here,
      version: 16,
      state: { lifecycle: 'ended' },
      event: { type: 'thread.ended' },
    })
    expect(await faultIn(door.store)).toBeNull()
  })

  test('What the advice says can be followed: each turn mentions what is due, and ending only from the warning on.', async () => {
    const door = await opened(openDoor({ store: await open() }), { redirections: 1 })
    const words = async (turn: ReturnType<Door['conversations']['receive']>) =>
      orThrow(await turn).guidance.instructions
    const { conversations } = door
    expect(await words(conversations.receive({ ...here, content: 'harm' }))).toMatch(/redirection/)
    await say(door, 'redirection')
    expect(await words(conversations.receive({ ...here, content: 'harm' }))).toMatch(/warning.*may be ended/)
    await say(door, 'warning')
    expect(await words(conversations.receive({ ...here, content: 'harm' }))).toMatch(/last resort/)
    expect(await words(conversations.end({ ...here, ground: 'persistent-harm', reason: 'r' }))).toMatch(/has ended/)
  })

  test('The ended thread takes no message of either side, and no second end; feedback it takes.', async () => {
    const door = await opened(openDoor({ store: await open() }))
    await toTheLastResort(door)
    orThrow(await end(door))
    const { conversations } = door
    const refused = [
      conversations.receive({ ...here, content: 'hello' }),
      conversations.send({ ...here, content: 'hello' }),
      conversations.requestEnd(here),
      conversations.assess({ ...here, messageId: 'd1', assessment: { harm: 'none', risk: null } }),
      end(door),
    ]
    for (const answer of refused) expect(await answer).toMatchObject({ left: { kind: 'rejection', code: 'ended' } })
    orThrow(await conversations.giveFeedback({ ...here, rating: 'down' }))
    expect(typesOf(await logOf(door)).slice(-3)).toEqual(['thread.ended', 'end.declined', 'feedback.given'])
  })

  test('After the end an edit branches off, is assessed, and is open; the ended thread stays as it was.', async () => {
    const door = await opened(openDoor({ store: await open() }))
    await toTheLastResort(door)
    orThrow(await end(door))
    const { conversations } = door
    const before = orThrow(await conversations.thread(here))
    const first = before.messages[0]?.messageId ?? ''
    const turn = orThrow(
      await conversations.fork({ ...here, messageId: first, newThreadId: 'b', edit: { content: 'sorry' } }),
    )
    expect(turn).toMatchObject({ threadId: 'b', event: { type: 'message.assessed' }, state: { lifecycle: 'engaging' } })
    expect(door.asked.at(-1)).toMatchObject({ threadId: 'b', content: 'sorry' })
    orThrow(await conversations.send({ ...here, threadId: 'b', content: 'welcome back' }))
    const after = orThrow(await conversations.thread(here))
    expect({ ...after, version: before.version, siblings: before.siblings }).toEqual(before)
    expect(await faultIn(door.store)).toBeNull()
  })
})

test('A calm turn on the way takes the last resort away.', async () => {
  const door = await opened(openDoor())
  await toTheLastResort(door)
  orThrow(await door.conversations.receive({ ...here, content: 'hello' }))
  expect(await end(door)).toMatchObject({ left: { code: 'warning-not-given' } })
})

test('A warning that is not due is refused, and one without words is malformed.', async () => {
  const door = await opened(openDoor())
  await harm(door)
  const { conversations } = door
  const early = await conversations.send({ ...here, content: 'careful', purpose: 'warning', warning })
  expect(early).toMatchObject({ left: { code: 'warning-not-due' } })
  const wordless = await conversations.send({ ...here, content: 'careful', purpose: 'warning' })
  expect(wordless).toMatchObject({ left: { code: 'invalid-event' } })
  expect(typesOf(await logOf(door))).toEqual(['conversation.opened', 'message.received', 'message.assessed'])
})
