/** What the page shows, and what the user can do: signals that the components read, and orders to the server. */
import { batch, computed, signal } from '@preact/signals'
import { type About, Api, type Conversation, type Heard, type Listed, pathOf, Refused, type Thread } from './api.js'

const tokenKey = 'colloquy-token'

export const token = signal<string | null>(null)
export const about = signal<About | null>(null)
export const listed = signal<readonly Listed[]>([])
export const thread = signal<Thread | null>(null)
export const conversation = signal<Conversation | null>(null)
/** What was sent and is not in the thread yet, and what has been answered so far; `null` while nothing is under way. */
export const underWay = signal<{ readonly said: string | null; readonly answer: string } | null>(null)
export const trouble = signal<string | null>(null)
export const isOffline = signal(false)
/** Said to screen readers, whole sentences only. */
export const announcement = signal('')
/** What the user is writing; kept until it has arrived. */
export const draft = signal('')
export const isBusy = computed(() => underWay.value !== null)

const api = computed(() => new Api(token.value ?? ''))

const words: { readonly [code: string]: string } = {
  ended: 'This chat has ended. Start a new one, or edit an earlier message.',
  unauthenticated: 'This token is not known to the server. Sign in again.',
  'version-conflict': 'Something else happened in this chat meanwhile. It was loaded anew.',
  'model-timeout': 'The assistant took too long. Try again.',
  'risk-flagged': 'That is not possible right now. Just keep writing; you are heard.',
}

function tell(error: unknown): void {
  if (!(error instanceof Refused)) throw error
  isOffline.value = error.code === 'offline'
  const when = error.retryAfterSeconds === undefined ? '' : ` Try again in ${error.retryAfterSeconds} s.`
  trouble.value = `${words[error.code] ?? error.message}${when}`
}

const here = () => {
  const { conversationId = '', threadId = '' } = thread.peek() ?? {}
  return { conversationId, threadId }
}

async function refresh(conversationId: string, threadId: string): Promise<void> {
  const [view, whole] = await Promise.all([
    api.peek().get<Thread>(pathOf(conversationId, threadId)),
    api.peek().get<Conversation>(pathOf(conversationId)),
  ])
  batch(() => {
    thread.value = view
    conversation.value = whole
    isOffline.value = false
  })
}

async function refreshList(): Promise<void> {
  const { conversations } = await api.peek().get<{ conversations: readonly Listed[] }>('/v1/conversations?limit=50')
  listed.value = conversations
}

/** Shows a thread, and remembers it in the address, so that a reload comes back to it. */
export async function show(conversationId: string, threadId?: string): Promise<void> {
  await attempt(async () => {
    const known = threadId ?? (await api.peek().get<Conversation>(pathOf(conversationId))).rootThreadId
    await refresh(conversationId, known)
    history.replaceState(null, '', `#${new URLSearchParams({ chat: conversationId, thread: known })}`)
    keepUp()
  })
}

async function attempt(work: () => Promise<void>): Promise<boolean> {
  trouble.value = null
  try {
    await work()
    return true
  } catch (error) {
    tell(error)
    return false
  }
}

/** Takes in an answer as it comes; once over, what is shown is what the server has. */
async function take(heard: AsyncIterable<Heard>, said: string | null): Promise<void> {
  let place = here()
  underWay.value = { said, answer: '' }
  try {
    for await (const { event, data } of heard) {
      if (event === 'taken') place = data as unknown as typeof place
      if (event === 'text') underWay.value = { said, answer: `${underWay.peek()?.answer ?? ''}${data.text}` }
      if (event === 'failed' || event === 'dropped')
        tell(new Refused(String(data.code), 'The answer broke off. Try again.'))
    }
  } finally {
    await show(place.conversationId, place.threadId)
    underWay.value = null
    const last = thread.peek()?.messages.at(-1)
    if (last?.role === 'assistant') announcement.value = `Assistant: ${textOf(last.content)}`
  }
}

const order = (path: string, body: object, said: string | null = null, key: string = crypto.randomUUID()) =>
  attempt(() => take(api.peek().stream(path, body, key), said))

/** The text of a message; of blocks, the text among them. `null` once erased. */
export function textOf(content: Thread['messages'][number]['content']): string | null {
  if (content === null || typeof content === 'string') return content
  return content.map(({ text }) => (typeof text === 'string' ? text : '')).join('')
}

