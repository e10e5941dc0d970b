/** The inspector without a pointer: what is worked stays under the hands, and no key of the browser's is taken. */
import { expect, test } from 'vitest'
import { specimen } from '../inspector/specimen.js'
import { inspecting, soon } from './inspected-page.js'

const id = 'support-4711'
const on = inspecting({ [id]: specimen(id) })

test('Where a button goes away as it is pressed, the focus stays in what it stood in.', async () => {
  const inspected = on()
  await inspected.open(`conversation=${id}&version=10&thread=main`)
  const press = async (name: string) => {
    await inspected.button(name).focus()
    await inspected.page.keyboard.press('Enter')
  }
  const isFocusIn = (selector: string) =>
    expect
      .poll(() => inspected.page.evaluate<boolean>(`document.activeElement.closest('${selector}') !== null`), soon)
      .toBe(true)
  await press('try events on a scratch copy')
  await inspected.button('the user writes').waitFor()
  await isFocusIn('.pane-why')
  await press('the user writes')
  await inspected.says('.notices', '1 event')
  await isFocusIn('.pane-why')
  await press('take back the last')
  await inspected.says('.notices', '0 events')
  await isFocusIn('.notices')
  await press('leave')
  await inspected.counts('.is-scratch', 0)
  await isFocusIn('.notices')
})

test('With a control key the chart’s keys are the browser’s.', async () => {
  const inspected = on()
  await inspected.open(`conversation=${id}&version=10`)
  await inspected.page.locator('.chart-box').focus()
  const isTaken = (key: string, ctrlKey: boolean) =>
    inspected.page.evaluate<boolean>(`!document.querySelector('.chart-box').dispatchEvent(
      new KeyboardEvent('keydown', { key: '${key}', ctrlKey: ${ctrlKey}, bubbles: true, cancelable: true }))`)
  for (const key of ['+', '-', '0', 'p']) {
    expect([key, await isTaken(key, true), await isTaken(key, false)]).toEqual([key, false, true])
  }
})

test('The keys of one letter can be switched off, for good; Escape stays.', async () => {
  const inspected = on()
  await inspected.open(`conversation=${id}&version=5&pane=log`)
  await inspected.button('Keys of one letter').click()
  for (const _ of ['now', 'loaded anew']) {
    await inspected.page.keyboard.press('.')
    await inspected.button('One event on').click()
    await inspected.isAt(6, 35)
    await inspected.button('One event back').click()
    await inspected.addressSays('version=5')
    await inspected.page.reload()
    await inspected.isAt(5, 35)
  }
  await inspected.page.keyboard.press('Escape')
  await inspected.counts('.pane.is-whole', 0)
})

test('They are heard on the slider too, and not where letters are typed.', async () => {
  const inspected = on()
  await inspected.open(`conversation=${id}&version=5`)
  await inspected.page.getByLabel('Version', { exact: true }).focus()
  await inspected.page.keyboard.press('.')
  await inspected.isAt(6, 35)
  await inspected.page.getByLabel('Search the log').focus()
  await inspected.page.keyboard.type('1.')
  await inspected.addressSays('text=1.')
  await inspected.isAt(6, 35)
  await inspected.counts('.pane.is-whole', 0)
})

test('The transcript is gone through by keys both ways, and what comes after the moment is there, dimmed.', async () => {
  const inspected = on()
  await inspected.open(`conversation=${id}&version=6&thread=main`)
  await inspected.page.locator('.transcript [role=listbox]').focus()
  for (const [key, version] of [
    ['ArrowUp', 5],
    ['ArrowUp', 4],
    ['ArrowDown', 5],
    ['End', 34],
    ['Home', 1],
  ] as const) {
    await inspected.page.keyboard.press(key)
    await inspected.isAt(version, 35)
  }
  await inspected.counts('.transcript [aria-selected=true].is-later', 0)
  expect(await inspected.page.locator('.transcript .is-later').count()).toBeGreaterThan(0)
})

test('On a scratch copy any thread is looked at, and what was tried stays tried.', async () => {
  const inspected = on()
  await inspected.open(`conversation=${id}&version=17&thread=main&try=thread.forked(edit)`)
  await inspected.says('.notices', '1 event tried after version 17')
  await inspected.says('.standing', 'what-if')
  await inspected.page.locator('.tree-row', { hasText: 'main' }).click()
  await inspected.says('.standing', 'main at v18')
  await inspected.says('.notices', '1 event tried')
  await inspected.addressSays('look=main')
  await inspected.page.locator('.tree-row', { hasText: 'what-if' }).click()
  await inspected.says('.standing', 'what-if')
  await inspected.says('.notices', '1 event tried')
  await inspected.button('leave').click()
  await inspected.addressIsSilentOf('look=')
})
