/** The chat's messages, and what can be done with each: edit, try again, say whether it helped, go to another branch. */
import { signal } from '@preact/signals'
import { useEffect, useRef } from 'preact/hooks'
import type { Message, Thread } from './api.js'
import { type Branches, branchesOf } from './branches.js'
import { conversation, edit, giveFeedback, isBusy, retry, show, textOf, underWay } from './session.js'

const editing = signal<string | null>(null)
/** The message whose editing was called off just now: the focus goes back to where it came from. */
const calledOff = signal<string | null>(null)

/** Opens the last message of the user for editing, from wherever it is offered. */
export function editLast(messages: readonly Message[]): void {
  editing.value = messages.findLast(({ role }) => role === 'user')?.messageId ?? null
}

function Arrows({ thread, branches }: { readonly thread: Thread; readonly branches: Branches }) {
  const { threads, at } = branches
  const go = (place: number) => {
    const id = threads[place]
    if (id !== undefined) void show(thread.conversationId, id)
  }
  return (
    <fieldset class="arrows" aria-label="Branches">
      <button type="button" class="arrow" aria-label="Previous branch" disabled={at === 0} onClick={() => go(at - 1)}>
        ‹
      </button>
      <span>
        {at + 1}/{threads.length}
      </span>
      <button
        type="button"
        class="arrow"
        aria-label="Next branch"
        disabled={at === threads.length - 1}
        onClick={() => go(at + 1)}
      >
        ›
      </button>
    </fieldset>
  )
}

function Editor({ message, text }: { readonly message: Message; readonly text: string }) {
  const field = useRef<HTMLTextAreaElement>(null)
  useEffect(() => field.current?.focus(), [])
  const close = () => {
    editing.value = null
  }
  const cancel = () => {
    calledOff.value = message.messageId
    close()
  }
  const submit = (event: Event) => {
    event.preventDefault()
    const content = field.current?.value ?? ''
    if (content.trim() === '') return
    close()
    void edit(message.threadId, message.messageId, content)
  }
  return (
    <form class="editor" onSubmit={submit}>
      <label for="edited">Edit your message</label>
      <textarea
        id="edited"
        ref={field}
        rows={3}
        defaultValue={text}
        onKeyDown={(event) => event.key === 'Escape' && cancel()}
      />
      <p>
        <button type="submit" class="primary">
          Send as a new branch
        </button>
        <button type="button" onClick={cancel}>
          Cancel
        </button>
      </p>
    </form>
  )
}

function Body({ message }: { readonly message: Message }) {
  const text = textOf(message.content)
  if (text === null) return <p class="erased">This message was erased.</p>
  return <p class="text">{text}</p>
}

/** What a warning must make plain: that it is one, what for, and what would be better. */
function Warning({ message }: { readonly message: Message }) {
  if (!message.warning) return null
  const { behavior, alternative } = message.warning
  return (
    <dl class="warning">
      <dt>
        <span aria-hidden="true">⚠</span> Warning about
      </dt>
      <dd>{behavior}</dd>
      <dt>Instead</dt>
      <dd>{alternative}</dd>
    </dl>
  )
}

function UserActions({ message }: { readonly message: Message }) {
  const button = useRef<HTMLButtonElement>(null)
  const isBack = calledOff.value === message.messageId
  useEffect(() => {
    if (!isBack) return
    button.current?.focus()
    calledOff.value = null
  }, [isBack])
  if (textOf(message.content) === null) return null
  return (
    <button
      ref={button}
      type="button"
      class="quiet"
      disabled={isBusy}
      onClick={() => {
        editing.value = message.messageId
      }}
    >
      Edit
    </button>
  )
}

function AssistantActions({ message, isLast }: { readonly message: Message; readonly isLast: boolean }) {
  const { messageId } = message
  return (
    <>
      <button type="button" class="quiet" onClick={() => void giveFeedback({ rating: 'up', messageId })}>
        Helpful
      </button>
      <button type="button" class="quiet" onClick={() => void giveFeedback({ rating: 'down', messageId })}>
        Not helpful
      </button>
      {isLast && (
        <button type="button" class="quiet" disabled={isBusy} onClick={() => void retry(messageId)}>
          Try again
        </button>
      )}
    </>
  )
}

interface Shown {
  readonly thread: Thread
  readonly message: Message
  readonly branches: Branches | undefined
  readonly isLast: boolean
}

function One({ thread, message, branches, isLast }: Shown) {
  const isUser = message.role === 'user'
  const isEditing = editing.value === message.messageId
  return (
    <li class={`message ${message.role}`} data-purpose={message.purpose}>
      <h2 class="who">{isUser ? 'You' : 'Assistant'}</h2>
      {isEditing ? <Editor message={message} text={textOf(message.content) ?? ''} /> : <Body message={message} />}
      <Warning message={message} />
      <div class="actions">
        {branches && <Arrows thread={thread} branches={branches} />}
        {isUser ? <UserActions message={message} /> : <AssistantActions message={message} isLast={isLast} />}
      </div>
    </li>
  )
}

function UnderWay() {
  const now = underWay.value
  if (!now) return null
  return (
    <>
      {now.said !== null && (
        <li class="message user">
          <h2 class="who">You</h2>
          <p class="text">{now.said}</p>
        </li>
      )}
      <li class="message assistant" aria-busy="true">
        <h2 class="who">Assistant</h2>
        {now.answer === '' ? <p class="waiting">thinking …</p> : <p class="text">{now.answer}</p>}
      </li>
    </>
  )
}

/** The messages that stand while an edited one is on its way: those before the one it replaces stay as they are. */
export function Messages({ thread }: { readonly thread: Thread }) {
  const end = useRef<HTMLLIElement>(null)
  const branches = conversation.value ? branchesOf(thread, conversation.value) : new Map<string, Branches>()
  const answer = underWay.value?.answer
  useEffect(() => end.current?.scrollIntoView({ block: 'end' }), [thread, answer])
  return (
    <ol class="messages" aria-label="Messages">
      {thread.messages.map((message, place) => (
        <One
          key={message.messageId}
          thread={thread}
          message={message}
          branches={branches.get(message.messageId)}
          isLast={place === thread.messages.length - 1 && thread.guidance.stance !== 'closed'}
        />
      ))}
      <UnderWay />
      <li class="end" ref={end} aria-hidden="true" />
    </ol>
  )
}
