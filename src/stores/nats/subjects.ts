/**
 * Where things are: subjects of the log, keys of the bucket. An id is anybody's string, so that in a subject it is one
 * token in which `.`, `*` and `>` mean nothing. These names are the storage format: they never change.
 */

/** The log's stream and its bucket have the store's name. */
export interface Names {
  readonly store: string
  /** The stream that is the log; one subject a conversation. */
  readonly log: string
  /** The stream behind the key-value bucket. */
  readonly bucket: string
}

export const namesOf = (store: string): Names => ({ store, log: store, bucket: `KV_${store}` })

/** Whether it can be the name of a store: it stands in subjects and in the names of files. */
export const isStoreName = (name: string): boolean => /^[A-Za-z0-9_-]{1,64}$/.test(name)

const hexOf = (text: string) => Buffer.from(text).toString('hex').replace(/../g, '=$&')

/** The id as one token: letters, digits, `-` and `_` as they are, all other bytes as `=` and two digits. */
export const tokenOf = (id: string): string => id.replace(/[^A-Za-z0-9_-]+/g, hexOf)

/** The id of a token. */
export const idOf = (token: string): string =>
  token.replace(/(=[0-9a-f]{2})+/g, (bytes) => Buffer.from(bytes.replaceAll('=', ''), 'hex').toString())

export const eventSubjects = ({ store }: Names): string => `${store}.e.*`
export const eventSubject = ({ store }: Names, conversationId: string): string =>
  `${store}.e.${tokenOf(conversationId)}`
export const conversationOf = ({ store }: Names, subject: string): string => idOf(subject.slice(`${store}.e.`.length))

export const bucketSubjects = ({ store }: Names): string => `$KV.${store}.>`
export const contentSubject = (names: Names, conversationId: string, version: number, nonce: string): string =>
  `$KV.${names.store}.c.${tokenOf(conversationId)}.${version}.${nonce}`
export const contentSubjects = (names: Names, conversationId: string): string =>
  `$KV.${names.store}.c.${tokenOf(conversationId)}.>`
export const snapshotSubject = ({ store }: Names, conversationId: string): string =>
  `$KV.${store}.s.${tokenOf(conversationId)}`
export const erasureSubject = ({ store }: Names, conversationId: string): string =>
  `$KV.${store}.x.${tokenOf(conversationId)}`
export const registerSubject = ({ store }: Names, key: string): string => `$KV.${store}.r.${tokenOf(key)}`

/** The version and nonce in a content's subject. */
export function contentKeyOf(subject: string): { readonly version: number; readonly nonce: string } {
  const [version, nonce = ''] = subject.split('.').slice(-2)
  return { version: Number(version), nonce }
}
