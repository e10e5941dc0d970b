/** Assessors of every kind: those that answer, that fail, and that take their turn. */
import fc from 'fast-check'
import type { Assess, Assessment } from '../../src/conversations/assessing.js'

const share = fc.double({ min: 0, max: 1, noNaN: true })
const finding = fc.oneof(fc.boolean(), share)
const category = fc.constantFrom('hate', 'violence', 'S11', '__proto__')

const arbitraryCategories = fc.oneof(
  fc.array(category),
  fc.array(fc.tuple(category, finding)).map((entries) => Object.fromEntries(entries)),
)

/** Any assessment that the log takes. */
export const arbitraryAssessment: fc.Arbitrary<Assessment> = fc.record(
  {
    harm: fc.constantFrom('none' as const, 'harmful' as const),
    risk: fc.oneof(
      { weight: 2, arbitrary: fc.constant(null) },
      fc.constantFrom('self-harm' as const, 'crisis' as const, 'harm-to-others' as const),
    ),
    categories: arbitraryCategories,
    confidence: share,
  },
  { requiredKeys: ['harm', 'risk'] },
)

/** What an assessor does: `null` is to fail. */
export type Conduct = Assessment | null

export const arbitraryConduct: fc.Arbitrary<Conduct> = fc.oneof(
  { weight: 4, arbitrary: arbitraryAssessment },
  fc.constant(null),
)

export const failureText = 'this assessor failed'

/** An assessor that does so. */
export const doing =
  (conduct: Conduct): Assess =>
  async () => {
    if (conduct === null) throw new Error(failureText)
    return conduct
  }

/** What is to be an assessment, and is none. */
export const nonsense: readonly unknown[] = [
  undefined,
  null,
  'none',
  {},
  { harm: 'none' },
  { harm: 'bad', risk: null },
  { harm: 'none', risk: 'harmful' },
  { harm: 'none', risk: null, confidence: 1.1 },
  { harm: 'none', risk: null, confidence: Number.NaN },
  { harm: 'none', risk: null, categories: 'hate' },
  { harm: 'none', risk: null, categories: { hate: 'yes' } },
  { harm: 'none', risk: null, categories: [1] },
  { harm: 'none', risk: null, note: '' },
]
