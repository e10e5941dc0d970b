/**
 * How a model's step came to its end, whatever the provider calls it. What is called is held back until that is known: a
 * step that was refused by the provider, or cut off, must not end anything (SPEC: doubt never ends a chat).
 */
import type { Said } from './said.js'

export interface Finish {
  readonly kind: 'finish'
  /** `cut`: at a limit, so that the last call may be half of one. `refused`: by the provider; its calls count for nothing. */
  readonly how: 'whole' | 'cut' | 'refused'
  /** The provider's own word for it. */
  readonly word: string
}

export const finish = (how: Finish['how'], word: string): Finish => ({ kind: 'finish', how, word })

const isText = (said: Said): boolean => said.kind === 'text' && said.text.trim() !== ''

/** What stands of a step that came to its end so. */
export function standing(said: readonly Said[], how: Finish['how']): readonly Said[] {
  if (how === 'refused') return said.filter(({ kind }) => kind === 'text')
  const last = said.at(-1)
  if (how === 'whole' || last?.kind !== 'call') return said
  return [...said.slice(0, -1), { ...last, input: null, isBroken: true }]
}

/**
 * A provider's stream as a model's step: text before the first call as it comes, everything after it once the step is whole.
 * @throws Error where the stream stops without an end, or the provider refused and no word was said
 */
export async function* settled(pieces: AsyncIterable<Said | Finish>): AsyncGenerator<Said, void, undefined> {
  const held: Said[] = []
  let hasSpoken = false
  for await (const piece of pieces) {
    if (piece.kind === 'finish') {
      const left = standing(held, piece.how)
      hasSpoken ||= left.some(isText)
      if (piece.how === 'refused' && !hasSpoken) throw new Error(`the provider refused to answer: ${piece.word}`)
      return yield* left
    }
    if (held.length > 0 || piece.kind === 'call') held.push(piece)
    else {
      hasSpoken ||= isText(piece)
      yield piece
    }
  }
  throw new Error('the stream stopped before the answer was whole')
}

/** The same of a response that came whole. */
export function standingOf(pieces: readonly (Said | Finish)[]): readonly Said[] {
  const said = pieces.filter((piece) => piece.kind !== 'finish')
  const end = pieces.find((piece) => piece.kind === 'finish')
  return standing(said, end?.how ?? 'whole')
}
