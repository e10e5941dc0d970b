/** The inspector's page begins here: the token is taken out of the address, the view is read, and the page is drawn. */
import { effect } from '@preact/signals'
import { render } from 'preact'
import { tokenIn } from '../address.js'
import { askAbout, keepToken, Refused } from './api.js'
import { App } from './app.js'
import { about, keepLoaded, readAddress, refusal, view } from './session.js'
import { keepTheme } from './theme.js'

const { token, rest } = tokenIn(location.hash)
if (token !== undefined) {
  keepToken(token)
  history.replaceState(null, '', rest === '' ? location.pathname : rest)
}
keepTheme()
readAddress()
window.addEventListener('hashchange', readAddress)
window.addEventListener('popstate', readAddress)
keepLoaded()

effect(() => {
  const { conversation } = view.value
  document.title = conversation === undefined ? 'Colloquy inspector' : `${conversation} · Colloquy inspector`
})

askAbout().then(
  (known) => {
    about.value = known
  },
  (thrown) => {
    refusal.value =
      thrown instanceof Refused ? thrown : new Refused('unreachable', 'the inspector’s server does not answer')
  },
)

const page = document.getElementById('page')
if (page) render(<App />, page)
