/**
 * What the page shows, as signals: the view that the address says, the conversation that is loaded, and all that follows
 * from them. Panes read from here and change the view, and nothing else; so they move together.
 */
import { batch, computed, effect, signal } from '@preact/signals'
import { type Account, accountOf } from '../account.js'
import { emptyView, fragmentOf, type View, viewOf } from '../address.js'
import { filtered } from '../log-filter.js'
import { threadLine } from '../thread-line.js'
import { Timeline } from '../timeline.js'
import { tryOut } from '../what-if.js'
import type { About, Refused } from './api.js'
import { load, type Progress } from './loading.js'

export const about = signal<About | undefined>(undefined)
export const view = signal<View>(emptyView)
export const progress = signal<Progress>('loading')
export const refusal = signal<Refused | undefined>(undefined)
/** The loaded timeline, in a box that is new whenever the timeline has grown. */
const grown = signal({ timeline: new Timeline() })

const addressDelayMs = 150
let toAddress: ReturnType<typeof setTimeout> | undefined

function writeAddress(isStep: boolean): void {
  clearTimeout(toAddress)
  const fragment = fragmentOf(view.peek())
  if (fragment === location.hash) return
  if (isStep) history.pushState(null, '', fragment)
  else history.replaceState(null, '', fragment)
}

/**
 * Changes the view, and with it the address.
 * @param isStep whether it is a place to come back to, by the browser's "back".
 */
export function go(change: Partial<{ [K in keyof View]: View[K] | undefined }>, isStep = false): void {
  // What is come back to is what was last looked at, though its address had waited.
  if (isStep) writeAddress(false)
  const { looked, ...rest } = { ...view.peek(), ...change }
  view.value = { ...rest, ...(rest.whatIf && looked !== undefined && { looked }) } as View
  clearTimeout(toAddress)
  // While a slider is dragged, the address waits: browsers bound how often it may change.
  if (isStep) writeAddress(true)
  else toAddress = setTimeout(() => writeAddress(false), addressDelayMs)
}

/** Goes to a version: a moment of its own, which new events do not move. For `isStep` see `go`. */
export function goTo(version: number, thread?: string, isStep = false): void {
  const { whatIf } = view.peek()
  const at = Math.max(1, Math.min(version, timeline.peek().version))
  go({ version: at, ...(thread !== undefined && { thread }), ...(whatIf && { whatIf: undefined }) }, isStep)
}

/** Goes on with whatever comes. */
export const follow = (): void => go({ version: undefined, whatIf: undefined })

/** Takes the view from the address. */
export function readAddress(): void {
  view.value = viewOf(location.hash)
}

export const conversationId = computed(() => view.value.conversation)

/** Loads the conversation that the view asks for, and follows it. */
export function keepLoaded(): void {
  effect(() => {
    const id = conversationId.value
    const stop = new AbortController()
    const timeline = new Timeline()
    batch(() => {
      grown.value = { timeline }
      progress.value = 'loading'
      refusal.value = undefined
    })
    if (id === undefined) return
    void load(
      id,
      {
        timeline,
        onProgress: (now, why) => {
          if (stop.signal.aborted) return
          progress.value = now
          refusal.value = why
        },
        onLines: () => {
          grown.value = { timeline }
        },
      },
      stop.signal,
    )
    return () => stop.abort()
  })
}

/** The log itself, whatever is tried on a scratch copy. */
export const original = computed(() => grown.value)

const whatIf = computed(() => view.value.whatIf)
const isScratch = computed(() => whatIf.value !== undefined)
const askedVersion = computed(() => view.value.version)
const askedThread = computed(() => view.value.thread)
const loaded = computed(() => grown.value.timeline)
// A number of its own: the copy is not made again whenever the log grows behind it.
const scratchVersion = computed(() =>
  Math.min(askedVersion.value ?? Number.POSITIVE_INFINITY, grown.value.timeline.version),
)

/** The scratch copy, while one is tried on. */
export const scratch = computed(() => {
  if (!isScratch.value) return undefined
  const [timeline, version] = [loaded.value, scratchVersion.value]
  const threadId = askedThread.value ?? timeline.tracks[timeline.focusAt(version)]?.threadId ?? ''
  return { ...tryOut(timeline, { version, threadId, letters: whatIf.value ?? [] }), from: version }
})

/** What all panes show. */
export const shown = computed(() => (scratch.value ? { timeline: scratch.value.timeline } : grown.value))
export const timeline = computed(() => shown.value.timeline)

/** The moment that all panes show. */
export const moment = computed(() => {
  const last = shown.value.timeline.version
  return scratch.value ? last : Math.min(askedVersion.value ?? last, last)
})
export const isFollowing = computed(() => askedVersion.value === undefined && !isScratch.value)

const lookedAt = computed(() => (scratch.value ? (view.value.looked ?? scratch.value.threadId) : askedThread.value))
/** The thread that is looked at, by order of birth. */
export const ordinal = computed(() => {
  const { timeline } = shown.value
  const pinned = lookedAt.value === undefined ? undefined : timeline.ordinalOf(lookedAt.value)
  return pinned ?? timeline.focusAt(moment.value)
})
export const track = computed(() => shown.value.timeline.tracks[ordinal.value])
export const isPinned = computed(() => askedThread.value !== undefined)

const linesMax = 8
let lines = new Map<number, ReturnType<typeof threadLine>>()
let linesOf: object | undefined

/** The line of a thread as it is now, kept while the log does not grow. */
export function lineOf(shownNow: { readonly timeline: Timeline }, of: number) {
  if (linesOf !== shownNow) lines = new Map()
  linesOf = shownNow
  const line = lines.get(of) ?? threadLine(shownNow.timeline, of)
  if (lines.size >= linesMax) lines.clear()
  lines.set(of, line)
  return line
}

export const line = computed(() => lineOf(shown.value, ordinal.value))
export const states = computed(() => shown.value.timeline.statesAt(moment.value))
export const account = computed<Account | undefined>(() => accountOf(shown.value.timeline, line.value, moment.value))

const logFilter = computed(() => view.value.filter)
/** Versions of the events that the log shows; `undefined` for all. */
export const listed = computed(() => filtered(shown.value.timeline, logFilter.value))
