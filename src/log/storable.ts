/** What text every store can keep to the letter, and how ids are ordered. It must never change a text. */
/// <reference lib="es2024.string" />
import { idBytesMax } from './event-store.js'

/**
 * Whether every store can keep this text to the letter. NUL ends a string in one engine and is refused by another; a
 * lone surrogate has no UTF-8. JSON text has neither, for `JSON.stringify` escapes both: only a raw id could.
 */
export const isStorable = (text: string): boolean => text.isWellFormed() && !text.includes('\0')

const utf8 = new TextEncoder()

/** A UTF-16 unit takes at most three bytes, so that most events need not be measured. */
export function isWithinBytes(text: string, bytesMax: number): boolean {
  return text.length * 3 <= bytesMax || (text.length <= bytesMax && utf8.encode(text).length <= bytesMax)
}

/** Whether it can be an id, or a register's key: 1 to `idBytesMax` bytes that every store keeps to the letter. */
export const isStorableId = (id: string): boolean => id !== '' && isStorable(id) && isWithinBytes(id, idBytesMax)

/** Orders ids as their UTF-8 bytes do, which is not how JavaScript orders strings: surrogates sort too low there. */
export function compareIds(a: string, b: string): number {
  const left = utf8.encode(a)
  const right = utf8.encode(b)
  const length = Math.min(left.length, right.length)
  for (let i = 0; i < length; i++) {
    const difference = (left[i] ?? 0) - (right[i] ?? 0)
    if (difference !== 0) return difference
  }
  return left.length - right.length
}
