/** The view as a picture, and the log as JSON Lines, downloaded. */
import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import type { LogLine } from '../../src/inspector/log-line.js'
import { opened, received } from '../../src/testing/events.js'
import { recordLog } from '../../src/testing/stories/recorded-logs.js'
import { specimen } from '../inspector/specimen.js'
import { type InspectedPage, inspecting, soon } from './inspected-page.js'

const id = 'support-4711'
const strange = '../<b>/etc'
const words = (turn: number) => `${turn} ${'is said at length, '.repeat(20)}${turn}`
const turns = Array.from({ length: 20 }, (_, turn) => ({
  ...received(`u${turn}`),
  data: { threadId: 'main', messageId: `u${turn}`, content: turn === 3 ? 'short' : words(turn) },
}))
const long: readonly LogLine[] = recordLog([opened(), ...turns], 'long').map((event) => ({
  event,
  hash: `${event.version}`,
}))
const on = inspecting({ [id]: specimen(id), [strange]: specimen(strange), long })

async function taken(inspected: InspectedPage, name: string) {
  const [download] = await Promise.all([inspected.page.waitForEvent('download'), inspected.button(name).click()])
  return { name: download.suggestedFilename(), bytes: readFileSync(await download.path()) }
}
const linesIn = (bytes: Buffer): readonly LogLine[] =>
  bytes
    .toString()
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line) as LogLine)

test('Of a narrowed log only what is listed is taken, in order.', async () => {
  const inspected = on()
  await inspected.open(`conversation=${id}&actor=assistant&text=redirection`)
  await expect.poll(() => inspected.listed(), soon).toEqual(['7', '10'])
  const { name, bytes } = await taken(inspected, 'Export the log shown as JSONL')
  expect(name).toBe(`${id}.jsonl`)
  expect(linesIn(bytes)).toEqual([specimen(id)[6], specimen(id)[9]])
})

test('A log is taken as it stands: its faults in place, and whole what the page has only the beginning of.', async () => {
  const inspected = on()
  await inspected.open(`conversation=${id}`)
  expect(linesIn((await taken(inspected, 'Export the log shown as JSONL')).bytes)).toEqual(specimen(id))
  await inspected.goTo('conversation=long', undefined)
  await inspected.isAt(21, 21)
  expect(linesIn((await taken(inspected, 'Export the log shown as JSONL')).bytes)).toEqual(long)
  await inspected.goTo('conversation=long&text=9%20is%20said', undefined)
  await expect.poll(() => inspected.listed(), soon).toEqual(['11', '21'])
  expect(linesIn((await taken(inspected, 'Export the log shown as JSONL')).bytes)).toEqual([long[10], long[20]])
})

test('A picture tells the moment: the thread, its state, what is in the way, the last events; and the chart under it.', async () => {
  const inspected = on()
  await inspected.open(`conversation=${id}&version=12&thread=main`)
  const { name, bytes } = await taken(inspected, 'Export the view as SVG')
  expect(name).toBe(`${id}.svg`)
  const svg = bytes.toString()
  await inspected.page.goto('about:blank')
  await inspected.page.setContent(svg)
  const texts = await inspected.page.locator('body > svg > g > text').allTextContents()
  expect(texts.slice(0, 2)).toEqual([`${id}, thread main, version 12`, 'warning.due'])
  expect(texts[2]).toBe('No end for persistent harm: The redirections have failed, but no warning has been given.')
  expect(texts[3]).toContain('No end as the user asked: The user has not asked to end.')
  expect(texts.slice(4).map((text) => Number.parseInt(text, 10))).toEqual([7, 8, 9, 10, 11, 12])
  expect(await inspected.page.locator('.current[data-state="lifecycle.warning.due"]').count()).toBe(1)
  const [words, chart] = [inspected.page.locator('body > svg > g > text').last(), inspected.page.locator('svg.chart')]
  const [above, below] = [await words.boundingBox(), await chart.boundingBox()]
  expect((above?.y ?? 0) + (above?.height ?? 0)).toBeLessThanOrEqual((below?.y ?? 0) + 1)
})

test('A picture says where an end would be accepted, and is light or dark as the page is.', async () => {
  const inspected = on()
  await inspected.page.emulateMedia({ colorScheme: 'dark' })
  await inspected.open(`conversation=${id}&version=15&thread=main`)
  const svg = (await taken(inspected, 'Export the view as SVG')).bytes.toString()
  expect(svg).toContain('An end for persistent harm would be accepted.')
  expect(svg).toContain('data-theme="dark"')
  await inspected.page.goto('about:blank')
  await inspected.page.emulateMedia({ colorScheme: 'light' })
  await inspected.page.setContent(svg)
  const ground = await inspected.page.evaluate<string>(`getComputedStyle(document.querySelector('.plate')).fill`)
  const [red = 255] = (ground.match(/\d+/g) ?? []).map(Number)
  expect(red).toBeLessThan(60)
  // Without its style it would be black.
  expect(ground).not.toBe('rgb(0, 0, 0)')
})

test('A PNG is drawn, of the picture’s size twice over.', async () => {
  const inspected = on()
  await inspected.open(`conversation=${id}&version=12&thread=main`)
  const svg = (await taken(inspected, 'Export the view as SVG')).bytes.toString()
  const { name, bytes } = await taken(inspected, 'Export the view as PNG')
  expect(name).toBe(`${id}.png`)
  const width = Number(/ width="([\d.]+)"/.exec(svg)?.[1])
  expect(Math.abs(bytes.readUInt32BE(16) - 2 * width)).toBeLessThanOrEqual(2)
  expect(bytes.length).toBeGreaterThan(30_000)
})

test('Names of files hold nothing but letters, digits and signs that mean nothing to a file system.', async () => {
  const inspected = on()
  await inspected.open(`conversation=${encodeURIComponent(strange)}&version=31&thread=second-try`)
  const { name, bytes } = await taken(inspected, 'Export the view as SVG')
  expect(name).toBe('____b__etc.svg')
  const svg = bytes.toString()
  expect(svg).not.toMatch(/<script|<img|<b>|onload="/)
  expect(svg).not.toContain('\u202E')
  expect(svg).toContain('&lt;b&gt;')
})
