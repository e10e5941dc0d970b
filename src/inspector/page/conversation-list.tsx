/** The conversations of a database: searched, narrowed, and each a link. */
import { useSignal } from '@preact/signals'
import { useEffect } from 'preact/hooks'
import { lifecycles } from '../../lifecycle/thread-state.js'
import { visible } from '../../log/visible-text.js'
import { emptyView, fragmentOf, type ListFilter } from '../address.js'
import { askList, type ListedConversation, type ListPage, refusalOf } from './api.js'
import { Choice } from './choice.js'
import { timeWords } from './clock.js'
import { go, refusal, view } from './session.js'

const typingDelayMs = 200

const change = (part: { [K in keyof ListFilter]?: ListFilter[K] | undefined }) =>
  go({ list: { ...view.peek().list, ...part } as ListFilter })

function ListFilters() {
  const { text, state, owner, isFlagged, isEndedLately } = view.value.list
  return (
    <form class="filters" onSubmit={(event) => event.preventDefault()}>
      <input
        type="search"
        aria-label="Search conversations by id or owner"
        placeholder="search by id or owner"
        value={text}
        onInput={({ currentTarget }) => change({ text: currentTarget.value })}
      />
      <input
        aria-label="Owner"
        placeholder="owner"
        value={owner ?? ''}
        onInput={({ currentTarget }) => change({ owner: currentTarget.value || undefined })}
      />
      <Choice
        label="state"
        value={state ?? ''}
        of={lifecycles}
        onChoose={(chosen) => change({ state: chosen || undefined })}
      />
      <label class="check">
        <input
          type="checkbox"
          checked={isFlagged}
          onChange={({ currentTarget }) => change({ isFlagged: currentTarget.checked })}
        />
        at risk
      </label>
      <label class="check">
        <input
          type="checkbox"
          checked={isEndedLately}
          onChange={({ currentTarget }) => change({ isEndedLately: currentTarget.checked })}
        />
        ended in the last day
      </label>
    </form>
  )
}

function ListRow({ one }: { readonly one: ListedConversation }) {
  const { conversationId, owner, state, risk, ended, lastActivity, version } = one
  return (
    <tr>
      <th scope="row">
        <a href={fragmentOf({ ...emptyView, conversation: conversationId })}>{visible(conversationId)}</a>
      </th>
      <td>{visible(owner ?? '')}</td>
      <td>{state && <span class={`badge is-${state.split('.')[0]}`}>{visible(state)}</span>}</td>
      <td>{risk === 'flagged' ? '♥ at risk' : ''}</td>
      <td>{visible(ended ?? '')}</td>
      <td>{lastActivity === undefined ? '' : timeWords(lastActivity)}</td>
      <td class="number">{version}</td>
    </tr>
  )
}

const columns = ['conversation', 'owner', 'state', 'risk', 'ended on', 'last activity (UTC)', 'events']

/** The pages of the list that were asked for, from the first again whenever it is narrowed otherwise. */
function useList() {
  const pages = useSignal<readonly ListPage[] | undefined>(undefined)
  const { list } = view.value
  const asked = JSON.stringify(list)
  const isWanted = () => view.peek().conversation === undefined && JSON.stringify(view.peek().list) === asked
  const more = async (cursor?: string) => {
    try {
      const page = await askList(view.peek().list, cursor)
      const before = cursor === undefined ? [] : (pages.peek() ?? [])
      // Who asks twice for what follows gets it once.
      if (!isWanted() || before.at(-1)?.cursor !== cursor) return
      pages.value = [...before, page]
      refusal.value = undefined
    } catch (thrown) {
      if (isWanted()) refusal.value = refusalOf(thrown)
    }
  }
  useEffect(() => {
    const later = setTimeout(() => void more(), pages.peek() ? typingDelayMs : 0)
    return () => clearTimeout(later)
  }, [asked])
  return { pages: pages.value, more }
}

export function ConversationList() {
  const { pages, more } = useList()
  const all = pages?.flatMap(({ conversations }) => conversations) ?? []
  const cursor = pages?.at(-1)?.cursor
  return (
    <main class="list">
      <ListFilters />
      <div class="list-rows" tabIndex={0} role="region" aria-label="Conversations found">
        <table>
          <thead>
            <tr>
              {columns.map((name) => (
                <th key={name} scope="col">
                  {name}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {all.map((one) => (
              <ListRow key={one.conversationId} one={one} />
            ))}
          </tbody>
        </table>
        {pages && all.length === 0 && <p class="empty">No conversation is like this.</p>}
        {cursor !== undefined && (
          <button type="button" onClick={() => void more(cursor)}>
            more
          </button>
        )}
      </div>
    </main>
  )
}
