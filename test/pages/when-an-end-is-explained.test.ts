/** Why a thread may not end, how it ended, and what would be if: in words, with links, on a scratch copy. */
import { describe, expect, test } from 'vitest'
import { specimen } from '../inspector/specimen.js'
import { type InspectedPage, inspecting, soon } from './inspected-page.js'

const id = 'support-4711'
const on = inspecting({ [id]: specimen(id), other: specimen('other') })
const view = (rest: string) => `conversation=${id}&${rest}`

/** The account of one ground. */
const ground = ({ page }: InspectedPage, words: string) => page.locator('.why section', { hasText: words })

describe('Why', () => {
  test('For each ground stand its own vetoes, since which event, and until what; and the road to that end.', async () => {
    const inspected = on()
    await inspected.open(view('version=11&thread=main'))
    const harm = await ground(inspected, 'No end for persistent harm').innerText()
    expect(harm).toContain('redirections-remaining')
    expect(harm).not.toContain('not-requested')
    expect(harm).toContain('since v11 user u3 says the user')
    expect(harm).toContain('lifted when: the latest message is found harmful')
    expect(harm).toMatch(/shortest road to this end: .* → the assistant ends the thread for persistent harm/)
    const request = await ground(inspected, 'No end as the user asked').innerText()
    expect(request).toContain('not-requested')
    expect(request).not.toContain('redirections-remaining')
    expect(request).toContain('lifted when: the user asks to end')
    expect(request).toMatch(/shortest road to this end: .* → the thread is ended as the user asked/)
  })

  test('Where nothing stands in the way, an end would be accepted.', async () => {
    const inspected = on()
    await inspected.open(view('version=15&thread=main'))
    await inspected.says('.why', '✓ An end for persistent harm would be accepted')
    await inspected.says('.why', 'shortest road to this end: the assistant ends the thread for persistent harm')
    await inspected.says('.why', '✕ No end as the user asked')
  })

  test('It tells where the thread stands, how far its counters are, what leads back, and what the assistant is told.', async () => {
    const inspected = on()
    await inspected.open(view('version=12&thread=main'))
    expect(await inspected.text('.standing')).toBe('main at v12: ▲ warning.due 2 of 2 redirections failed')
    await inspected.says('.why', 'back to engaging: ')
    await inspected.says('.why', 'the assistant is told to warn: ')
    await inspected.goTo(view('version=3&thread=main'), undefined)
    await inspected.says('.why', 'It is engaging')
    expect(await inspected.text('.why')).not.toContain('back to engaging')
    expect(await inspected.text('.standing')).toBe('main at v3: ● engaging ')
    await inspected.goTo(view('version=11&thread=main'), undefined)
    await inspected.says('.standing', '◐ redirecting.tried… unassessed 1 of 2 redirections failed')
  })

  test('An end is told from its moment on, and not before; then no veto is told any more.', async () => {
    const inspected = on()
    await inspected.open(view('version=16&thread=main'))
    await inspected.says('.ended-account', 'v16 assistant ends the thread')
    expect(await inspected.text('.ended-account')).toContain('reason: "as the rules allow"')
    expect(await inspected.page.locator('.vetoes').count()).toBe(0)
    await inspected.says('.why', 'back to engaging: nothing on this thread')
    await inspected.page.keyboard.press(',')
    await inspected.counts('.ended-account', 0)
    await inspected.counts('.vetoes', 2)
  })

  test('A link to a cause keeps the thread that is looked at, though the cause is another’s.', async () => {
    const inspected = on()
    await inspected.open(view('version=19'))
    await inspected.page.locator('.vetoes .event-link').first().click()
    await inspected.isAt(1, 35)
    await inspected.addressSays('thread=second-try&version=1')
  })
})

