/**
 * Hears a step of a model while it passes by, and holds back what must not be passed on: the end call until the step is whole,
 * and all that follows it. What breaks off was perhaps about to say otherwise, so then the call is not passed on at all.
 */
import { type Finish, standing } from '../finish.js'
import { heardEndCall, heardOf, isEndCall } from '../intents.js'
import type { Said } from '../said.js'
import { finishOf, saidOf } from './said-in.js'
import type { Generated, GeneratedPart, StreamPart } from './shapes.js'

/** Is told what stands of a step once it is over. */
export type EndOfStep = (step: readonly Said[]) => Promise<void>

const isEndPart = (part: unknown): boolean => {
  const said = saidOf(part)
  return said !== undefined && isEndCall(said)
}

/** What stands of a step that finished so: of one that was refused, only what was passed on. */
const stands = (step: readonly Said[], { how }: Finish): readonly Said[] =>
  standing(how === 'refused' ? heardOf(step) : step, how)

/** A result as it is passed on: up to the end call that is heard. */
export async function heardResult(result: Generated, onEnd: EndOfStep): Promise<Generated> {
  const said = result.content.map(saidOf).filter((one) => one !== undefined)
  const step = stands(said, finishOf(result.finishReason))
  await onEnd(step)
  const cut = result.content.findIndex((part: GeneratedPart) => isEndPart(part))
  return cut < 0 ? result : { ...result, content: result.content.slice(0, heardEndCall(step) ? cut + 1 : cut) }
}

/** What opens and closes blocks in a stream, so that what was opened before the cut can be closed after it. */
const isOpening = ({ type }: StreamPart) => /^(text|reasoning|tool-input)-start$/.test(type)
const isClosing = ({ type }: StreamPart) => /^(text|reasoning|tool-input)-end$/.test(type)
const ofTheCall = new Set<StreamPart['type']>(['response-metadata', 'ping', 'raw', 'error'])

class StepHearing {
  readonly step: Said[] = []
  readonly held: StreamPart[] = []
  isBroken = false
  private readonly open = new Set<string>()

  /** Hears a part, and answers whether it is to be passed on now. */
  hear(part: StreamPart): boolean {
    const said = saidOf(part)
    if (said) this.step.push(said)
    if (part.type === 'error') this.isBroken = true
    if (this.held.length > 0) return ofTheCall.has(part.type) || (isClosing(part) && this.close(part))
    if (isOpening(part) && 'id' in part) this.open.add(part.id)
    if (isClosing(part)) this.close(part)
    if (!isEndPart(part)) return true
    this.held.push(part)
    return false
  }

  private close(part: StreamPart): boolean {
    return 'id' in part && this.open.delete(part.id)
  }
}

const failed: Finish = { kind: 'finish', how: 'refused', word: 'error' }

/** A stream as it is passed on. Ends the step before its last parts, so that whoever reads them finds it decided. */
export async function* heardStream(parts: AsyncIterable<StreamPart>, onEnd: EndOfStep): AsyncGenerator<StreamPart> {
  const hearing = new StepHearing()
  let isOver = false
  const end = async (finish: Finish) => {
    isOver = true
    const step = stands(hearing.step, finish)
    await onEnd(step)
    return heardEndCall(step) !== undefined
  }
  try {
    for await (const part of parts) {
      if (part.type === 'finish' && !isOver) {
        const isHeard = await end(hearing.isBroken ? failed : finishOf(part.finishReason))
        if (isHeard) yield* hearing.held
        yield part
      } else if (hearing.hear(part)) yield part
    }
  } finally {
    if (!isOver) await end(failed)
  }
}
