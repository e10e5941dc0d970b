/** Words that try to become markup, script, style, a link or another order of letters, in every place where words can stand. */
import { expect, test } from 'vitest'
import { isFault, type LogLine } from '../../src/inspector/log-line.js'
import { Timeline } from '../../src/inspector/timeline.js'
import type { RecordedEvent } from '../../src/log/recorded-event.js'
import { visible } from '../../src/log/visible-text.js'
import {
  assessed,
  ended,
  erased,
  flagged,
  forked,
  opened,
  received,
  sent,
  unassessed,
  welfare,
} from '../../src/testing/events.js'
import { recordLog } from '../../src/testing/stories/recorded-logs.js'
import { hostile } from '../inspector/specimen.js'
import { type InspectedPage, inspecting, soon } from './inspected-page.js'

/** A log whose every id, name, reason, time and fault is these words. */
function logOf(words: string): readonly LogLine[] {
  const of = (name: string) => `${words} ${name}`
  const harm = (name: string) => ({
    ...assessed(of(name), 'harmful', words),
    data: { ...assessed(of(name), 'harmful', words).data, categories: [words] },
  })
  const warned = sent(of('a1'), 'warning', words)
  const end = ended('persistent-harm', words)
  const events = [
    {
      ...opened({ redirections: 1 }, words),
      data: { ...opened({ redirections: 1 }, words).data, continuedFrom: words },
    },
    {
      ...received(of('u0'), words),
      data: {
        threadId: words,
        messageId: of('u0'),
        content: [
          { type: 'text', text: words },
          { type: words, [words]: words },
        ],
      },
    },
    harm('u0'),
    sent(of('a0'), 'redirection', words),
    received(of('u1'), words),
    harm('u1'),
    { ...warned, data: { ...warned.data, content: words, warning: { behavior: words, alternative: words } } },
    received(of('u2'), words),
    harm('u2'),
    { ...end, data: { ...end.data, reason: words } },
    forked(of('b'), { threadId: words, messageId: of('u0') }, of('u3')),
    { ...unassessed(of('u3'), of('b')), data: { threadId: of('b'), messageId: of('u3'), error: words } },
    { ...welfare(of('b')), data: { threadId: of('b'), signal: words, intensity: 1, note: words } },
    { ...flagged('crisis'), data: { kind: 'crisis', note: words } },
    { ...erased(of('u1')), data: { messageIds: [of('u1')], reason: words } },
  ] as Parameters<typeof recordLog>[0]
  const lines: LogLine[] = recordLog(events, words).map((event) => ({
    event: {
      ...event,
      id: of(`e${event.version}`),
      causationId: words,
      actor: { ...event.actor, id: words },
    } as RecordedEvent,
    hash: words,
  }))
  const unknown = {
    ...(lines[1] as { event: RecordedEvent }).event,
    version: 16,
    type: words,
  } as unknown as RecordedEvent
  return [...lines, { event: unknown, hash: words }, { version: 17, fault: words, record: words }]
}

const row = (words: string) => ({
  conversationId: words,
  version: 17,
  owner: words,
  state: words,
  risk: words,
  ended: words,
  lastActivity: words,
})
const on = inspecting(Object.fromEntries(hostile.map((words) => [words, logOf(words)])), { rows: hostile.map(row) })

/** What there is on the page that words could have made, and what they could have turned around. */
const made = ({ page }: InspectedPage): Promise<readonly string[]> =>
  page.evaluate(`[
    ...[...document.querySelectorAll('body script, img, iframe, b, i, style:not(head *), svg:not(.chart), [onload], [onerror]')].map((one) => one.outerHTML),
    ...[...document.querySelectorAll('[href]')].map((link) => link.getAttribute('href')).filter((href) => href.startsWith('javascript')),
    ...('broken' in window ? ['a script ran'] : []),
    ...[document.title, ...[...document.querySelectorAll('body *')].flatMap((one) => [...one.childNodes])
      .flatMap((node) => (node.nodeType === Node.TEXT_NODE ? node.data : []))].filter((text) => /[\\u202a-\\u202e]/.test(text)),
  ]`)

