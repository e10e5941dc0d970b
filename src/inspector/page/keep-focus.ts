/**
 * Focus that stays near: where what was focused is gone, or can't be worked any more, the nearest of what it stood in is
 * focused instead, and not the page's beginning. It moves no focus that somebody holds.
 */

/** What was focused last, and what it stood in, from the inside out. */
let path: readonly HTMLElement[] = []

const isWorkable = (element: HTMLElement): boolean => element.isConnected && !element.matches(':disabled')

function restore(): void {
  const [last, ...outer] = path
  if (!last || isWorkable(last)) return
  // A button that was switched off under the focus loses it only when the page is drawn.
  const { activeElement } = document
  if (activeElement !== document.body && activeElement !== last) return
  outer.find((element) => element.isConnected && element.hasAttribute('tabindex'))?.focus()
}

/** Watches from now on. */
export function keepFocus(): void {
  document.addEventListener('focusin', ({ target }) => {
    const inside: HTMLElement[] = []
    for (let at = target; at instanceof HTMLElement; at = at.parentElement) inside.push(at)
    path = inside
  })
  const page = document.getElementById('page')
  // After each change of the page; a change of nothing but words leaves the focus where it is.
  if (page)
    new MutationObserver(restore).observe(page, { childList: true, subtree: true, attributeFilter: ['disabled'] })
}
