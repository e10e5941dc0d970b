/** Light or dark: as the system says, until somebody says otherwise here. */
import { effect, signal } from '@preact/signals'

const themeKey = 'colloquy-theme'
const systemIsDark = matchMedia('(prefers-color-scheme: dark)')
const isTheme = (value: string | null): value is 'light' | 'dark' => value === 'light' || value === 'dark'
const kept = localStorage.getItem(themeKey)

export const theme = signal<'light' | 'dark'>(isTheme(kept) ? kept : systemIsDark.matches ? 'dark' : 'light')

export function keepTheme(): void {
  systemIsDark.addEventListener('change', ({ matches }) => {
    if (!isTheme(localStorage.getItem(themeKey))) theme.value = matches ? 'dark' : 'light'
  })
  effect(() => {
    document.documentElement.dataset.theme = theme.value
  })
}

export function otherTheme(): void {
  theme.value = theme.value === 'dark' ? 'light' : 'dark'
  localStorage.setItem(themeKey, theme.value)
}
