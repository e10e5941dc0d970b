/** Conversations whose ids mean something to whoever parses an address: each has an address of its own, by a real fetch. */
import { describe, expect, test } from 'vitest'
import { idOfSegment, segmentOf } from '../../../src/inspector/id-segment.js'
import type { EventLine } from '../../../src/inspector/log-line.js'
import { orThrow } from '../../../src/or-throw.js'
import { openDoor } from '../../conversations/door.js'
import { eventsOf } from '../served.js'
import { inspected, raw } from './inspected.js'

const odd = [
  '.',
  '..',
  '...',
  '=',
  '==',
  '=.',
  '=..',
  '=c1',
  'c1',
  '/',
  '//',
  'a/b',
  '/..',
  '../..',
  '../../about',
  '..\\..',
  '%2e',
  '%2E%2e',
  '%252e',
  '%',
  '%2F',
  '?',
  '#',
  '?from=2',
  ';a=b',
  ' ',
  '\t',
  '\n',
  '\u202e',
  'ä😀',
  'log',
  'live',
  'events',
  '*',
  ':conversationId',
  '__proto__',
] as const

async function filled() {
  const door = openDoor()
  for (const conversationId of odd) orThrow(await door.conversations.open({ conversationId, threadId: 'main' }))
  return door.store
}

describe('an odd id', () => {
  test.each(odd)('%j has a log, each event of it, and what comes, under its own address.', async (id) => {
    const { get, lines } = await inspected({ store: await filled() })
    const path = `/api/conversations/${segmentOf(id)}`
    const log = (await lines(`${path}/log`)) as readonly EventLine[]
    expect(log.map(({ event }) => event.conversationId)).toEqual([id])
    expect(await lines(`${path}/events/1`)).toEqual(log)
    const gone = new AbortController()
    const live = eventsOf(await get(`${path}/live`, { signal: gone.signal }))
    expect((await live.next()).value).toMatchObject({ data: { event: { conversationId: id } } })
    gone.abort()
  })

  test('Behind the mark any id may stand, so that nobody need know which must.', async () => {
    const { lines } = await inspected({ store: await filled() })
    for (const id of odd) {
      const [line] = (await lines(`/api/conversations/=${encodeURIComponent(id)}/log`)) as readonly EventLine[]
      expect(line?.event.conversationId).toBe(id)
    }
  })

  test('No segment that is made of an id is a way up or empty, and each leads back to its id alone.', () => {
    for (const id of odd) {
      const { pathname } = new URL(`http://localhost/a/${segmentOf(id)}/b`)
      expect(pathname.split('/')).toHaveLength(4)
      expect(idOfSegment(decodeURIComponent(pathname.split('/')[2] ?? ''))).toBe(id)
    }
    expect(new Set(odd.map(segmentOf)).size).toBe(odd.length)
  })

  test('The mark alone is no id.', async () => {
    const { url, token } = await inspected({ store: await filled() })
    const answer = await raw(url, '/api/conversations/=/log', { authorization: `Bearer ${token}` })
    // What stands there is the id of nothing; the conversation `=` is `==`.
    expect(answer).toEqual({ status: 404, code: 'not-opened' })
  })
})
