/** Rows that go with their events are what the log folds to, whatever the conversation, and whatever a door remembers. */
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { Folding } from '../../src/conversation/fold.js'
import type { Conversation } from '../../src/conversation/state.js'
import { conversationIndex } from '../../src/conversations/listing/conversation-index.js'
import { InlineRows } from '../../src/conversations/listing/inline-rows.js'
import { reviewQueue } from '../../src/conversations/listing/review-queue.js'
import { Projector } from '../../src/log/projection/projector.js'
import type { ViewStore } from '../../src/log/projection/view-in-force.js'
import { nextRow } from '../../src/log/projection.js'
import type { ViewRow } from '../../src/log/views.js'
import { orThrow } from '../../src/or-throw.js'
import { arbitraries } from '../../src/testing/index.js'
import { chained } from '../log/recorded.js'
import { stores } from './stores.js'

const projections = [conversationIndex, reviewQueue]
const { logs } = arbitraries(fc)

describe.each(stores)('over $name', ({ open }) => {
  test('Event by event, each row is the fold of the log so far.', async () => {
    const store = (await open()) as ViewStore
    const onError = (error: unknown) => expect(error).toBeUndefined()
    const door = () =>
      new InlineRows(
        store,
        projections.map((projection) => new Projector(store, projection, { onError })),
        { cacheMax: 2, onError },
      )
    let made = 0
    const property = fc.asyncProperty(logs({ attemptsMax: 30 }), fc.array(fc.nat({ max: 3 })), async (told, lots) => {
      const conversationId = `c${++made}`
      const log = told.map((event) => ({ ...event, conversationId }))
      const folding = new Folding()
      const folded = new Map<(typeof projections)[number], ViewRow>()
      let inline = door()
      for (const [at, stored] of chained(log).entries()) {
        const event = log[at] as (typeof log)[number]
        folding.add(event)
        // Now and then another door goes on, which remembers nothing.
        if (lots[at] === 0) inline = door()
        const rows = await inline.after(event, folding.state as Conversation)
        orThrow(await store.append({ conversationId, expectedVersion: at, events: [stored], rows }))
        inline.keep(conversationId, rows)
        for (const one of projections) {
          folded.set(one, nextRow(one, folded.get(one) ?? null, event, folding.state as Conversation))
        }
        expect(rows.map(({ row }) => row)).toEqual(projections.map((one) => folded.get(one)))
      }
      for (const one of projections) {
        const projector = new Projector(store, one)
        const kept = orThrow(await projector.withView((shape) => store.views.load(shape, [conversationId])))
        expect(kept).toEqual([folded.get(one)])
      }
    })
    await fc.assert(property, { numRuns: 30 })
  })
})
