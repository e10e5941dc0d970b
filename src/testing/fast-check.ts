/** What this kit uses of fast-check, which is the caller's and comes in as an argument: types only, never an import. */
import type * as fastCheck from 'fast-check'

/** fast-check 4, as `import fc from 'fast-check'` or `import * as fc from 'fast-check'` gives it. */
export type FastCheck = Pick<
  typeof fastCheck,
  | 'Arbitrary'
  | 'Value'
  | 'stream'
  | 'record'
  | 'integer'
  | 'nat'
  | 'boolean'
  | 'constantFrom'
  | 'tuple'
  | 'array'
  | 'string'
  | 'oneof'
  | 'anything'
  | 'jsonValue'
  | 'property'
  | 'asyncProperty'
  | 'check'
  | 'asyncDefaultReportMessage'
>

export type { Arbitrary, Random } from 'fast-check'

/** What of fast-check's own settings a suite passes on; nothing is configured globally. */
export interface RunSettings {
  /** Replays a run: the seed that a failure printed. */
  readonly seed?: number
  /** Replays one case of it: the path that a failure printed. */
  readonly path?: string
  /** How many cases; 100 unless told. */
  readonly numRuns?: number
}

/** The settings that were given, for fast-check, to which `undefined` is a value. */
export function settingsOf({ seed, path, numRuns }: RunSettings): RunSettings {
  return {
    ...(seed !== undefined && { seed }),
    ...(path !== undefined && { path }),
    ...(numRuns !== undefined && { numRuns }),
  }
}
