/**
 * What operators ask of a database by its index: `colloquy ls` with a filter, and `colloquy queue`. The index is kept in the
 * database; where it is not yet, or is behind, it is first made from the log.
 */
import { isLeft } from 'fp-ts/lib/Either.js'
import type { ListedConversation, ListRequest, ReviewEntry, ReviewRequest } from '../conversations/listing.js'
import { createConversations } from '../conversations.js'
import type { EventStore } from '../log/event-store.js'
import { answerNo, InputError } from './exit.js'
import { paint, quoted, safeJson, visible } from './paint.js'
import { printLines } from './print.js'

const rowsPerPage = 500

const doorOn = (store: EventStore) =>
  createConversations({
    store,
    onError: ({ message }) => {
      process.stderr.write(`colloquy: ${visible(message)}\n`)
      answerNo()
    },
  })

function conversationLine({ conversationId, version, owner, ...row }: ListedConversation): string {
  const whose = owner === null ? '' : `, owner ${quoted(owner)}`
  const risk = row.risk === 'flagged' ? paint.red('risk flagged') : 'risk clear'
  const state = row.endedGround === null ? row.state : `${row.state} on ${row.endedGround}`
  const threads = `${row.threads} thread${row.threads === 1 ? '' : 's'}`
  return `${paint.bold(`conversation ${quoted(conversationId)}`)}  version ${version}, ${risk}${whose}  ${state}  ${paint.dim(`${threads}, last ${visible(row.lastActivity)}`)}`
}

function entryLines(path: string, { conversationId, version, reasons }: ReviewEntry): readonly string[] {
  const lines = reasons.map(({ reason, since, version: at }) => {
    const look = `colloquy show ${visible(path)} ${quoted(conversationId)} --at ${at}`
    return `  ${reason} since ${visible(since)}  ${paint.dim(look)}`
  })
  return [`${paint.bold(`conversation ${quoted(conversationId)}`)}  version ${version}`, ...lines]
}

/** Prints the conversations that fit, the latest first. */
export async function listFiltered(store: EventStore, request: ListRequest, isJson: boolean): Promise<void> {
  const conversations = doorOn(store)
  let count = 0
  for (let after: string | null = ''; after !== null; ) {
    const page = await conversations.list({ ...request, limit: rowsPerPage, ...(after && { after }) })
    if (isLeft(page)) throw new InputError(`cannot read the database: ${visible(page.left.message)}`)
    await printLines(page.right.conversations.map((row) => (isJson ? safeJson(row) : conversationLine(row))))
    count += page.right.conversations.length
    after = page.right.next
  }
  if (!isJson && count === 0) await printLines(['no such conversations'])
}

/** Prints the conversations that a person should look at, the latest first. */
export async function listQueue(
  store: EventStore,
  path: string,
  request: ReviewRequest,
  isJson: boolean,
): Promise<void> {
  const conversations = doorOn(store)
  let count = 0
  for (let after: string | null = ''; after !== null; ) {
    const page = await conversations.reviewQueue({ ...request, limit: rowsPerPage, ...(after && { after }) })
    if (isLeft(page)) throw new InputError(`cannot read the database: ${visible(page.left.message)}`)
    const { entries } = page.right
    await printLines(entries.flatMap((entry) => (isJson ? [safeJson(entry)] : entryLines(path, entry))))
    count += entries.length
    after = page.right.next
  }
  if (!isJson && count === 0) await printLines(['nothing to review'])
}
