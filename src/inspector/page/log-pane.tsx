/** The log: every event in its place, narrowed by type, actor, thread and text; and the moment's event whole. */
import { useComputed, useSignal } from '@preact/signals'
import { useEffect } from 'preact/hooks'
import { visible } from '../../log/visible-text.js'
import { countUpTo } from '../int-column.js'
import { actorKinds, isEmptyFilter, type LogFilter, lineWords, noFilter } from '../log-filter.js'
import { isFault, type LogLine } from '../log-line.js'
import { eventTypes } from '../timeline.js'
import { isImagined } from '../what-if.js'
import { askWhole } from './api.js'
import { Choice } from './choice.js'
import { timeWords } from './clock.js'
import { go, goTo, listed, moment, ordinal, shown, track, view } from './session.js'
import { VirtualList } from './virtual-list.js'

const rowHeight = 24

const changeFilter = (change: Partial<LogFilter>) => go({ filter: { ...view.peek().filter, ...change } })

/** What narrows the log. */
export function LogFilters() {
  const { types, actors, thread, text } = view.value.filter
  const isOfThread = thread !== undefined
  const one = (value: string) => (value === '' ? [] : [value])
  return (
    <div class="filters">
      <input
        type="search"
        aria-label="Search the log; of long messages, their first 200 characters"
        placeholder="search the log"
        value={text}
        onInput={({ currentTarget }) => changeFilter({ text: currentTarget.value })}
      />
      <Choice
        label="type"
        value={types[0] ?? ''}
        of={[...eventTypes, 'fault']}
        onChoose={(type) => changeFilter({ types: one(type) })}
      />
      <Choice
        label="actor"
        value={actors[0] ?? ''}
        of={actorKinds}
        onChoose={(actor) => changeFilter({ actors: one(actor) })}
      />
      <label class="check">
        <input
          type="checkbox"
          aria-label={isOfThread ? `only ${visible(thread)}` : 'only this thread'}
          checked={isOfThread}
          onChange={({ currentTarget }) => {
            const { thread: _, ...rest } = view.peek().filter
            const of = track.peek()?.threadId
            go({ filter: currentTarget.checked && of !== undefined ? { ...rest, thread: of } : rest })
          }}
        />
        {isOfThread ? `only ${visible(thread)}` : 'this thread'}
      </label>
      {!isEmptyFilter(view.value.filter) && (
        <button type="button" onClick={() => go({ filter: noFilter })}>
          show all
        </button>
      )}
    </div>
  )
}

function LogRow({ version }: { readonly version: number }) {
  const { timeline } = shown.value
  const line = timeline.lines[version - 1]
  if (!line) return null
  const who = isFault(line) ? 'fault' : line.event.actor.kind
  return (
    <>
      <span class="version">{version}</span>
      <span class="time">{isFault(line) ? '' : timeWords(line.event.recordedAt)}</span>
      <span class="who">{who}</span>
      <span class="type">{isFault(line) ? '⚠ malformed' : line.event.type}</span>
      <span class="words">{lineWords(line)}</span>
      <span class="hash">
        {isImagined(timeline, version) ? 'what if' : isFault(line) ? '' : visible(line.hash).slice(0, 8)}
      </span>
    </>
  )
}

function rowClass(version: number): string {
  const { timeline } = shown.peek()
  const line = timeline.lines[version - 1]
  const kind = line && isFault(line) ? 'is-fault' : isImagined(timeline, version) ? 'is-imagined' : ''
  const near = timeline.threadAt(version) === ordinal.value ? 'is-own' : ''
  return `log-row ${kind} ${near} ${version > moment.value ? 'is-later' : ''}`
}

/** The pairs of an envelope that are worth a look. */
function factsOf(line: LogLine): readonly (readonly [string, string])[] {
  if (isFault(line))
    return [
      ['fault', line.fault],
      ['stands there', line.record],
    ]
  const { id, recordedAt, actor, causationId } = line.event
  return [
    ['id', id],
    ['recorded', recordedAt],
    ['actor', actor.id === undefined ? actor.kind : `${actor.kind} ${actor.id}`],
    ...(causationId === undefined ? [] : [['caused by', causationId] as const]),
    ['hash', line.hash || 'none: what if'],
  ]
}

function MomentEvent() {
  const version = moment.value
  const line = shown.value.timeline.lines[version - 1]
  const whole = useSignal<LogLine | undefined>(undefined)
  const isCut = line !== undefined && !isFault(line) && line.cut === true
  const { conversation } = view.value
  useEffect(() => {
    whole.value = undefined
    if (!isCut || conversation === undefined) return
    let isLeft = false
    // While the slider moves, nothing is asked for.
    const asked = setTimeout(async () => {
      const found = await askWhole(conversation, version).catch(() => undefined)
      if (!isLeft) whole.value = found
    }, 200)
    return () => {
      isLeft = true
      clearTimeout(asked)
    }
  }, [version, isCut, conversation, whole])
  if (!line) return null
  const told = whole.value ?? line
  return (
    <section class="detail" aria-label="The moment’s event" tabIndex={0}>
      <p>
        <strong>
          {version} · {isFault(line) ? 'malformed' : line.event.type}
        </strong>{' '}
        <span class="said">{lineWords(told)}</span>
        {isCut && !whole.value && <em> (the rest is being fetched)</em>}
      </p>
      <dl>
        {factsOf(line).map(([name, value]) => (
          <div key={name}>
            <dt>{name}</dt>
            <dd>{visible(value)}</dd>
          </div>
        ))}
      </dl>
    </section>
  )
}

export function LogPane() {
  const versions = listed.value
  const count = versions?.length ?? shown.value.timeline.version
  const versionAt = (place: number) => (versions ? (versions[place] as number) : place + 1)
  const current = useComputed(() => (listed.value ? countUpTo(listed.value, moment.value) : moment.value) - 1)
  return (
    <>
      <VirtualList
        id="log"
        label={`Events, ${count} shown`}
        role="listbox"
        count={count}
        heights={rowHeight}
        current={current.value}
        onGo={(place) => goTo(versionAt(place))}
        row={(place) => <LogRow version={versionAt(place)} />}
        rowClass={(place) => rowClass(versionAt(place))}
      />
      {count === 0 && <p class="empty">No event is of this kind.</p>}
      <MomentEvent />
    </>
  )
}