/** The key of what is being sent: sent again after it was lost on the way, it acts once. */
let unsent: { readonly content: string; readonly key: string } | null = null

/** Opens a chat where none is shown, and sends what was written; it stays in the field until it has arrived. */
export async function sendDraft(): Promise<void> {
  const content = draft.peek()
  if (content.trim() === '' || isBusy.peek()) return
  if (!thread.peek() && !(await startNew())) return
  if (unsent?.content !== content) unsent = { content, key: crypto.randomUUID() }
  const { conversationId, threadId } = here()
  const before = thread.peek()?.messages.length ?? 0
  await order(`${pathOf(conversationId, threadId)}/messages`, { content }, content, unsent.key)
  if ((thread.peek()?.messages.length ?? 0) <= before) return
  unsent = null
  if (draft.peek() === content) draft.value = ''
  await attempt(refreshList)
}

/** Opens a new chat; after an end it goes on from the one that ended. */
export async function startNew(): Promise<boolean> {
  return attempt(async () => {
    const { conversationId } = here()
    const from = thread.peek()?.ended ? { continuedFrom: conversationId } : {}
    const opened = await api.peek().post<Thread>('/v1/conversations', from, crypto.randomUUID())
    await show(opened.conversationId, opened.threadId)
    await refreshList()
  })
}

export const edit = (threadId: string, messageId: string, content: string) =>
  order(`${pathOf(here().conversationId, threadId)}/fork`, { messageId, content }, content)

export const retry = (messageId: string) =>
  order(`${pathOf(here().conversationId, here().threadId)}/retry`, { messageId })

export const askToEnd = () => order(`${pathOf(here().conversationId, here().threadId)}/end/request`, {})

export const answerEnd = (word: 'confirm' | 'withdraw') =>
  attempt(async () => {
    const { conversationId, threadId } = here()
    await api.peek().post(`${pathOf(conversationId, threadId)}/end/${word}`, {}, crypto.randomUUID())
    await show(conversationId, threadId)
  })

export const giveFeedback = (feedback: { rating: 'up' | 'down'; messageId?: string; comment?: string }) =>
  attempt(async () => {
    const { conversationId, threadId } = here()
    await api.peek().post(`${pathOf(conversationId, threadId)}/feedback`, feedback, crypto.randomUUID())
    announcement.value = 'Thank you for your feedback.'
  })

let following: AbortController | null = null
const pauseMs = 1_000
const pauseMaxMs = 15_000

/** Hears what others do in this chat, an operator for one, and comes back when the connection was lost. */
function keepUp(): void {
  following?.abort()
  const mine = new AbortController()
  following = mine
  const { conversationId } = here()
  void (async () => {
    for (let pause = pauseMs; !mine.signal.aborted; pause = Math.min(pause * 2, pauseMaxMs)) {
      try {
        const after = thread.peek()?.version ?? 0
        for await (const heard of api.peek().follow(`${pathOf(conversationId)}/stream`, after, mine.signal)) {
          pause = pauseMs
          if (isBusy.peek() || (heard.id ?? 0) <= (thread.peek()?.version ?? 0)) continue
          await refresh(conversationId, here().threadId)
        }
      } catch {
        isOffline.value = !mine.signal.aborted
      }
      await new Promise((resolve) => setTimeout(resolve, pause))
    }
  })()
}

async function begin(): Promise<void> {
  const address = new URLSearchParams(location.hash.slice(1))
  await attempt(async () => {
    about.value = await api.peek().get<About>('/v1/about')
    await refreshList()
    const chat = address.get('chat')
    if (chat !== null) await show(chat, address.get('thread') ?? undefined)
  })
}

/** Signs in with a token, for as long as the tab is open. */
export async function signIn(given: string): Promise<void> {
  sessionStorage.setItem(tokenKey, given)
  token.value = given
  await begin()
}

export function signOut(): void {
  sessionStorage.removeItem(tokenKey)
  following?.abort()
  batch(() => {
    for (const kept of [token, thread, conversation]) kept.value = null
    listed.value = []
  })
}

/** Takes the token from the address, where the server printed it, and out of it, where it could be seen. */
export async function start(): Promise<void> {
  const given = new URLSearchParams(location.hash.slice(1)).get('token')
  if (given !== null) history.replaceState(null, '', location.pathname)
  const known = given ?? sessionStorage.getItem(tokenKey)
  if (known !== null) await signIn(known)
}
