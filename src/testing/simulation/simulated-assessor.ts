/**
 * An assessor that may be slow, silent, late or confused. It knows the truth of a message by a word in it, and tells the
 * witness what it is about to say, so that the log can be held against it.
 */
import type { Content } from '#machines/events.js'
import type { Assess, Assessment } from '../../conversations/assessing.js'
import type { SeededChance } from '../seeded-chance.js'
import type { Faults } from './faults.js'
import type { VirtualTime } from './virtual-time.js'
import type { Witness } from './witness.js'

/** What the simulated assessor may take, in virtual milliseconds. */
export const assessTimeoutMs = 2_000
const usualMaxMs = 20

/** `despair` shows risk, `insult` is harmful, all else is harmless. */
export const judgeByWord: Assess = ({ content }) => wordOf(content)

export function wordOf(content: Content): Assessment {
  const words = typeof content === 'string' ? content : JSON.stringify(content)
  const harm = words.includes('insult') ? 'harmful' : 'none'
  return { harm, risk: words.includes('despair') ? 'self-harm' : null }
}

export interface AssessorWorld {
  readonly time: VirtualTime
  readonly chance: SeededChance
  readonly faults: Faults
  readonly witness: Witness
  /** The caller's own assessor, or `judgeByWord`. It must not wait for real time. */
  readonly judge: Assess
}

export function simulatedAssessor({ time, chance, faults, witness, judge }: AssessorWorld): Assess {
  return async (request) => {
    const { messageId } = request
    witness.wasAsked(request)
    if (faults.strikes('assessorFails')) {
      witness.willSay(messageId, null)
      await time.wait(chance.below(usualMaxMs))
      throw new Error('simulated: the assessor failed')
    }
    if (faults.strikes('assessorBabbles')) {
      witness.willSay(messageId, null)
      return { harm: 'perhaps', risk: null } as never
    }
    const answer = await judge(request)
    if (faults.strikes('assessorLate')) {
      witness.willSay(messageId, null)
      await time.wait(assessTimeoutMs + 1 + chance.below(assessTimeoutMs))
      return answer
    }
    witness.willSay(messageId, answer)
    await time.wait(chance.below(faults.strikes('assessorLags') ? assessTimeoutMs - 1 : usualMaxMs))
    return answer
  }
}
