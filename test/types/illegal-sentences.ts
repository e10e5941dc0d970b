/** Sentences and suites whose misuse must not compile. */
import fc, * as everything from 'fast-check'
import { test } from 'vitest'
import { arbitraries } from '../../src/testing/arbitraries.js'
import { received } from '../../src/testing/events.js'
import { given, refused } from '../../src/testing/given.js'
import { lifecycleSuite } from '../../src/testing/lifecycle-suite.js'

export const legal = [arbitraries(fc).logs(), arbitraries(everything).logs({ policy: arbitraries(fc).policies() })]
export const sentence = (): void => given().when(received('u1')).then(refused('not-opened'))

export const awaited = async () => {
  // @ts-expect-error A sentence is no promise.
  await given().when(received('u1'))
}
// @ts-expect-error There is no such code.
export const uncoded = refused('because')
// @ts-expect-error A refusal stands alone: nothing is reported beside it.
export const beside = () => given().when(received('u1')).then(refused('ended'), received('u1'))
// @ts-expect-error A suite needs fast-check.
export const unchecked = () => lifecycleSuite({ test })
// @ts-expect-error A floor has a name.
export const floorless = () => lifecycleSuite({ test, fc, floors: { transitions: 1 } })
