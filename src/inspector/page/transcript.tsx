/** A thread's transcript with its state in the margin, and two of them beside each other from their last common event. */
import type { StateId } from '../../lifecycle/automaton.js'
import { countWords } from '../../lifecycle/state-words.js'
import { visible } from '../../log/visible-text.js'
import { lineWords } from '../log-filter.js'
import { isFault, type LogLine } from '../log-line.js'
import { lengthAt, sharedLength, type ThreadLine } from '../thread-line.js'
import { isSpoken, type Timeline } from '../timeline.js'
import { go, goTo, line, lineOf, moment, ordinal, shown, track } from './session.js'
import { StateBadge } from './state-badge.js'
import { VirtualList } from './virtual-list.js'

const speechHeight = 62
const deedHeight = 26

const startsOf = new WeakMap<ThreadLine, Map<number, { readonly starts: Float64Array }>>()

/** Where each row of a line begins from `from` on: what was said takes more room than what was done. */
function heightsOf(timeline: Timeline, of: ThreadLine, from: number): { readonly starts: Float64Array } {
  const kept = startsOf.get(of) ?? new Map<number, { readonly starts: Float64Array }>()
  startsOf.set(of, kept)
  const known = kept.get(from)
  if (known) return known
  const starts = new Float64Array(of.versions.length - from + 1)
  for (let place = from; place < of.versions.length; place++) {
    const event = timeline.eventAt(of.versions[place] as number)
    const height = event && isSpoken(event) ? speechHeight : deedHeight
    starts[place - from + 1] = (starts[place - from] as number) + height
  }
  const heights = { starts }
  kept.set(from, heights)
  return heights
}

const isErased = (at: LogLine): boolean => {
  if (isFault(at)) return false
  const { type, data } = at.event
  if (type === 'thread.forked') return data.edit?.content === null
  return (type === 'message.received' || type === 'message.sent') && data.content === null
}

function TranscriptRow({ of, place }: { readonly of: ThreadLine; readonly place: number }) {
  const { timeline } = shown.value
  const version = of.versions[place] as number
  const at = timeline.lines[version - 1]
  const { automaton } = timeline
  if (!at || isFault(at) || !automaton) return null
  const state = automaton.describe(of.states[place] as StateId)
  const isMoved = place === 0 || of.states[place - 1] !== of.states[place]
  return (
    <>
      <span class={`margin ${isMoved ? '' : 'is-same'}`} title={countWords(state, automaton.policy).join(', ')}>
        <StateBadge state={state} />
      </span>
      <span class="version">{version}</span>
      <span class="speech">
        <strong>{at.event.actor.kind}</strong>{' '}
        <span class={isErased(at) ? 'erased' : ''}>{isErased(at) ? '⌫ erased' : lineWords(at)}</span>
      </span>
    </>
  )
}

interface LineProps {
  readonly of: ThreadLine
  readonly from: number
  readonly name: string
  readonly id: string
}

/** A line from a place on; what comes after the moment is dimmed, as in the log. */
function Lines({ of, from, name, id }: LineProps) {
  const { timeline } = shown.value
  const count = of.versions.length - from
  const threadId = timeline.tracks[of.ordinal]?.threadId
  const roleAt = (place: number) => {
    const event = timeline.eventAt(of.versions[from + place] as number)
    const role = event && isSpoken(event) ? `is-speech is-by-${event.actor.kind}` : 'is-deed'
    return (of.versions[from + place] as number) > moment.value ? `${role} is-later` : role
  }
  return (
    <VirtualList
      id={id}
      label={`Transcript of ${visible(name)}`}
      role="listbox"
      count={count}
      heights={heightsOf(timeline, of, from)}
      current={Math.max(-1, lengthAt(of, moment.value) - from - 1)}
      onGo={(place) => goTo(of.versions[from + place] as number, threadId)}
      row={(place) => <TranscriptRow of={of} place={from + place} />}
      rowClass={(place) => `transcript-row ${roleAt(place)}`}
    />
  )
}

export function Transcript() {
  const thread = track.value
  const of = line.value
  if (!thread) return null
  return (
    <div class="transcript">
      <h3>
        {visible(thread.threadId)}
        {thread.cut && (
          <span class="facts">
            {' '}
            from message {visible(thread.cut.messageId)}, v{thread.cut.toVersion + 1}
          </span>
        )}
      </h3>
      <Lines of={of} from={0} name={thread.threadId} id={`said-${ordinal.value}`} />
      {moment.value < thread.bornAt && <p class="empty">This thread is born at version {thread.bornAt}.</p>}
    </div>
  )
}

/** The looked-at thread and another, from their last common event on. */
export function Comparison({ other }: { readonly other: number }) {
  const now = shown.value
  const [mine, theirs] = [line.value, lineOf(now, other)]
  const shared = sharedLength(mine, theirs)
  const from = Math.max(0, shared - 1)
  const common = mine.versions[from]
  const nameOf = (of: ThreadLine) => now.timeline.tracks[of.ordinal]?.threadId ?? ''
  return (
    <div class="comparison">
      <p>
        {shared} events in common, the last at version {common}.{' '}
        <button type="button" onClick={() => common !== undefined && goTo(common, undefined, true)}>
          go there
        </button>{' '}
        <button type="button" onClick={() => go({ compare: undefined })}>
          leave comparing
        </button>
      </p>
      <div class="columns">
        {[mine, theirs].map((of) => (
          <div class="transcript" key={of.ordinal}>
            <h3>{visible(nameOf(of))}</h3>
            <Lines of={of} from={from} name={nameOf(of)} id={`side-${of.ordinal}`} />
          </div>
        ))}
      </div>
    </div>
  )
}
