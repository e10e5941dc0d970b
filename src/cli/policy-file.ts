/** A policy from a file that someone wrote: read within a bound, completed, and checked before anything is done with it. */
import { readFileSync } from 'node:fs'
import type { Policy } from '#machines/events.js'
import { policyFault, withDefaults } from '../lifecycle/policy.js'
import { InputError } from './exit.js'

/** A policy file is small; this bounds what is read of a wrong one. */
const policyCharactersMax = 10_000

/** The policy in a file, completed by the defaults. Throws `InputError`, one line, if there is none in it. */
export function readPolicy(path: string): Policy {
  let text: string
  try {
    text = readFileSync(path, 'utf8')
  } catch (error) {
    throw new InputError(`cannot read ${path}: ${(error as NodeJS.ErrnoException).code}`)
  }
  if (text.length > policyCharactersMax) throw new InputError(`${path} is no policy: it is too long`)
  let value: unknown
  try {
    value = JSON.parse(text)
  } catch {
    throw new InputError(`${path} is not JSON`)
  }
  const isObject = typeof value === 'object' && value !== null && !Array.isArray(value)
  const policy = isObject ? withDefaults(value as Partial<Policy>) : value
  const fault = policyFault(policy)
  if (fault !== undefined) throw new InputError(`${path}: ${fault}`)
  return policy as Policy
}
