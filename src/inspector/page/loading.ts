/**
 * Brings a conversation's log into a timeline: first what there is, in slices that leave room for a frame, then what comes.
 * A connection that breaks is taken up again where it broke, more and more patiently.
 */
import { readLogLine } from '../log-line.js'
import type { Timeline } from '../timeline.js'
import { askLive, askLog, linesIn, Refused, refusalOf } from './api.js'

export type Progress = 'loading' | 'live' | 'reconnecting' | 'too-long' | 'refused'

export interface Loading {
  readonly timeline: Timeline
  readonly onProgress: (progress: Progress, why?: Refused) => void
  readonly onLines: () => void
}

/** The page holds this many events at most; beyond, it says so. */
export const eventsMax = 1_000_000
const sliceMs = 24
/** While a long log comes, the panes are drawn less and less often, up to this far apart. */
const drawnEveryMsMax = 400
const retryDelayMs = 500
const retryDelayMsMax = 15_000

const nextTask = (): Promise<void> => new Promise((resolve) => setTimeout(resolve))

async function* logLines(conversationId: string, from: number, signal: AbortSignal): AsyncGenerator<string> {
  yield* linesIn(await askLog(conversationId, from, signal))
}

async function* liveLines(response: Response): AsyncGenerator<string> {
  for await (const line of linesIn(response)) {
    if (line.startsWith('data:')) yield line.slice(5).trim()
  }
}

class LogLoader {
  constructor(
    private readonly conversationId: string,
    private readonly loading: Loading,
    private readonly signal: AbortSignal,
  ) {}

  private get next(): number {
    return this.loading.timeline.version + 1
  }

  async run(): Promise<void> {
    this.loading.onProgress('loading')
    await this.begin()
    for (let delayMs = retryDelayMs; !this.signal.aborted; delayMs = Math.min(delayMs * 2, retryDelayMsMax)) {
      const before = this.next
      await this.follow()
      if (this.next > before) delayMs = retryDelayMs
      this.loading.onProgress('reconnecting')
      await new Promise((resolve) => setTimeout(resolve, delayMs))
    }
  }

  /** What there is. Where it breaks off, what follows is asked for with what comes. */
  private async begin(): Promise<void> {
    try {
      await this.take(logLines(this.conversationId, this.next, this.signal), drawnEveryMsMax)
    } catch (thrown) {
      if (this.next === 1 || refusalOf(thrown).isLasting) throw thrown
    }
  }

  /** What comes, until the connection breaks. @throws Refused where another would be refused too. */
  private async follow(): Promise<void> {
    try {
      const response = await askLive(this.conversationId, this.next, this.signal)
      this.loading.onProgress('live')
      await this.take(liveLines(response), sliceMs)
    } catch (thrown) {
      if (refusalOf(thrown).isLasting) throw thrown
    }
  }

  private async take(lines: AsyncGenerator<string>, tellMsMax: number): Promise<void> {
    const { timeline, onLines } = this.loading
    let sliceEndsAt = performance.now() + sliceMs
    let told = timeline.version
    let tellMs = sliceMs
    let toTell: ReturnType<typeof setTimeout> | undefined
    const tell = () => {
      toTell = undefined
      if (timeline.version === told || this.signal.aborted) return
      told = timeline.version
      tellMs = Math.min(tellMs * 2, tellMsMax)
      onLines()
    }
    for await (const text of lines) {
      const line = text === '' ? undefined : readLogLine(text)
      if (line && timeline.version >= eventsMax) {
        throw new Refused('too-long', `the page shows the first ${eventsMax} events`)
      }
      if (line) timeline.add(line)
      toTell ??= setTimeout(tell, tellMs)
      if (performance.now() < sliceEndsAt) continue
      await nextTask()
      sliceEndsAt = performance.now() + sliceMs
    }
    clearTimeout(toTell)
    tell()
  }
}

/** Loads a conversation and goes on with it until the signal. */
export async function load(conversationId: string, loading: Loading, signal: AbortSignal): Promise<void> {
  try {
    await new LogLoader(conversationId, loading, signal).run()
  } catch (thrown) {
    if (signal.aborted) return
    const why = refusalOf(thrown)
    loading.onProgress(why.code === 'too-long' ? 'too-long' : 'refused', why)
  }
}
