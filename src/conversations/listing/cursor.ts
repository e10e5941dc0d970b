/** Where a page of a list ended, as text that a caller hands back unread. It names a row, so rows may come and go. */
import type { ViewPage } from '../../log/views.js'

type Place = NonNullable<ViewPage['after']>

/** The cursor after a row, in the order named so. */
export function cursorAfter(order: string, { value, conversationId }: Place): string {
  const bytes = new TextEncoder().encode(JSON.stringify([order, value, conversationId]))
  const text = btoa(String.fromCharCode(...bytes))
  return text.replaceAll('+', '-').replaceAll('/', '_').replaceAll('=', '')
}

/** The place that a cursor names; `undefined` if it is none of this order. */
export function placeOf(order: string, cursor: string): Place | undefined {
  try {
    const text = atob(cursor.replaceAll('-', '+').replaceAll('_', '/'))
    const bytes = Uint8Array.from(text, (letter) => letter.charCodeAt(0))
    const [named, value, conversationId] = JSON.parse(new TextDecoder().decode(bytes)) as readonly unknown[]
    if (named !== order || !Number.isSafeInteger(value) || typeof conversationId !== 'string') return undefined
    return { value: value as number, conversationId }
  } catch {
    return undefined
  }
}
