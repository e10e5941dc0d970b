/** The page as a whole: a list of chats, the chat itself, and what it needs of the user. */
import { signal } from '@preact/signals'
import { Composer } from './composer.js'
import { Messages } from './messages.js'
import { AskToEnd, ClosingQuestion, DemoNotice, EndedBanner, Resources, Trouble } from './notices.js'
import { announcement, isBusy, listed, show, signIn, signOut, startNew, thread, token } from './session.js'

const given = signal('')

function SignIn() {
  const submit = (event: Event) => {
    event.preventDefault()
    if (given.value.trim() !== '') void signIn(given.value.trim())
  }
  return (
    <main class="sign-in">
      <h1>Sign in</h1>
      <p>The server printed a token when it started. Paste it here, or open the address that it printed.</p>
      <form onSubmit={submit}>
        <label for="token">Token</label>
        <input
          id="token"
          type="password"
          autocomplete="off"
          value={given}
          onInput={(event) => {
            given.value = event.currentTarget.value
          }}
        />
        <button type="submit" class="primary">
          Sign in
        </button>
      </form>
      <Trouble />
    </main>
  )
}

const nameOf = (place: number, count: number) => `Chat ${count - place}`

function Chats() {
  const shown = thread.value?.conversationId
  const count = listed.value.length
  return (
    <nav class="chats" aria-label="Your chats">
      <button type="button" class="primary" onClick={() => void startNew()} disabled={isBusy}>
        New chat
      </button>
      <ul>
        {listed.value.map(({ conversationId, state }, place) => (
          <li key={conversationId}>
            <button
              type="button"
              aria-current={conversationId === shown ? 'page' : undefined}
              onClick={() => void show(conversationId)}
            >
              {nameOf(place, count)}
              {state === 'ended' && <span class="mark">ended</span>}
            </button>
          </li>
        ))}
      </ul>
      <button type="button" class="quiet" onClick={signOut}>
        Sign out
      </button>
    </nav>
  )
}

function Welcome() {
  return (
    <div class="welcome">
      <h1>What is on your mind?</h1>
      <p>Write below to begin.</p>
    </div>
  )
}

export function Chat() {
  if (token.value === null) return <SignIn />
  return (
    <div class="app">
      <Chats />
      <main>
        {thread.value && <h1 class="unseen">Chat</h1>}
        <DemoNotice />
        <Resources />
        {thread.value ? <Messages thread={thread.value} /> : <Welcome />}
        <div class="below">
          <Trouble />
          <EndedBanner />
          <ClosingQuestion />
          <Composer />
          <AskToEnd />
        </div>
      </main>
      <p class="announced" role="status" aria-live="polite">
        {announcement}
      </p>
    </div>
  )
}
