/** Where two values differ, field by field, in words. */

/** The most differences that are told. */
const toldMax = 10

const isObject = (value: unknown): value is { readonly [name: string]: unknown } =>
  typeof value === 'object' && value !== null

const written = (value: unknown): string => (value === undefined ? 'nothing' : JSON.stringify(value))

function* walk(expected: unknown, actual: unknown, path: string, named?: readonly string[]): Generator<string> {
  if (Object.is(expected, actual)) return
  if (!isObject(expected) || !isObject(actual)) {
    yield `${path}: expected ${written(expected)}, got ${written(actual)}`
    return
  }
  const names = named ?? [...new Set([...Object.keys(expected), ...Object.keys(actual)])]
  for (const name of names) yield* walk(expected[name], actual[name], path === '' ? name : `${path}.${name}`)
}

/**
 * One line for each field that differs, at most ten.
 * @param only `named`: the fields of the outermost object to look at; all, unless told.
 */
export function* differences(
  expected: unknown,
  actual: unknown,
  only: { readonly named?: readonly string[] } = {},
): Generator<string> {
  let told = 0
  for (const line of walk(expected, actual, '', only.named)) {
    told += 1
    if (told > toldMax) return
    yield line
  }
}
