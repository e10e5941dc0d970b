/** The field in which the user writes. What is in it stays until the server has it. */
import { useEffect, useRef } from 'preact/hooks'
import { draft, isBusy, sendDraft, thread } from './session.js'

/** A line break is Shift and Enter; a word under composition, as in Japanese, is not sent. */
const isSend = (event: KeyboardEvent) => event.key === 'Enter' && !event.shiftKey && !event.isComposing

export function Composer() {
  const field = useRef<HTMLTextAreaElement>(null)
  const isClosed = thread.value?.guidance.stance === 'closed'
  const isReady = !isBusy.value
  useEffect(() => {
    if (isReady && !isClosed) field.current?.focus()
  }, [isReady, isClosed, thread.value?.threadId])
  if (isClosed) return null
  return (
    <form
      class="composer"
      onSubmit={(event) => {
        event.preventDefault()
        void sendDraft()
      }}
    >
      <label class="unseen" for="message">
        Your message
      </label>
      <textarea
        id="message"
        ref={field}
        rows={2}
        placeholder="Write a message"
        value={draft}
        onInput={(event) => {
          draft.value = event.currentTarget.value
        }}
        onKeyDown={(event) => {
          if (!isSend(event)) return
          event.preventDefault()
          void sendDraft()
        }}
      />
      <button type="submit" class="primary" disabled={isBusy}>
        Send
      </button>
    </form>
  )
}
