/**
 * The page's keys of one letter, and the switch for those whom they hinder: who speaks to the machine instead of typing sets
 * them off by a word.
 */
import { signal } from '@preact/signals'
import { useEffect } from 'preact/hooks'
import { panes } from '../address.js'
import { follow, go, goTo, moment, view } from './session.js'

const keptAs = 'colloquy-keys'
const areOn = signal(localStorage.getItem(keptAs) !== 'off')

function turn(): void {
  areOn.value = !areOn.peek()
  localStorage.setItem(keptAs, areOn.peek() ? 'on' : 'off')
}

export function KeysSwitch() {
  return (
    <button
      type="button"
      aria-pressed={areOn.value}
      aria-label="Keys of one letter"
      title="Keys of one letter: , and . step, l follows, 1 to 4 choose a pane, Escape leaves"
      onClick={turn}
    >
      <span aria-hidden="true">⌨</span>
    </button>
  )
}

const takesLetters = 'input:not([type=range], [type=checkbox]), select, textarea'
const isTyping = (target: EventTarget | null): boolean => target instanceof HTMLElement && target.matches(takesLetters)

function onKeyDown(event: KeyboardEvent): void {
  if (isTyping(event.target) || event.ctrlKey || event.metaKey || event.altKey) return
  if (view.peek().conversation === undefined) return
  if (event.key === 'Escape') go({ pane: undefined, whatIf: undefined, compare: undefined })
  else if (!areOn.peek()) return
  else if (event.key === ',') goTo(moment.peek() - 1)
  else if (event.key === '.') goTo(moment.peek() + 1)
  else if (event.key === 'l') follow()
  else if (/^[1-4]$/.test(event.key)) go({ pane: panes[Number(event.key) - 1] })
  else return
  event.preventDefault()
}

export function useKeys(): void {
  useEffect(() => {
    window.addEventListener('keydown', onKeyDown)
    return () => window.removeEventListener('keydown', onKeyDown)
  }, [])
}
