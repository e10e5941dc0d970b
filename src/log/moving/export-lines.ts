/**
 * The words of an export: JSON lines that move a whole log from store to store, every event exactly as it is stored.
 *
 *     {"colloquy":"export","format":1}
 *     {"event":{"conversationId","version","eventId","record","hash","content","salt"}}   every event, in order of version
 *     {"head":{"conversationId","version","hash"}}                                        after each conversation's last
 *     {"end":{"conversations","events","heads"}}                                          so that a cut-off file is noticed
 *
 * Conversations stand in order of id (UTF-8 bytes). These names are a storage format: files bear them. A file that is
 * read is anybody's, so that every field of it is checked here; what an event says is not this page's business.
 */
import { sha256 } from '@noble/hashes/sha2.js'
import { bytesToHex, utf8ToBytes } from '@noble/hashes/utils.js'
import { type Either, left, right } from 'fp-ts/lib/Either.js'
import type { StoredEvent } from '../event-store.js'

export const exportFormat = 1

/** Where a conversation's chain ends. */
export interface Head {
  readonly conversationId: string
  readonly version: number
  readonly hash: string
}

/** What stands at an export's end. */
export interface ExportEnd {
  readonly conversations: number
  readonly events: number
  /** See `HeadsDigest`. */
  readonly heads: string
}

export type ExportLine =
  | { readonly colloquy: 'export'; readonly format: number }
  | { readonly event: StoredEvent }
  | { readonly head: Head }
  | { readonly end: ExportEnd }

/** One digest over all heads in their order: hex SHA-256 of a line `["id",version,"hash"]` for each. */
export class HeadsDigest {
  private readonly hash = sha256.create()

  add({ conversationId, version, hash }: Head): void {
    this.hash.update(utf8ToBytes(`${JSON.stringify([conversationId, version, hash])}\n`))
  }

  /** Nothing can be added after this. */
  finish(): string {
    return bytesToHex(this.hash.digest())
  }
}

/** A line of an export, without its line feed. */
export function writeExportLine(line: ExportLine): string {
  if (!('event' in line)) return JSON.stringify(line)
  const { conversationId, version, eventId, record, hash, content, salt } = line.event
  return JSON.stringify({ event: { conversationId, version, eventId, record, hash, content, salt } })
}

type Kind = 'text' | 'text or null' | 'count'
type Shape = { readonly [field: string]: Kind }

const shapes: { readonly [name: string]: Shape } = {
  event: {
    conversationId: 'text',
    version: 'count',
    eventId: 'text',
    record: 'text',
    hash: 'text',
    content: 'text or null',
    salt: 'text or null',
  },
  head: { conversationId: 'text', version: 'count', hash: 'text' },
  end: { conversations: 'count', events: 'count', heads: 'text' },
}

function isOfKind(value: unknown, kind: Kind): boolean {
  if (kind === 'count') return Number.isSafeInteger(value) && (value as number) >= 0
  return typeof value === 'string' || (kind === 'text or null' && value === null)
}

function faultIn(value: unknown, name: string, shape: Shape): string | undefined {
  if (typeof value !== 'object' || value === null) return `its ${name} is not an object`
  const fields = value as { readonly [field: string]: unknown }
  const wrong = Object.entries(shape).find(([field, kind]) => !isOfKind(fields[field], kind))
  if (wrong) return `its ${name} has no ${wrong[0]}, or not one that can be`
  return Object.keys(fields).length === Object.keys(shape).length ? undefined : `its ${name} has fields too many`
}

/** A JSON value as a line of an export, or what is wrong with it, in words that quote nothing of it. */
export function parseExportLine(value: unknown): Either<string, ExportLine> {
  const fields = typeof value === 'object' && value !== null ? Object.keys(value) : []
  if (fields.includes('colloquy')) return parseBeginning(value as { readonly colloquy: unknown; format?: unknown })
  const [name = ''] = fields
  const shape = Object.hasOwn(shapes, name) ? shapes[name] : undefined
  if (!shape || fields.length !== 1) return left('it is no line of an export')
  const fault = faultIn((value as { readonly [name: string]: unknown })[name], name, shape)
  return fault === undefined ? right(value as ExportLine) : left(fault)
}

function parseBeginning({ colloquy, format }: { readonly colloquy: unknown; format?: unknown }) {
  if (colloquy !== 'export' || !Number.isSafeInteger(format)) return left('it is no line of an export')
  const isKnown = format === exportFormat
  return isKnown
    ? right({ colloquy, format } as const)
    : left(`it is of format ${format}, this version reads ${exportFormat}`)
}
