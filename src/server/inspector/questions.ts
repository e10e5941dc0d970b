/** What the page's questions may say, checked strictly: what is not understood is refused, and nothing is guessed. */
import { type Either, left, right } from 'fp-ts/lib/Either.js'
import { type Lifecycle, lifecycles } from '../../lifecycle/thread-state.js'
import { isStorable } from '../../log/storable.js'
import { type Problem, problem } from '../problem.js'
import type { Asked } from './listed.js'

type Checked<A> = Either<Problem, A>

export const limitByDefault = 100
export const limitMax = 1_000
const textUnitsMax = 512
const cursorUnitsMax = 2_048
const hourMs = 3_600_000
const hoursMax = 8_760

const invalid = (detail: string): Checked<never> => left(problem('invalid-request', detail))

/** A cursor is an id, or names a place in the index by one; either way it is text that a store can be asked about. */
const isCursor = (text: string): boolean => text.length <= cursorUnitsMax && isStorable(text)

const known: readonly string[] = ['owner', 'state', 'risk', 'endedWithin', 'text', 'cursor', 'limit']

const isLifecycle = (text: string): text is Lifecycle => (lifecycles as readonly string[]).includes(text)

/** Which conversations are asked for. An empty filter is none. */
export function askedIn(query: URLSearchParams): Checked<Asked> {
  const stranger = [...query.keys()].find((name) => !known.includes(name))
  if (stranger !== undefined) return invalid('a parameter is not known')
  const said = (name: string) => query.get(name) || undefined
  const [owner, state, risk, text, cursor] = ['owner', 'state', 'risk', 'text', 'cursor'].map(said)
  if ([owner, text].some((one) => (one ?? '').length > textUnitsMax)) return invalid('a filter is too long')
  if (cursor !== undefined && !isCursor(cursor)) return invalid('cursor: must be that of a page before')
  if (state !== undefined && !isLifecycle(state)) return invalid('state: must be a lifecycle')
  if (risk !== undefined && risk !== 'flagged' && risk !== 'clear') return invalid('risk: must be flagged or clear')
  const [, hours] = /^([0-9]{1,4})h$/.exec(query.get('endedWithin') || '24h') ?? []
  if (hours === undefined || Number(hours) > hoursMax) return invalid('endedWithin: must be hours, such as 24h')
  const limit = query.get('limit') ?? String(limitByDefault)
  if (!/^[0-9]{1,4}$/.test(limit) || Number(limit) < 1 || Number(limit) > limitMax) {
    return invalid(`limit: must be 1 to ${limitMax}`)
  }
  return right({
    limit: Number(limit),
    ...(owner !== undefined && { owner }),
    ...(state !== undefined && { state }),
    ...(risk !== undefined && { risk }),
    ...(query.get('endedWithin') && { endedWithinMs: Number(hours) * hourMs }),
    ...(text !== undefined && { text }),
    ...(cursor !== undefined && { cursor }),
  })
}

/** A version that is named; 1 where none is. */
export function versionIn(text: string | undefined | null, name: string): Checked<number> {
  const said = text ?? '1'
  return /^[0-9]{1,15}$/.test(said) && Number(said) >= 1
    ? right(Number(said))
    : invalid(`${name}: must be a version, from 1`)
}

/** Whether texts are asked for whole: `1`, or not at all. */
export function wholeIn(text: string | undefined): Checked<boolean> {
  return text === undefined || text === '1' ? right(text === '1') : invalid('whole: must be 1')
}
