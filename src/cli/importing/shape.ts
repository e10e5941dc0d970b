/** What a foreign JSON object must look like, field by field, and what to say of one that does not. */

export interface Field {
  readonly is: (value: unknown) => boolean
  /** What it must be, to stand after "must be". */
  readonly words: string
}

export type JsonObject = { readonly [field: string]: unknown }

export const isObject = (value: unknown): value is JsonObject =>
  typeof value === 'object' && value !== null && !Array.isArray(value)
export const isMissing = (value: unknown): value is null | undefined => value === undefined || value === null
export const isShare = (value: unknown): value is number => typeof value === 'number' && value >= 0 && value <= 1
const isName = (value: unknown): boolean => typeof value === 'string' && value !== ''

const isSaid = (value: unknown): boolean => !isMissing(value)

/** One of these values; null and undefined are not named to the reader. */
export const oneOf = (...values: readonly (string | null | undefined)[]): Field => ({
  is: (value) => values.some((one) => one === value),
  words: values.filter(isSaid).join(' or '),
})

/** A field that may be left out, or be null. */
export const maybe = (is: Field['is'], words: string): Field => ({
  is: (value) => isMissing(value) || is(value),
  words,
})

export const fields = {
  name: { is: isName, words: 'a string that is not empty' },
  maybeName: maybe(isName, 'a string that is not empty'),
  maybeText: maybe((value) => typeof value === 'string', 'a string'),
  maybeFlag: maybe((value) => typeof value === 'boolean', 'true or false'),
  maybeList: maybe(Array.isArray, 'a list'),
  maybeObject: maybe(isObject, 'an object'),
} as const satisfies { readonly [name: string]: Field }

/** The first field that is not as it must be, in words; `undefined` if all are. Fields that are not named are not read. */
export function shapeFault(value: unknown, shape: { readonly [field: string]: Field }): string | undefined {
  if (!isObject(value)) return 'must be an object'
  const wrong = Object.entries(shape).find(([name, field]) => !field.is(value[name]))
  return wrong && `${wrong[0]} must be ${wrong[1].words}`
}
