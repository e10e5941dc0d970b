/** fast-check as mutants meet it: no property runs more than so many cases, or one that lives would cost minutes. */
import { createRequire } from 'node:module'
import type fastCheck from 'fast-check'

const casesMax = 25
const real = createRequire(import.meta.url)('fast-check') as typeof fastCheck
type Check = typeof fastCheck.assert

const brief = (check: Check): Check =>
  ((property: Parameters<Check>[0], parameters: Parameters<Check>[1] = {}) =>
    check(property, { ...parameters, numRuns: Math.min(casesMax, parameters.numRuns ?? casesMax) })) as Check

export default { ...real, assert: brief(real.assert as Check) }
