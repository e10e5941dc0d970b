/** What the user calls a database: a file, or a server's URL. A password in it must never be in a message. */
import { type StoreError, storeError } from '../log/errors.js'
import { InputError } from './exit.js'
import { quoted } from './paint.js'

const schemes = { 'postgres:': 'postgres', 'postgresql:': 'postgres', 'nats:': 'nats' } as const

export type DatabaseName =
  | { readonly kind: 'file'; readonly path: string /** For messages. */; readonly shown: string }
  | { readonly kind: 'postgres'; readonly url: URL; readonly shown: string }
  /** Several servers of one cluster; the query of one says which store. */
  | { readonly kind: 'nats'; readonly url: URL; readonly others: readonly URL[]; readonly shown: string }

const kindOf = (text: string) => schemes[(/^[a-z]+:(?=\/\/)/.exec(text)?.[0] ?? '') as keyof typeof schemes]

/** What of a query is told; what else stands behind `?` may be a password too. */
const toldParameters = ['schema', 'name']

function shownUrl(url: URL): string {
  // Without a password, what stands before the host may be a token, and as secret.
  const isToken = url.protocol === 'nats:' && url.password === ''
  const user = url.username === '' ? '' : `${isToken ? '…' : url.username}@`
  const told = [...url.searchParams].filter(([name]) => toldParameters.includes(name))
  const query = told.map(([name, value]) => `${name}=${value}`).join('&')
  return `${url.protocol}//${user}${url.host}${url.pathname}${query === '' ? '' : `?${query}`}`
}

/** Throws `InputError` for what looks like a server's URL, and is none. */
export function databaseNamed(text: string): DatabaseName {
  const kind = kindOf(text)
  if (kind === undefined) return { kind: 'file', path: text, shown: quoted(text) }
  const texts = kind === 'nats' ? text.split(/,(?=nats:\/\/)/) : [text]
  if (!texts.every((one) => URL.canParse(one))) throw new InputError('the database is not a URL that can be read')
  const [url, ...others] = texts.map((one) => new URL(one)) as [URL, ...URL[]]
  const shown = quoted([url, ...others].map(shownUrl).join(','))
  return kind === 'nats' ? { kind, url, others, shown } : { kind, url, shown }
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
  const urls = name.kind === 'nats' ? [name.url, ...name.others] : [name.url]
  const given = urls.flatMap(({ password, searchParams }) => [password, searchParams.get('password') ?? ''])
  const secrets = given.flatMap((secret) => [secret, decoded(secret)]).filter((secret) => secret !== '')
  return storeError(
    error.code,
    secrets.reduce((said, secret) => said.replaceAll(secret, '…'), error.message),
  )
}
