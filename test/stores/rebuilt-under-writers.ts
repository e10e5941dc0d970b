/** A view that is made anew, several times, by one handle on the data while a door writes through another. */
import { Folding } from '../../src/conversation/fold.js'
import type { Conversation } from '../../src/conversation/state.js'
import { conversationIndex } from '../../src/conversations/listing/conversation-index.js'
import { createConversations } from '../../src/conversations.js'
import type { EventStore } from '../../src/log/event-store.js'
import { Projector } from '../../src/log/projection/projector.js'
import type { ViewStore } from '../../src/log/projection/view-in-force.js'
import { nextRow } from '../../src/log/projection.js'
import type { ViewRow } from '../../src/log/views.js'
import { orThrow } from '../../src/or-throw.js'

const rebuilds = 3
const writers = 6
const commandsMin = 10

/** How many commands were answered while views were made anew, and what rows differ from what their logs fold to. */
export async function rebuiltUnderWriters(handles: { readonly writing: EventStore; readonly making: EventStore }) {
  const conversations = createConversations({ store: handles.writing })
  const making = handles.making as ViewStore
  let isMaking = true
  let commands = 0
  const write = async (conversationId: string) => {
    orThrow(await conversations.open({ conversationId, threadId: 'main', owner: conversationId }))
    for (let n = 0; n < commandsMin || isMaking; n++) {
      const order = { conversationId, threadId: 'main' }
      orThrow(n % 3 ? await conversations.requestEnd(order) : await conversations.receive({ ...order, content: 'hi' }))
      commands++
    }
  }
  const ids = Array.from({ length: writers }, (_, n) => `c${n}`)
  const written = Promise.all(ids.map(write))
  const projector = new Projector(making, conversationIndex)
  orThrow(await projector.catchUp())
  for (let n = 0; n < rebuilds; n++) orThrow(await projector.rebuild())
  isMaking = false
  await written
  const rows = orThrow(await projector.withView((shape) => making.views.load(shape, ids)))
  const wrong: { readonly kept: ViewRow | undefined; readonly folded: ViewRow | null }[] = []
  for (const conversationId of ids) {
    const folding = new Folding()
    let folded: ViewRow | null = null
    for (const event of orThrow(await conversations.events({ conversationId }))) {
      folding.add(event)
      folded = nextRow(conversationIndex, folded, event, folding.state as Conversation)
    }
    const kept = rows.find((row) => row.conversationId === conversationId)
    if (JSON.stringify(kept) !== JSON.stringify(folded)) wrong.push({ kept, folded })
  }
  return { commands, wrong, inForce: orThrow(await projector.inForce())?.name }
}
