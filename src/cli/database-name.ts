/** What the user calls a database: a file, or a server's URL. A password in it must never be in a message. */
import { type StoreError, storeError } from '../log/errors.js'
import { InputError } from './exit.js'
import { quoted } from './paint.js'

const schemes = { 'postgres:': 'postgres', 'postgresql:': 'postgres', 'nats:': 'nats' } as const

export type DatabaseName =
  | { readonly kind: 'file'; readonly path: string /** For messages. */; readonly shown: string }
  | { readonly kind: 'postgres' | 'nats'; readonly url: URL; readonly shown: string }

const kindOf = (text: string) => schemes[(/^[a-z]+:(?=\/\/)/.exec(text)?.[0] ?? '') as keyof typeof schemes]

// What stands behind `?` may hold a password too.
function shownUrl(url: URL): string {
  const schema = url.searchParams.get('schema')
  const user = url.username === '' ? '' : `${url.username}@`
  return quoted(`${url.protocol}//${user}${url.host}${url.pathname}${schema === null ? '' : `?schema=${schema}`}`)
}

/** Throws `InputError` for what looks like a server's URL, and is none. */
export function databaseNamed(text: string): DatabaseName {
  const kind = kindOf(text)
  if (kind === undefined) return { kind: 'file', path: text, shown: quoted(text) }
  if (!URL.canParse(text)) throw new InputError('the database is not a URL that can be read')
  const url = new URL(text)
  return { kind, url, shown: shownUrl(url) }
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text)
  } catch {
    return text
  }
}

/** An error without the password that the URL holds, as it stands there and as it means. */
export function withoutPassword(error: StoreError, name: DatabaseName): StoreError {
  if (name.kind === 'file') return error
  const { password, searchParams } = name.url
  const secrets = [password, decoded(password), searchParams.get('password') ?? ''].filter((secret) => secret !== '')
  return storeError(
    error.code,
    secrets.reduce((said, secret) => said.replaceAll(secret, '…'), error.message),
  )
}
