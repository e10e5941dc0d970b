/** What the user must be told beside the messages: trouble, an end and what can be done then, help, and who answers here. */
import { signal } from '@preact/signals'
import { editLast } from './messages.js'
import { about, answerEnd, askToEnd, giveFeedback, isBusy, isOffline, startNew, thread, trouble } from './session.js'

export function Trouble() {
  const text = isOffline.value ? 'The connection is lost. Your words are kept; trying again …' : trouble.value
  if (text === null) return null
  return (
    <p class="trouble" role="alert">
      {text}
    </p>
  )
}

/** The server may be one for trying things out; that must be plain to whoever writes here. */
export function DemoNotice() {
  const { model, assessor } = about.value ?? {}
  if (!model?.isDemo && !assessor?.isDemo) return null
  return (
    <p class="demo" role="note">
      For trying out. {model?.isDemo && `Model: ${model.name}. `}
      {assessor?.isDemo && `Assessor: ${assessor.name}.`}
    </p>
  )
}

/** Shown while the person may be at risk. It names no number: those differ by country. */
export function Resources() {
  if (thread.value?.state.risk !== 'flagged') return null
  return (
    <section class="resources" aria-label="Support">
      <h2 class="resources-title">You are not alone</h2>
      <p>
        If you or someone else is in immediate danger, call your local emergency number now. A crisis line, a doctor, or
        someone you trust can be with you in this, today. You can keep writing here.
      </p>
    </section>
  )
}

const comment = signal('')
const isSent = signal(false)

function Feedback() {
  if (isSent.value) return <p>Thank you. Someone will read it.</p>
  const send = async (rating: 'up' | 'down') => {
    const said = comment.value.trim()
    isSent.value = await giveFeedback({ rating, ...(said !== '' && { comment: said }) })
    if (isSent.value) comment.value = ''
  }
  return (
    <fieldset class="feedback">
      <legend>Was this right?</legend>
      <label for="comment">What should we know? (optional)</label>
      <input
        id="comment"
        value={comment}
        maxLength={2_000}
        onInput={(event) => {
          comment.value = event.currentTarget.value
        }}
      />
      <button type="button" onClick={() => void send('up')}>
        Yes
      </button>
      <button type="button" onClick={() => void send('down')}>
        No
      </button>
    </fieldset>
  )
}

const why: { readonly [ground: string]: string } = {
  'persistent-harm': 'The assistant ended it, after a warning, because of how it was being spoken to.',
  'user-request': 'You asked to end it, and confirmed.',
}

export function EndedBanner() {
  const { ended, messages = [] } = thread.value ?? {}
  if (!ended) return null
  const begin = () => {
    isSent.value = false
    void startNew()
  }
  return (
    <section class="ended" aria-label="This chat has ended">
      <h2>This chat has ended</h2>
      <p>{why[ended.ground]} No more messages can be added here. Your other chats are not affected.</p>
      <p class="choices">
        <button type="button" class="primary" onClick={begin}>
          Start a new chat
        </button>
        <button type="button" onClick={() => editLast(messages)}>
          Edit an earlier message
        </button>
      </p>
      <Feedback />
    </section>
  )
}

/** What still stands in the way of the user's own wish to end, in the machine's words. */
const wanting = () => thread.value?.guidance.vetoes['user-request'] ?? []

/** The user's own wish to end, which they may take back until it is done. */
export function ClosingQuestion() {
  const vetoes = wanting()
  const isAsked = vetoes.includes('not-confirmed')
  if (vetoes.includes('risk-flagged') || !(isAsked || vetoes.includes('not-asked'))) return null
  return (
    <section class="closing" aria-label="End this chat?">
      <h2>End this chat for good?</h2>
      <p>Nothing can be added to it afterwards. You can always start a new one.</p>
      <p class="choices">
        {isAsked && (
          <button type="button" disabled={isBusy} onClick={() => void answerEnd('confirm')}>
            Yes, end it
          </button>
        )}
        <button type="button" class="primary" disabled={isBusy} onClick={() => void answerEnd('withdraw')}>
          Keep this chat
        </button>
      </p>
    </section>
  )
}

/** Offered while nothing else is asked; never while the person may be at risk, when nothing speaks of an end. */
export function AskToEnd() {
  const vetoes = wanting()
  const isNew = thread.value?.messages.length === 0
  if (isNew || vetoes.includes('risk-flagged') || !vetoes.includes('not-requested')) return null
  return (
    <button type="button" class="quiet ask-to-end" disabled={isBusy} onClick={() => void askToEnd()}>
      End this chat …
    </button>
  )
}
