/** Drafted conversations in the form in which they are walked: every message after the one it followed, judged. */
import { isLeft } from 'fp-ts/lib/Either.js'
import { expect, test } from 'vitest'
import { pastOf } from '../../../src/cli/backtest/drafted.js'
import type { Judging } from '../../../src/cli/backtest/judging.js'
import { draftTree } from '../../../src/cli/importing/oasst.js'
import { assistant, labelled, prompter, tree } from '../trees.js'
import { byTheSource } from './histories.js'

function past(value: unknown, judging: Judging) {
  const draft = draftTree(value, judging)
  if (isLeft(draft)) throw new Error(draft.left)
  const { messages } = pastOf(draft.right, judging)
  return messages.map(({ messageId, parent, kind }) => [messageId, messages[parent]?.messageId ?? null, kind])
}

test('Every branch of a tree stands after the message that it leaves.', () => {
  const branching = tree(
    prompter('p', [
      prompter('follow'),
      assistant('a', [prompter('q', [assistant('b')]), prompter('edit', [assistant('c'), assistant('retry')])]),
      assistant('again', [prompter('s')]),
    ]),
  )
  const parents = past(branching, byTheSource).map(([id, parent]) => [id, parent])
  expect(Object.fromEntries(parents)).toEqual({
    p: null,
    a: 'p',
    q: 'a',
    b: 'q',
    edit: 'a',
    c: 'edit',
    retry: 'edit',
    again: 'p',
    s: 'again',
    follow: 'p',
  })
})

test('Labels are judged as named; what no named label judges is unassessed, or harmless on demand.', () => {
  const labels = prompter(
    'p',
    [assistant('a', [prompter('q', [], labelled({ other: 1 }))])],
    labelled({ toxicity: 0.5 }),
  )
  const named = { ...byTheSource, harmfulFrom: new Map([['toxicity', 0.5]]) }
  const kinds = (judging: Judging) => past(tree(labels), judging).map(([, , kind]) => kind)
  expect(kinds(named)).toEqual(['harmful', 'assistant', 'unassessed'])
  expect(kinds({ ...named, assumeHarmless: true })).toEqual(['harmful', 'assistant', 'none'])
})
