/** A thread's transcript: the state in the margin where it changes, the version, who, and what they said or did. */
import type { Policy } from '#machines/events.js'
import type { Happening } from '../log/happening.js'
import { tell } from './event-words.js'
import { paint } from './paint.js'
import { countWords, plainStateWords, stateWords } from './state-words.js'
import { padded, pageColumns, widthOf, wrap } from './wrap.js'

const marginMax = 44
const whoColumns = 10
const textColumnsMin = 30

interface Page {
  readonly margin: number
  readonly versions: number
  readonly text: number
}

function pageFor(happenings: readonly Happening[]): Page {
  const widest = happenings.reduce((most, { state }) => Math.max(most, plainStateWords(state).length), 0)
  const margin = Math.min(marginMax, widest)
  const versions = String(happenings.at(-1)?.event.version ?? 0).length
  return { margin, versions, text: Math.max(textColumnsMin, pageColumns - margin - versions - whoColumns - 8) }
}

/** The counters where the event moved them. */
function countsMoved(before: Happening | undefined, { state }: Happening, policy: Policy): readonly string[] {
  const counts = countWords(state, policy)
  const was = before ? countWords(before.state, policy) : []
  return counts.filter((words) => !was.includes(words)).map((words) => paint.dim(words))
}

function* linesOf(happening: Happening, before: Happening | undefined, page: Page, policy: Policy): Generator<string> {
  const { event, state } = happening
  const { who, lines } = tell(event)
  const words = stateWords(state)
  const isMoved = before === undefined || stateWords(before.state) !== words
  const texts = [...lines, ...countsMoved(before, happening, policy)].flatMap((line) => wrap(line, page.text))
  for (const [place, text] of texts.entries()) {
    const margin = padded(place === 0 && isMoved ? words : '', page.margin)
    const version = (place === 0 ? String(event.version) : '').padStart(page.versions)
    const speaker = padded(place === 0 ? paint.bold(who) : '', whoColumns)
    yield `  ${margin} ${paint.dim(`│ ${version}`)}  ${speaker} ${text}`.trimEnd()
  }
}

/** The lines of a transcript. */
export function* transcriptLines(happenings: readonly Happening[], policy: Policy): Generator<string> {
  const page = pageFor(happenings)
  let before: Happening | undefined
  for (const happening of happenings) {
    yield* linesOf(happening, before, page, policy)
    before = happening
  }
}

const textMax = 72
const shortened = (text: string): string =>
  widthOf(text) <= textMax ? text : `${[...text].slice(0, textMax - 1).join('')}…`

/** In a few words, for the account of an end: the event's first line. */
export const briefly = ({ event }: Happening): string => {
  const { who, lines } = tell(event)
  return `${padded(who, whoColumns)} ${shortened(lines[0] ?? '')}`
}