describe('What if', () => {
  test('Every event is offered with its answer: those that would be refused last, with the reason, and not to be tried.', async () => {
    const inspected = on()
    await inspected.open(view('version=12&thread=main'))
    await inspected.button('try events on a scratch copy').click()
    await inspected.says('.is-scratch', '0 events tried after version 12, on a scratch copy. Nothing is written.')
    const told = await inspected.page.locator('.offers li').allTextContents()
    const refused = told.findIndex((text) => text.includes('✕ refused'))
    expect(refused).toBeGreaterThan(3)
    expect(told.slice(refused).every((text) => text.includes('✕'))).toBe(true)
    expect(told.find((text) => text.startsWith('the assistant warns'))).toContain('→ warning.given')
    expect(told.find((text) => text.startsWith('the user gives feedback'))).toContain('→ stays')
    expect(told.find((text) => text.startsWith('the assistant ends the thread'))).toContain(
      'refused: warning-not-given',
    )
    const end = inspected.button('the assistant ends the thread for persistent harm')
    expect(await end.isDisabled()).toBe(true)
    expect(await end.getAttribute('title')).toMatch(/warning/)
  })

  test('Events are tried one after the other, taken back one by one, and left; the address brings them back.', async () => {
    const inspected = on()
    const { page } = inspected
    await inspected.open(view('version=10'))
    await inspected.button('try events on a scratch copy').click()
    await inspected.addressSays('thread=main&version=10&try=nothing')
    expect(await inspected.button('take back the last').isDisabled()).toBe(true)
    await inspected.button('the user writes').click()
    await inspected.button('the latest message is found harmful').click()
    await inspected.button('the assistant warns').click()
    await inspected.says('.standing', 'warning.given')
    await inspected.isAt(13, 13)
    await inspected.addressSays('try=message.received&try=message.assessed(harmful)&try=message.sent(warning)')
    await expect
      .poll(() => page.locator('.log-row.is-imagined .hash').allTextContents(), soon)
      .toEqual(Array(3).fill('what if'))
    await page.reload()
    await inspected.says('.is-scratch', '3 events tried after version 10')
    await inspected.says('.standing', 'warning.given')
    await inspected.button('take back the last').click()
    await inspected.says('.is-scratch', '2 events tried')
    await inspected.says('.standing', 'warning.due')
    await inspected.button('take back the last').click()
    await inspected.says('.is-scratch', '1 event tried')
    await inspected.button('leave what-if').click()
    await inspected.isAt(10, 35)
    await inspected.addressIsSilentOf('try')
    await inspected.says('.transcript h3', 'main')
  })

  test('After the end a branch is on offer, and is said to lead to a thread of its own.', async () => {
    const inspected = on()
    await inspected.open(view('version=16&thread=main'))
    await inspected.button('try events on a scratch copy').click()
    await expect
      .poll(() => inspected.page.locator('.offers li', { hasText: 'the user edits' }).textContent(), soon)
      .toContain('→ a branch: forked')
  })

  test('A branch that is tried is looked at, and stands in the tree, until it is left.', async () => {
    const inspected = on()
    await inspected.open(view('version=10&thread=main'))
    await inspected.button('try events on a scratch copy').click()
    await inspected.button('the user edits an earlier message').click()
    await inspected.counts('.tree-row', 2)
    await inspected.says('.transcript h3', 'what-if-11')
    await inspected.says('.standing', 'what-if-11 at v11')
    await inspected.button('the assistant replies').click()
    await inspected.says('.standing', 'what-if-11 at v12')
    await inspected.button('leave').click()
    await inspected.counts('.tree-row', 3)
    await inspected.isAt(10, 35)
  })

  test('The slider and a click in the log leave the scratch copy; “Live” is not pressed while it is there.', async () => {
    const inspected = on()
    const { page } = inspected
    await inspected.open(view('version=10&thread=main&try=message.received'))
    await inspected.isAt(11, 11)
    await page.waitForSelector('.live[aria-pressed=false]')
    await page.locator('#log-8').click()
    await inspected.isAt(9, 35)
    await inspected.counts('.is-scratch', 0)
    await inspected.goTo(view('thread=second-try&try=message.received'), undefined)
    await inspected.isAt(36, 36)
    await page.waitForSelector('.live[aria-pressed=false]')
    await inspected.says('.is-scratch', 'after version 35')
    await inspected.button('One event back').click()
    await inspected.isAt(34, 35)
  })

  test('What comes meanwhile does not move it, and nothing is ever sent.', async () => {
    const inspected = on()
    const { server } = inspected
    await inspected.open('conversation=other&version=10&thread=main&try=message.received')
    await inspected.says('.live', 'Live')
    server.append('other', { version: 36, fault: 'a fault of its own', record: '' })
    await expect.poll(() => inspected.page.getByLabel('Version', { exact: true }).getAttribute('max'), soon).toBe('36')
    await inspected.isAt(11, 11)
    await inspected.button('leave').click()
    await inspected.isAt(10, 36)
    expect([...server.methods]).toEqual(['GET'])
  })
})
