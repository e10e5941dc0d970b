/** The inspector's page begins here: the token is taken out of the address, the view is read, and the page is drawn. */
import { effect } from '@preact/signals'
import { render } from 'preact'
import { visible } from '../../log/visible-text.js'
import { tokenIn } from '../address.js'
import { askAbout, keepToken, refusalOf } from './api.js'
import { App } from './app.js'
import { keepFocus } from './keep-focus.js'
import { about, keepLoaded, readAddress, refusal, view } from './session.js'
import { keepTheme } from './theme.js'

/** Keeps the token that the address carries, and takes it out of there. Answers whether there was one. */
function takeToken(): boolean {
  const { token, rest } = tokenIn(location.hash)
  if (token === undefined) return false
  keepToken(token)
  history.replaceState(null, '', rest === '' ? location.pathname : rest)
  return true
}

takeToken()
keepTheme()
keepFocus()
readAddress()
window.addEventListener('hashchange', () => {
  // The address of another run, opened in this tab: everything is asked for anew.
  if (takeToken()) location.reload()
  else readAddress()
})
keepLoaded()

effect(() => {
  const { conversation } = view.value
  document.title = conversation === undefined ? 'Colloquy inspector' : `${visible(conversation)} · Colloquy inspector`
})

askAbout().then(
  (known) => {
    about.value = known
  },
  (thrown) => {
    refusal.value = refusalOf(thrown)
  },
)

const page = document.getElementById('page')
if (page) render(<App />, page)
