/** Past conversations to walk: any tree, or one line, of any judgements; and those that a few words describe. */
import fc from 'fast-check'
import type { Policy } from '../../../machines/events.js'
import type { Judging } from '../../../src/cli/backtest/judging.js'
import { batchOf, type Kind, type PastConversation, type PastMessage } from '../../../src/cli/backtest/past.js'
import { type Outcome, Walk } from '../../../src/cli/backtest/walk.js'
import { withDefaults } from '../../../src/lifecycle/policy.js'

export const byTheSource: Judging = { harmfulFrom: new Map(), riskFrom: new Map(), assumeHarmless: false }

const said = (place: number, parent: number, kind: Kind): PastMessage => ({
  messageId: `m${place}`,
  parent,
  kind,
  score: Number.NaN,
})

const letters: { readonly [letter: string]: Kind } = {
  a: 'assistant',
  u: 'unassessed',
  n: 'none',
  h: 'harmful',
  r: 'risk',
}

/** A conversation on one line, a letter a message: `hahan`. */
export function line(text: string, conversationId = 'c'): PastConversation {
  const messages = [...text].map((letter, place) => said(place, place - 1, letters[letter] ?? 'assistant'))
  return { conversationId, messages }
}

/** A tree, each message as a letter and its parent's place: `['h', -1], ['a', 0]`. */
export const treeOf = (...messages: readonly (readonly [string, number])[]): PastConversation => ({
  conversationId: 'c',
  messages: messages.map(([letter, parent], place) => said(place, parent, letters[letter] ?? 'assistant')),
})

export function outcomeOf(conversation: PastConversation, policy: Partial<Policy> = {}): Outcome {
  return new Walk(withDefaults(policy), null).walk(batchOf([conversation]), 0)
}

// Mostly turns, and mostly harm, or hardly any history would come to an end.
const texts = fc
  .array(
    fc.oneof(
      { weight: 16, arbitrary: fc.constant('ha') },
      { weight: 2, arbitrary: fc.constant('na') },
      { weight: 1, arbitrary: fc.constantFrom('ua', 'ra', 'h', 'a', 'u') },
    ),
    { maxLength: 20 },
  )
  .map((turns) => turns.join(''))

/** Conversations on one line, not always in turns. */
export const lines: fc.Arbitrary<PastConversation> = texts.map((text) => line(text))

/**
 * Trees of messages. An assistant's message never stands beside a user's alone: a log could not tell it, for only an
 * assistant's message can be retried.
 */
export const trees: fc.Arbitrary<PastConversation> = fc
  .tuple(texts, fc.array(fc.nat(20), { minLength: 40, maxLength: 40 }))
  .map(([text, jumps]) => {
    const messages: PastMessage[] = []
    for (const [place, letter] of [...text].entries()) {
      // Most go on from the message before; some from one of those just before it.
      const jump = jumps[place % jumps.length] ?? 0
      const parent = Math.max(-1, place - 1 - (jump <= 3 ? jump : 0))
      const siblings = messages.filter((message) => message.parent === parent)
      const mustBeUser = siblings.length > 0 && !siblings.some(({ kind }) => kind === 'assistant')
      messages.push(said(place, parent, letters[mustBeUser && letter === 'a' ? 'h' : letter] ?? 'assistant'))
    }
    return { conversationId: 'c', messages }
  })

/** Small policies, so that ends are met. */
export const policies: fc.Arbitrary<Policy> = fc
  .record({
    redirections: fc.integer({ min: 1, max: 3 }),
    warnings: fc.integer({ min: 1, max: 2 }),
    calmTurns: fc.integer({ min: 1, max: 3 }),
    handshake: fc.boolean(),
  })
  .map(withDefaults)
