/** What came over the network, read without trust: it may be anything, and reading it never throws. */

/** The fields of an object; none of what is not one. */
export const fieldsOf = (value: unknown): { readonly [field: string]: unknown } =>
  typeof value === 'object' && value !== null ? { ...value } : {}

/** The items of a list, each as its fields; none of what is no list. */
export const itemsOf = (value: unknown): readonly { readonly [field: string]: unknown }[] =>
  Array.isArray(value) ? value.map(fieldsOf) : []

export const textIn = (value: unknown): string => (typeof value === 'string' ? value : '')

/** A call's input that came as text. What is no JSON is broken, so that nothing is done for it. */
export function inputIn(json: unknown): { readonly input: unknown; readonly isBroken?: true } {
  const text = textIn(json)
  if (text.trim() === '') return { input: {} }
  try {
    return { input: JSON.parse(text) }
  } catch {
    return { input: null, isBroken: true }
  }
}

/** An id or a name as every provider takes it: letters, digits, `_` and `-`, at most 64 of them. */
export const nameFor = (text: string): string => text.replace(/[^\w-]/g, '_').slice(0, 64) || '_'
