/**
 * Content sealed under its owner's key before it is encoded, so that the chain covers the sealed text: stores, audits and
 * exports need no key, and once the key is gone nothing anywhere tells the content. No key may be kept here beyond a call.
 *
 * AES-256-GCM by WebCrypto, a fresh random nonce of 96 bits each time, which is good for 2^32 texts a key (NIST SP
 * 800-38D, §8.3). The associated data bind a text to its place, so that none can be moved to another event.
 */
import { type Either, isLeft, left, right } from 'fp-ts/lib/Either.js'
import type { Content } from '#machines/events.js'
import { type StoreError, storeError } from '../log/errors.js'

/** WebCrypto's `CryptoKey`, by its shape, so that no library of types is needed to compile. */
export interface WebCryptoKey {
  readonly type: string
  readonly algorithm: { readonly name: string }
  readonly extractable: boolean
  readonly usages: readonly string[]
}

/** 32 bytes, or an AES-GCM key of WebCrypto's for encrypting and decrypting. */
export type ContentKey = Uint8Array | WebCryptoKey

export interface Encryption {
  /**
   * The key of an owner's content, `null` if it is gone; `owner` is `null` for a conversation without one. It is asked
   * at every command and every read, so answer from memory. A key that was answered `null` once must stay gone.
   */
  readonly keyOf: (owner: string | null) => ContentKey | null | Promise<ContentKey | null>
}

/** What a sealed text is bound to. */
export type Place = readonly ['content' | 'snapshot', conversationId: string, of: string | number]

const algorithm = 'AES-GCM'
const keyBytes = 32
const nonceBytes = 12
const sealedType = 'colloquy.sealed'
const sealedBeginning = `[{"type":"${sealedType}",`

/** A key as the platform's own types have it. */
export type UsableKey = Parameters<typeof crypto.subtle.encrypt>[1]

interface SealedText {
  /** Base64. */
  readonly nonce: string
  /** Base64: the encrypted text and its tag. */
  readonly text: string
}

const utf8 = new TextEncoder()
const charactersPerCall = 8_192

function toBase64(bytes: Uint8Array): string {
  let binary = ''
  for (let at = 0; at < bytes.length; at += charactersPerCall) {
    binary += String.fromCharCode(...bytes.subarray(at, at + charactersPerCall))
  }
  return btoa(binary)
}

const fromBase64 = (text: string): Uint8Array<ArrayBuffer> =>
  Uint8Array.from(atob(text), (character) => character.charCodeAt(0))

/** Whether a stored content is a sealed one. */
export const isSealedText = (content: string | null): content is string => content?.startsWith(sealedBeginning) === true

/** Whether content looks as if it were sealed: the library's own word, which no caller may say. */
export const isSealedContent = (content: unknown): boolean =>
  Array.isArray(content) && (content[0] as { readonly type?: unknown } | undefined)?.type === sealedType

const gone = 'the key of its owner is gone, and nothing can be said without one'

/** Asks for an owner's key. Errors: `key-unavailable` if it cannot be had, `wrong-key` if it is none. */
export async function keyFor(
  { keyOf }: Encryption,
  owner: string | null,
): Promise<Either<StoreError, UsableKey | null>> {
  let key: ContentKey | null
  try {
    key = (await keyOf(owner)) ?? null
  } catch (cause) {
    return left(storeError('key-unavailable', "the key of its owner could not be had: 'cause' says why", { cause }))
  }
  if (!(key instanceof Uint8Array)) return right(key as UsableKey | null)
  if (key.length !== keyBytes)
    return left(storeError('wrong-key', `a key has ${keyBytes} bytes, and this one ${key.length}`))
  return right(await crypto.subtle.importKey('raw', new Uint8Array(key), algorithm, false, ['encrypt', 'decrypt']))
}

const sealedWith = (nonce: Uint8Array<ArrayBuffer>, place: Place) => ({
  name: algorithm,
  iv: nonce,
  additionalData: utf8.encode(JSON.stringify(place)),
})

/** Seals a text for its place. Errors: `key-gone`, `wrong-key`. */
export async function sealText(
  key: UsableKey | null,
  place: Place,
  text: string,
): Promise<Either<StoreError, SealedText>> {
  if (!key) return left(storeError('key-gone', gone, { conversationId: place[1] }))
  const nonce = crypto.getRandomValues(new Uint8Array(nonceBytes))
  try {
    const sealed = await crypto.subtle.encrypt(sealedWith(nonce, place), key, utf8.encode(text))
    return right({ nonce: toBase64(nonce), text: toBase64(new Uint8Array(sealed)) })
  } catch (cause) {
    return left(storeError('wrong-key', 'the key is not one to seal with', { conversationId: place[1], cause }))
  }
}

/** The text that was sealed for this place; `wrong-key` if it was not, or not with this key. */
export async function openText(
  key: UsableKey,
  place: Place,
  sealed: () => SealedText,
): Promise<Either<StoreError, string>> {
  try {
    const { nonce, text } = sealed()
    const opened = await crypto.subtle.decrypt(sealedWith(fromBase64(nonce), place), key, fromBase64(text))
    return right(new TextDecoder().decode(opened))
  } catch (cause) {
    const where = `conversation ${JSON.stringify(place[1])}`
    const message = `${where}: what was sealed does not open: another key sealed it, or it was changed or moved since`
    return left(storeError('wrong-key', message, { conversationId: place[1], cause }))
  }
}

/** Content as it is stored where it is sealed: one block, which bears nothing of it but its length. */
export async function sealContent(
  key: UsableKey | null,
  place: Place,
  content: Content,
): Promise<Either<StoreError, Content>> {
  const sealed = await sealText(key, place, JSON.stringify(content))
  return isLeft(sealed) ? sealed : right([{ type: sealedType, algorithm: 'A256GCM', ...sealed.right }])
}

/** A stored content that `isSealedText`, as it was before; `null`, as erased, without the key. */
export async function openContent(
  key: UsableKey | null,
  place: Place,
  content: string,
): Promise<Either<StoreError, string | null>> {
  return key ? openText(key, place, () => (JSON.parse(content) as [SealedText])[0]) : right(null)
}
