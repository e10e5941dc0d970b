/** Questions about a view as data, so that a counterexample reads as a story; and what a store answers to them, in short. */
import fc from 'fast-check'
import type { EventStore } from '../../src/log/event-store.js'
import type { ViewPage, ViewRow, Views } from '../../src/log/views.js'
import { shape, viewRow } from '../../src/testing/store-suite/view-specimens.js'
import { inShort } from './stored-events.js'

export type ViewQuestion =
  | readonly ['save', readonly ViewRow[]]
  | readonly ['load', readonly string[]]
  | readonly ['page', ViewPage]
  | readonly ['make' | 'drop']

// Few of each, so that they meet; ids whose order by bytes is not that of JavaScript's strings.
const conversationId = fc.constantFrom('a', 'b', 'B', '__proto__', '🐎', '\uff61', 'é')
const text = fc.constantFrom(null, '', 'a', 'A', '🐎', '\uff61')
const integer = fc.oneof(fc.constant(null), fc.integer({ min: -2, max: 2 }), fc.constant(Number.MAX_SAFE_INTEGER))

const row = fc
  .record({
    id: conversationId,
    version: fc.integer({ min: 0, max: 5 }),
    fields: fc.record({ owner: text, order: text, seen: integer, due: integer }),
  })
  .map(({ id, version, fields }) => viewRow(id, version, fields))

const bound = fc.integer({ min: -3, max: 3 })
const page: fc.Arbitrary<ViewPage> = fc.record(
  {
    where: fc.record({ owner: text, order: text, due: integer }, { requiredKeys: [] }),
    orderBy: fc.constantFrom('seen', 'due'),
    descending: fc.boolean(),
    from: bound,
    to: bound,
    after: fc.record({ value: bound, conversationId }),
    limit: fc.constantFrom(0, 1, 2, 100),
  },
  { requiredKeys: ['orderBy'] },
)

const question: fc.Arbitrary<ViewQuestion> = fc.oneof(
  { arbitrary: fc.array(row, { maxLength: 6 }).map((rows): ViewQuestion => ['save', rows]), weight: 6 },
  { arbitrary: page.map((asked): ViewQuestion => ['page', asked]), weight: 10 },
  { arbitrary: fc.array(conversationId, { maxLength: 4 }).map((ids): ViewQuestion => ['load', ids]), weight: 2 },
  { arbitrary: fc.constantFrom<ViewQuestion>(['make'], ['make'], ['drop']), weight: 1 },
)

/** Questions to a view that was made, mostly. */
export const viewQuestions = fc
  .array(question, { maxLength: 40, size: 'max' })
  .map((asked): readonly ViewQuestion[] => [['drop'], ['make'], ...asked])

function ask(views: Views, [what, about]: ViewQuestion): Promise<unknown> {
  switch (what) {
    case 'save':
      return views.save(shape, about)
    case 'load':
      return views.load(shape, about)
    case 'page':
      return views.page(shape, about)
    default:
      return views[what](shape)
  }
}

/** Rows that are loaded come in any order. */
function sorted(answer: unknown, [what]: ViewQuestion): unknown {
  if (what !== 'load' || !Array.isArray(answer)) return answer
  return answer.map((one) => JSON.stringify(one)).sort()
}

/** The answers in order, as text that can be compared. */
export async function answersOf({ views }: EventStore, asked: readonly ViewQuestion[]): Promise<string> {
  if (views === undefined) throw new Error('the store has no views')
  const answers: unknown[] = []
  for (const one of asked) {
    answers.push(sorted(inShort((await ask(views, one)) as Parameters<typeof inShort>[0]), one))
  }
  return JSON.stringify(answers)
}
