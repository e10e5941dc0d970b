/** The branch tree, and the transcript of the chosen thread; or two branches beside each other from where they part. */
import { computed } from '@preact/signals'
import { treeOf } from '../../conversation/thread-tree.js'
import { visible } from '../../log/visible-text.js'
import { countUpTo } from '../int-column.js'
import type { Timeline } from '../timeline.js'
import {
  conversationId,
  go,
  isPinned,
  moment,
  ordinal,
  original,
  scratch,
  shown,
  states,
  track,
  view,
} from './session.js'
import { LifecycleBadge } from './state-badge.js'
import { Comparison, Transcript } from './transcript.js'
import { VirtualList } from './virtual-list.js'

const treeRowHeight = 24

interface TreeRow {
  readonly ordinal: number
  readonly lead: string
  readonly level: number
}

function rowsOf({ tracks }: Timeline): readonly TreeRow[] {
  const branches = tracks.map(({ threadId, cut, ordinal: number }) => {
    const parent = cut ? tracks[cut.ordinal] : undefined
    return { threadId, number, from: parent ? { threadId: parent.threadId } : null }
  })
  const levels = new Map<string, number>()
  return [...treeOf(branches)].map(({ thread, lead }) => {
    const level = thread.from ? (levels.get(thread.from.threadId) ?? 0) + 1 : 1
    levels.set(thread.threadId, level)
    return { ordinal: thread.number, lead, level }
  })
}

const born = computed(() => shown.value.timeline.tracks.length)
const tree = computed(() => {
  // The tree changes only when a thread is born, however much is said on it.
  void born.value
  return conversationId.value === undefined ? [] : rowsOf(shown.peek().timeline)
})
const places = computed(() => new Map(tree.value.map((row, place) => [row.ordinal, place])))

/** The threads through which the looked-at thread's line runs. */
const onLine = computed(() => {
  const { tracks } = shown.value.timeline
  const ordinals = new Set<number>()
  for (let at = tracks[ordinal.value]; at; at = at.cut ? tracks[at.cut.ordinal] : undefined) ordinals.add(at.ordinal)
  return ordinals
})

function TreeRowView({ row }: { readonly row: TreeRow }) {
  const { timeline } = shown.value
  const thread = timeline.tracks[row.ordinal]
  const state = states.value[row.ordinal]
  if (!thread) return null
  const said = countUpTo(thread.spoken, moment.value)
  return (
    <>
      <span class="lead" aria-hidden="true">
        {row.lead}
      </span>
      <span class="thread-name">{visible(thread.threadId)}</span>
      {state === undefined || !timeline.automaton ? (
        <span class="later">not yet</span>
      ) : (
        <LifecycleBadge state={timeline.automaton.describe(state)} />
      )}
      <span class="facts">
        {thread.cut ? `cut at v${thread.cut.toVersion + 1} · ` : ''}
        {said} said
      </span>
    </>
  )
}

function Tree() {
  const rows = tree.value
  const goThread = (place: number) => {
    const thread = shown.peek().timeline.tracks[rows[place]?.ordinal ?? 0]
    if (!thread) return
    if (scratch.peek()) return go({ looked: thread.threadId })
    const at = view.peek().version
    // A thread that was not born at the moment is looked at where it begins.
    const isLater = moment.peek() < thread.bornAt
    go({ thread: thread.threadId, ...(isLater && at !== undefined && { version: thread.bornAt }) })
  }
  return (
    <VirtualList
      id="tree"
      label={`Threads, ${rows.length} in all`}
      role="tree"
      count={rows.length}
      heights={treeRowHeight}
      current={places.value.get(ordinal.value) ?? -1}
      onGo={goThread}
      row={(place) => <TreeRowView row={rows[place] as TreeRow} />}
      rowClass={(place) => `tree-row ${onLine.value.has(rows[place]?.ordinal ?? -1) ? 'is-on-line' : ''}`}
      level={(place) => rows[place]?.level ?? 1}
    />
  )
}

function CompareChoice() {
  const { tracks } = original.value.timeline
  const { compare } = view.value
  if (tracks.length < 2) return null
  const { conversation } = view.value
  return (
    <input
      list="thread-names"
      key={conversation}
      aria-label="Compare with thread"
      placeholder="compare with…"
      value={compare ?? ''}
      onChange={({ currentTarget }) => {
        const other = tracks.find(({ threadId }) => threadId === currentTarget.value)
        go({ compare: other?.threadId, ...(other && { thread: track.peek()?.threadId }) })
      }}
    />
  )
}

/** How many names of threads are offered while one is typed. */
const namesMax = 200

/** Which thread to lay beside this one, and back to the thread of the moment. */
export function ThreadTools() {
  return (
    <div class="tree-tools">
      <CompareChoice />
      <datalist id="thread-names">
        {shown.value.timeline.tracks.slice(0, namesMax).map(({ threadId }) => (
          <option key={threadId} value={threadId} />
        ))}
      </datalist>
      {isPinned.value && (
        <button
          type="button"
          aria-label="follow the moment’s thread"
          title="Follow the moment’s thread"
          onClick={() => go({ thread: undefined, compare: undefined })}
        >
          follow
        </button>
      )}
    </div>
  )
}

export function ThreadsPane() {
  const { compare } = view.value
  const other = compare === undefined ? undefined : shown.value.timeline.ordinalOf(compare)
  return (
    <div class="threads">
      <div class="tree" style={{ flexBasis: `${tree.value.length * treeRowHeight + 1}px` }}>
        <Tree />
      </div>
      {other !== undefined && other !== ordinal.value ? <Comparison other={other} /> : <Transcript />}
    </div>
  )
}
