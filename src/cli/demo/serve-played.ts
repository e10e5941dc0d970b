/** After the play: the chat page and the inspector on what was played, until interrupted. Both only for this machine. */
import { fileURLToPath } from 'node:url'
import { isLeft } from 'fp-ts/lib/Either.js'
import { createConversations } from '../../conversations.js'
import type { EventStore } from '../../log/event-store.js'
import { newToken, serveInspector } from '../../server/inspector/serve-inspector.js'
import { readPage } from '../../server/page-files.js'
import { mindsFor } from '../../server/providers.js'
import { serve } from '../../server/serve.js'
import { Tokens } from '../../server/tokens.js'
import { paint, visible } from '../paint.js'
import { printLines } from '../print.js'
import { toldToStop } from '../told-to-stop.js'
import { playedFor } from './play.js'

const chatPageFolder = fileURLToPath(new URL('../../server/page', import.meta.url))

function tell(error: unknown): void {
  const { message = String(error) } = (error ?? {}) as { message?: string }
  process.stderr.write(`colloquy: ${visible(message)}\n`)
}

/** Serves both on free ports, prints both addresses, and resolves when it was interrupted and all is closed. */
export async function servePlayed(store: EventStore, database: string): Promise<void> {
  const stopped = toldToStop()
  // What is played costs nobody anything: the demo's own model answers, whatever keys there are.
  const minds = await mindsFor('demo', {})
  const conversations = createConversations({ store, assess: minds.assessor.assess, onError: tell })
  const token = newToken()
  const tokens = Tokens.of({ [token]: { owner: playedFor, role: 'user' } })
  if (isLeft(tokens)) throw new Error(tokens.left)
  const page = readPage(chatPageFolder)
  const chat = await serve({ conversations, ...minds, tokens: tokens.right, page, port: 0, onError: tell })
  const inspector = await serveInspector({ store, database, onError: tell })
  await printLines([
    '',
    `  the chat       ${paint.bold(`${chat.url}/#token=${token}`)}`,
    `  the inspector  ${paint.bold(inspector.address)}`,
    paint.dim('Both are for this machine and this run alone. Ctrl-C stops them.'),
  ])
  await stopped
  await Promise.all([inspector.close(), chat.close()])
  await conversations.close()
}
