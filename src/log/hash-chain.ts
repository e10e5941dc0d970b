/**
 * The hash chain: each event's hash covers its canonical text and the hash before it, so that no event can be changed,
 * dropped or put elsewhere unseen. Content enters by a salted digest: erasing content and salt leaves the chain whole.
 * SHA-256 in plain JavaScript, for the core must run where Node's `crypto` is not.
 */
import { sha256 } from '@noble/hashes/sha2.js'
import { bytesToHex, utf8ToBytes } from '@noble/hashes/utils.js'
import type { StoredEvent } from './event-store.js'

const hex = (text: string): string => bytesToHex(sha256(utf8ToBytes(text)))

/** What the first event of a conversation is tied to. */
export const chainStart = ''

/** The salted digest under which content enters the chain. */
export const contentDigest = (salt: string, content: string): string => hex(`${salt}\n${content}`)

/** The hash of an event's canonical text after the given one. */
export const chainHash = (previous: string, record: string): string => hex(`${previous}\n${record}`)

/** 16 random bytes, hex. */
export const newSalt = (): string => bytesToHex(crypto.getRandomValues(new Uint8Array(16)))

/** Whether an event's content is what was hashed. Content that is gone is whole if its salt is gone with it. */
export function isContentWhole({ record, content, salt }: StoredEvent): boolean {
  if (content === null) return salt === null
  return salt !== null && record.includes(`{"digest":"${contentDigest(salt, content)}"}`)
}

/**
 * What is wrong with an event as the successor of one with the hash `previous`: `undefined` if nothing, `broken-link`
 * if its hash does not follow, `wrong-content` if its content is not what was hashed.
 */
export function chainFault(previous: string, event: StoredEvent): 'broken-link' | 'wrong-content' | undefined {
  if (chainHash(previous, event.record) !== event.hash) return 'broken-link'
  return isContentWhole(event) ? undefined : 'wrong-content'
}
