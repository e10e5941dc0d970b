/**
 * Answers under way. An answer is made once for what it answers, whoever listens: a client that goes away does not break it
 * off, and one that asks again hears it from the beginning.
 */
import { type AnswerEvent, type AnswerOptions, answer } from '../llm/answer.js'
import type { Place } from '../llm/carry-out.js'

/** One answer, kept from its first event for as long as somebody listens to it. */
class Answering {
  private readonly events: AnswerEvent[] = []
  private isOver = false
  private wake = () => {}
  private changed = this.change()

  async run(answering: AsyncIterable<AnswerEvent>): Promise<void> {
    try {
      for await (const event of answering) this.tell(() => this.events.push(event))
    } finally {
      this.tell(() => {
        this.isOver = true
      })
    }
  }

  async *listen(): AsyncGenerator<AnswerEvent, void, undefined> {
    for (let at = 0; ; ) {
      const { changed } = this
      while (at < this.events.length) yield this.events[at++] as AnswerEvent
      if (this.isOver) return
      if (changed === this.changed) await changed
    }
  }

  private tell(change: () => void): void {
    change()
    const { wake } = this
    this.changed = this.change()
    wake()
  }

  private change(): Promise<void> {
    return new Promise((resolve) => {
      this.wake = resolve
    })
  }
}

export interface AnswersOptions extends Pick<AnswerOptions, 'conversations' | 'model'> {
  readonly timeoutMs: number
  /** Hears of a model or a store that failed, and of what should never happen. */
  readonly onError: (error: unknown) => void
}

const keyOf = ({ conversationId, threadId, commandId }: Place): string =>
  JSON.stringify([conversationId, threadId, commandId])

export class Answers {
  private readonly running = new Map<string, { readonly answering: Answering; readonly over: Promise<void> }>()
  private readonly breakOff = new AbortController()

  constructor(private readonly options: AnswersOptions) {}

  /** How many are under way. */
  get count(): number {
    return this.running.size
  }

  /** The answer under way, from its beginning; `undefined` if there is none. */
  join(place: Place & { readonly commandId: string }): AsyncIterable<AnswerEvent> | undefined {
    return this.running.get(keyOf(place))?.answering.listen()
  }

  /**
   * The answer to what `commandId` names, begun now if it is not under way.
   * @param onOver called once the answer is made, whether anybody listens; at once, if it was under way
   */
  answer(place: Place & { readonly commandId: string }, onOver: () => void): AsyncIterable<AnswerEvent> {
    const joined = this.join(place)
    if (joined) {
      onOver()
      return joined
    }
    const key = keyOf(place)
    const { conversations, model, timeoutMs, onError } = this.options
    const answering = new Answering()
    const events = answer({ conversations, model, timeoutMs }, { ...place, signal: this.breakOff.signal })
    const over = answering
      .run(this.watched(events))
      .catch(onError)
      .finally(() => {
        this.running.delete(key)
        onOver()
      })
    this.running.set(key, { answering, over })
    return answering.listen()
  }

  private async *watched(events: AsyncIterable<AnswerEvent>): AsyncGenerator<AnswerEvent> {
    for await (const event of events) {
      if (event.kind === 'failed' && event.error.kind !== 'rejection') this.options.onError(event.error)
      yield event
    }
  }

  /** Waits for all that are under way; after `closeTimeoutMs` they are broken off, and what was said is kept. */
  async close(closeTimeoutMs: number): Promise<void> {
    const timer = setTimeout(() => this.breakOff.abort(), closeTimeoutMs)
    await Promise.all([...this.running.values()].map(({ over }) => over))
    clearTimeout(timer)
  }
}
