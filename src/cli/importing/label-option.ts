/** The option `--harm-label NAME:VALUE` and its like, for every command that reads judged messages. */
import { InvalidArgumentError } from 'commander'
import { type HarmLabels, parseHarmLabel } from './labels.js'

// Named twice, a label means harm at or over either value, hence over the lower one.
/** Commander's collector for a repeatable `NAME:VALUE`. */
export function collectLabel(text: string, sofar: HarmLabels['harmfulFrom']): HarmLabels['harmfulFrom'] {
  const label = parseHarmLabel(text)
  if (!label) throw new InvalidArgumentError('It must be NAME:VALUE, the value from 0 to 1.')
  const value = Math.min(label.value, sofar.get(label.name) ?? 1)
  return new Map([...sofar, [label.name, value]])
}
