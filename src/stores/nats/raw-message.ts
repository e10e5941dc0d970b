/** A message as a stream keeps it, however it was asked for. It must never know what the message says. */
import type { Msg } from '@nats-io/transport-node'

export interface RawMessage {
  readonly subject: string
  /** Of the whole stream. */
  readonly sequence: number
  header(name: string): string
  readonly data: Uint8Array
}

/** As `STREAM.MSG.GET` answers it, and so the leader. */
export interface ToldMessage {
  readonly subject: string
  readonly seq: number
  readonly hdrs?: string
  readonly data?: string
}

function parseHeaders(text: string): ReadonlyMap<string, string> {
  const [, ...lines] = text.split('\r\n')
  return new Map(
    lines.filter(Boolean).map((line) => {
      const colon = line.indexOf(':')
      return [line.slice(0, colon), line.slice(colon + 1).trim()]
    }),
  )
}

export function ofLeader({ subject, seq, hdrs = '', data = '' }: ToldMessage): RawMessage {
  const headers = parseHeaders(Buffer.from(hdrs, 'base64').toString('latin1'))
  return { subject, sequence: seq, header: (name) => headers.get(name) ?? '', data: Buffer.from(data, 'base64') }
}

/** As a replica answers it; `null` where it has none. */
export function ofReplica({ headers, data }: Msg): RawMessage | null {
  if (headers === undefined || headers.code !== 0) return null
  const header = (name: string) => headers.get(name)
  return { subject: header('Nats-Subject'), sequence: Number(header('Nats-Sequence')), header, data }
}
