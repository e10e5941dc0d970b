/**
 * Every view is an address: what is looked at stands in the page's fragment, which no server sees, as `name=value` pairs.
 * What an address asks for may be anything; what is not understood is left out.
 */
import { letters } from '../lifecycle/alphabet.js'
import { type LogFilter, noFilter } from './log-filter.js'

export const panes = ['chart', 'why', 'log', 'threads'] as const
export type Pane = (typeof panes)[number]

/** How the list of conversations is narrowed. */
export interface ListFilter {
  readonly owner?: string
  readonly state?: string
  readonly isFlagged: boolean
  readonly isEndedLately: boolean
  readonly text: string
}

/** All that an address says. */
export interface View {
  /** The conversation looked at; none shows the list. */
  readonly conversation?: string
  /** The thread looked at; without one, that of the moment's event. */
  readonly thread?: string
  /** The moment; without one, the last, and whatever comes. */
  readonly version?: number
  /** The branch laid beside the thread. */
  readonly compare?: string
  /** Letters tried on a scratch copy; without it, none is made. */
  readonly whatIf?: readonly number[]
  /** The thread looked at on the scratch copy; without one, that on which the last event was tried. */
  readonly looked?: string
  /** The pane that fills the page. */
  readonly pane?: Pane
  readonly filter: LogFilter
  readonly list: ListFilter
}

export const noListFilter: ListFilter = { isFlagged: false, isEndedLately: false, text: '' }
export const emptyView: View = { filter: noFilter, list: noListFilter }

const isName = (value: string | null): value is string => value !== null && value !== ''
const positive = (value: string | null): number | undefined => {
  const version = Number(value)
  return Number.isSafeInteger(version) && version > 0 ? version : undefined
}

const letterAt = new Map(letters.map(({ name }, letter) => [name, letter]))

function whatIfIn(fields: URLSearchParams): readonly number[] | undefined {
  const tried = fields.getAll('try')
  if (tried.length === 0) return undefined
  return tried.flatMap((name) => letterAt.get(name) ?? [])
}

function filterIn(fields: URLSearchParams): LogFilter {
  const thread = fields.get('in')
  return {
    types: fields.getAll('type').filter(isName),
    actors: fields.getAll('actor').filter(isName),
    text: fields.get('text') ?? '',
    ...(isName(thread) && { thread }),
  }
}

function listIn(fields: URLSearchParams): ListFilter {
  const [owner, state] = [fields.get('owner'), fields.get('state')]
  return {
    text: fields.get('search') ?? '',
    isFlagged: fields.has('flagged'),
    isEndedLately: fields.has('ended'),
    ...(isName(owner) && { owner }),
    ...(isName(state) && { state }),
  }
}

/** The view of an address's fragment, with or without its `#`. */
export function viewOf(fragment: string): View {
  const fields = new URLSearchParams(fragment.replace(/^#/, ''))
  const [conversation, thread, compare, looked] = ['conversation', 'thread', 'compare', 'look'].map((name) =>
    fields.get(name),
  )
  const version = positive(fields.get('version'))
  const whatIf = whatIfIn(fields)
  const pane = panes.find((name) => name === fields.get('pane'))
  return {
    filter: filterIn(fields),
    list: listIn(fields),
    ...(isName(conversation ?? null) && { conversation: conversation as string }),
    ...(isName(thread ?? null) && { thread: thread as string }),
    ...(isName(compare ?? null) && { compare: compare as string }),
    ...(version !== undefined && { version }),
    ...(whatIf && { whatIf }),
    ...(whatIf && isName(looked ?? null) && { looked: looked as string }),
    ...(pane && { pane }),
  }
}

/** The fragment that says this view, with its `#`. */
export function fragmentOf(view: View): string {
  const { filter, list } = view
  const triedNames = view.whatIf?.map((letter) => letters[letter]?.name) ?? []
  const tried = view.whatIf && triedNames.length === 0 ? ['nothing'] : triedNames
  const pairs: readonly (readonly [string, string | number | undefined])[] = [
    ['conversation', view.conversation],
    ['thread', view.thread],
    ['version', view.version],
    ['compare', view.compare],
    ...tried.map((name) => ['try', name] as const),
    ['look', view.looked],
    ['pane', view.pane],
    ...filter.types.map((type) => ['type', type] as const),
    ...filter.actors.map((actor) => ['actor', actor] as const),
    ['in', filter.thread],
    ['text', filter.text || undefined],
    ['search', list.text || undefined],
    ['owner', list.owner],
    ['state', list.state],
    ['flagged', list.isFlagged ? 1 : undefined],
    ['ended', list.isEndedLately ? 1 : undefined],
  ]
  const fields = new URLSearchParams()
  for (const [name, value] of pairs) if (value !== undefined) fields.append(name, String(value))
  return `#${fields}`
}

/** The token that a printed address carries, and the fragment without it; no token if it carries none. */
export function tokenIn(fragment: string): { readonly token: string | undefined; readonly rest: string } {
  const fields = new URLSearchParams(fragment.replace(/^#/, ''))
  const token = fields.get('token') ?? undefined
  fields.delete('token')
  return { token, rest: fields.size > 0 ? `#${fields}` : '' }
}
