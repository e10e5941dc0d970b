/** What a scripted conversation is made of: who does what, in order, and how each of the user's lines is judged. */
import type { Ground, Policy, Purpose, Warning } from '#machines/events.js'
import type { Assessment } from '../../conversations/assessing.js'
import type { Lifecycle, Risk } from '../../lifecycle/thread-state.js'

export type Step =
  | { readonly does: 'say'; readonly by: 'user'; readonly text: string; readonly judged: Assessment }
  | {
      readonly does: 'say'
      readonly by: 'assistant'
      readonly text: string
      readonly purpose: Purpose
      readonly warning?: Warning
    }
  | { readonly does: 'end'; readonly ground: Ground; readonly reason: string }
  | { readonly does: 'requestEnd'; readonly reason: string }
  | { readonly does: 'confirmEnd' }
  | {
      readonly does: 'edit'
      readonly cut: { readonly threadId: string; readonly messageId: string }
      readonly text: string
      readonly judged: Assessment
    }
  | { readonly does: 'clearRisk'; readonly reason: string }
  | { readonly does: 'giveFeedback'; readonly comment: string }

export interface Story {
  /** Its conversation's id begins with this. */
  readonly name: string
  readonly title: string
  /** What to watch for. */
  readonly about: string
  /** What differs from the default policy. */
  readonly policy?: Partial<Policy>
  /** The story whose conversation this one goes on in. */
  readonly continues?: string
  /** The thread it plays on; an edit makes it. */
  readonly threadId: string
  readonly steps: readonly Step[]
  /** Where its thread stands in the end; the demo fails if it does not. */
  readonly reaches: { readonly lifecycle: Lifecycle; readonly risk: Risk }
}

export const fine: Assessment = { harm: 'none', risk: null }
export const harmful: Assessment = { harm: 'harmful', risk: null }
export const atRisk: Assessment = { harm: 'none', risk: 'self-harm' }

export const user = (text: string, judged: Assessment = fine): Step => ({ does: 'say', by: 'user', text, judged })
export const assistant = (text: string, purpose: Exclude<Purpose, 'warning'> = 'reply'): Step => ({
  does: 'say',
  by: 'assistant',
  text,
  purpose,
})
export const warn = (text: string, warning: Warning): Step => ({
  does: 'say',
  by: 'assistant',
  text,
  purpose: 'warning',
  warning,
})
export const end = (ground: Ground, reason: string): Step => ({ does: 'end', ground, reason })