function complaintsOf({ page }: InspectedPage): readonly string[] {
  const complaints: string[] = []
  page.on('console', (message) => message.type() === 'error' && complaints.push(message.text()))
  return complaints
}

test('The log holds them as a log does: all but the last two are events.', () => {
  for (const words of hostile) {
    const timeline = new Timeline()
    for (const line of logOf(words)) timeline.add(line)
    expect(timeline.lines.flatMap((line) => (isFault(line) ? `${line.version} ${line.fault}` : []))).toEqual([
      '16 not an event that this inspector knows',
      `17 ${words}`,
    ])
  }
})

test.each(hostile)('%s stays words at every moment, in every pane.', async (words) => {
  const inspected = on()
  const { page } = inspected
  const complaints = complaintsOf(inspected)
  const shown = visible(words)
  await inspected.open(`conversation=${encodeURIComponent(words)}&version=1&thread=${encodeURIComponent(words)}`)
  await expect.poll(() => inspected.text('.crumb'), soon).toBe(shown)
  for (let version = 1; version <= 17; version++) {
    await inspected.isAt(version, 17)
    await inspected.says('.detail', `${version} · `)
    // What is of an unknown type is shown as it was written, in JSON.
    await inspected.says('.detail', version === 16 ? visible(JSON.stringify(words).slice(1, -1)) : shown)
    expect(await made(inspected), `version ${version}`).toEqual([])
    await page.keyboard.press('.')
  }
  await inspected.says('.detail', `fault${shown}stands there${shown}`)
  await page.keyboard.press(',')
  await inspected.says('.detail', '16 · malformed')
  await inspected.goTo(
    `conversation=${encodeURIComponent(words)}&version=15&thread=${encodeURIComponent(words)}&compare=${encodeURIComponent(`${words} b`)}&in=${encodeURIComponent(words)}`,
    undefined,
  )
  await inspected.says('.columns', shown)
  await inspected.says('.pane-log .filters', `only ${shown}`)
  expect(await made(inspected)).toEqual([])
  await inspected.goTo(
    `conversation=${encodeURIComponent(words)}&version=10&thread=${encodeURIComponent(words)}`,
    undefined,
  )
  await inspected.says('.ended-account', `reason: "${shown}"`)
  await inspected.goTo(
    `conversation=${encodeURIComponent(words)}&version=11&thread=${encodeURIComponent(`${words} b`)}&try=message.received`,
    undefined,
  )
  await inspected.says('.is-scratch', 'tried after version 11')
  expect(await made(inspected)).toEqual([])
  expect(complaints).toEqual([])
})

test('In the list and in its filters they stay words, and lead to their conversation.', async () => {
  const inspected = on()
  const complaints = complaintsOf(inspected)
  await inspected.open('')
  await inspected.counts('tbody tr', hostile.length)
  for (const [place, words] of hostile.entries()) {
    const cells = await inspected.page.locator('tbody tr').nth(place).locator('th, td').allTextContents()
    const shown = visible(words)
    expect(cells).toEqual([shown, shown, shown, '', shown, shown.slice(0, 19), '17'])
  }
  expect(await made(inspected)).toEqual([])
  await inspected.page.locator('tbody a').nth(1).click()
  await expect.poll(() => inspected.text('.crumb'), soon).toBe(visible(hostile[1]))
  await inspected.isAt(17, 17)
  const all = hostile.map(encodeURIComponent)
  await inspected.goTo(`search=${all[2]}&owner=${all[2]}&state=${all[2]}`, undefined)
  await inspected.counts('tbody tr', 1)
  expect(await made(inspected)).toEqual([])
  expect(complaints).toEqual([])
})

test.each(hostile)('A refusal that says %s is told as it stands.', async (words) => {
  const inspected = on()
  await inspected.page.route('**/log?*', (route) =>
    route.fulfill({ status: 403, json: { code: words, detail: words } }),
  )
  await inspected.goTo(`conversation=${encodeURIComponent(words)}&type=${encodeURIComponent(words)}`)
  await inspected.says('.notice', `⚠ ${visible(words)} (${visible(words)})`)
  expect(await made(inspected)).toEqual([])
})
