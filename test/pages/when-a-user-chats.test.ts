/** The chat page in a browser: the whole road, branches, the user's own wish to end, risk, hostile words, and keys alone. */
import { mkdirSync } from 'node:fs'
import { createRequire } from 'node:module'
import { fileURLToPath } from 'node:url'
import type { AxeResults } from 'axe-core'
import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { readPage } from '../../src/server/page-files.js'
import { served, tokens } from '../server/served.js'
import { openBrowser } from './browser.js'

const files = readPage(fileURLToPath(new URL('../../dist/server/page', import.meta.url)))
const pictures = fileURLToPath(new URL('../../.colloquy/pictures/', import.meta.url))
const axe = createRequire(import.meta.url).resolve('axe-core/axe.min.js')

let browser: Browser
beforeAll(async () => {
  mkdirSync(pictures, { recursive: true })
  browser = await openBrowser()
})
afterAll(() => browser.close())

interface Look {
  readonly width?: number
  readonly height?: number
  readonly colorScheme?: 'light' | 'dark'
}

class Chat {
  readonly complaints: string[] = []

  constructor(
    readonly page: Page,
    readonly server: Awaited<ReturnType<typeof served>>,
  ) {
    page.on('pageerror', (error) => this.complaints.push(error.message))
    page.on('console', (message) => message.type() === 'error' && this.complaints.push(message.text()))
  }

  button(name: string) {
    return this.page.getByRole('button', { name, exact: true })
  }

  /** Sends a message, and waits until it is answered. */
  async say(text: string): Promise<void> {
    const messages = this.page.locator('.message:not([aria-busy])')
    const before = await messages.count()
    await this.page.getByLabel('Your message').fill(text)
    await this.page.keyboard.press('Enter')
    await expect.poll(() => this.page.locator('[aria-busy]').count(), { timeout: 10_000 }).toBe(0)
    await expect.poll(() => messages.count(), { timeout: 10_000 }).toBe(before + 2)
  }

  /** Waits until a message says so. */
  async heard(words: string): Promise<void> {
    await this.page.locator('.message .text', { hasText: words }).waitFor()
  }

  async said(): Promise<readonly string[]> {
    return this.page.locator('.message .text').allInnerTexts()
  }

  async picture(name: string): Promise<void> {
    await this.page.screenshot({ path: `${pictures}chat-${name}.png` })
  }

  /** What an examination of accessibility finds wrong. */
  async barriers(): Promise<readonly string[]> {
    await this.page.addScriptTag({ path: axe })
    const found = await this.page.evaluate(async () => {
      const { axe: examiner } = globalThis as unknown as { axe: { run(): Promise<AxeResults> } }
      return (await examiner.run()).violations.map(({ id, nodes }) => `${id}: ${nodes[0]?.html}`)
    })
    return found
  }
}

async function open(look: Look = {}): Promise<Chat> {
  const server = await served({ page: files })
  const { width = 1280, height = 720, colorScheme = 'light' } = look
  // The examiner of accessibility is put into the page from outside.
  const context = await browser.newContext({ viewport: { width, height }, colorScheme, bypassCSP: true })
  const chat = new Chat(await context.newPage(), server)
  await chat.page.goto(`${server.url}/#token=${tokens.ada}`)
  await chat.page.getByLabel('Your message').waitFor()
  return chat
}

async function toTheEnd(chat: Chat): Promise<void> {
  for (let times = 0; times < 5; times++) await chat.say('you idiot')
  await chat.page.getByRole('heading', { name: 'This chat has ended' }).waitFor()
}

describe('A user who persists', () => {
  test('sees the warning as one, then the end, and what can be done now; nothing more can be written.', async () => {
    const chat = await open()
    for (let times = 0; times < 4; times++) await chat.say('you idiot')
    expect(await chat.page.locator('.warning').innerText()).toMatch(/Warning about\s+repeated insults\s+Instead/)
    await chat.picture('warning')
    await chat.say('you idiot')
    await chat.page.getByRole('heading', { name: 'This chat has ended' }).waitFor()
    expect(await chat.page.getByLabel('Your message').count()).toBe(0)
    await chat.picture('ended')
    await chat.page.getByLabel('What should we know?').fill('I had a bad day.')
    await chat.button('No').click()
    await chat.page.getByText('Someone will read it').waitFor()
    await chat.button('Start a new chat').click()
    await chat.page.getByText('Chat 2').waitFor()
    await chat.say('Hello')
    expect(await chat.said()).toHaveLength(2)
    expect(chat.complaints).toEqual([])
  }, 60_000)

  test('may edit an earlier message and go on; the arrows lead back and forth.', async () => {
    const chat = await open()
    await toTheEnd(chat)
    await chat.button('Edit an earlier message').click()
    await chat.page.getByLabel('Edit your message').fill('Could you help me?')
    await chat.button('Send as a new branch').click()
    await chat.heard('You said: Could you help me?')
    await chat.page.getByText('2/2').waitFor()
    await chat.picture('branch')
    await chat.button('Previous branch').click()
    await chat.page.getByRole('heading', { name: 'This chat has ended' }).waitFor()
    await chat.page.getByText('1/2').waitFor()
    await chat.button('Next branch').click()
    await chat.heard('You said: Could you help me?')
    await chat.say('Thank you')
    expect(chat.complaints).toEqual([])
  }, 60_000)
})

test('An answer can be asked for anew; both stay, a branch each.', async () => {
  const chat = await open()
  await chat.say('Hello')
  await chat.button('Try again').click()
  await chat.page.getByText('2/2').waitFor()
  expect(await chat.said()).toHaveLength(2)
})

test('The user’s own wish to end is asked back, may be taken back, and is done when it is confirmed.', async () => {
  const chat = await open()
  await chat.say('Hello')
  await chat.button('End this chat …').click()
  await chat.button('Yes, end it').waitFor()
  await chat.picture('closing')
  await chat.button('Keep this chat').click()
  await chat.button('End this chat …').click()
  await chat.button('Yes, end it').click()
  await chat.page.getByText('You asked to end it, and confirmed.').waitFor()
}, 60_000)

test('While the person may be at risk help is shown, and nothing on the page speaks of an end.', async () => {
  const chat = await open()
  await chat.say('I want to hurt myself')
  await chat.page.getByRole('heading', { name: 'You are not alone' }).waitFor()
  expect(await chat.page.locator('body').innerText()).not.toMatch(/\bend(s|ed|ing)?\b|\bwarn/i)
  await chat.picture('risk')
})

test('What an operator does is seen without a reload.', async () => {
  const chat = await open()
  await chat.say('Hello')
  const [, id = ''] = /chat=([^&]+)/.exec(chat.page.url()) ?? []
  await chat.server.post(`/v1/conversations/${id}/risk/flag`, { as: 'op', body: { kind: 'crisis' } })
  await chat.page.getByRole('heading', { name: 'You are not alone' }).waitFor()
})

test('A reload comes back to the same chat and branch; the token is not in the address.', async () => {
  const chat = await open()
  await chat.say('Hello')
  await chat.button('Try again').click()
  await chat.page.getByText('2/2').waitFor()
  expect(chat.page.url()).not.toContain(tokens.ada)
  await chat.page.reload()
  await chat.page.getByText('2/2').waitFor()
  expect(await chat.said()).toHaveLength(2)
})

test.each([
  '<img src=x onerror="window.broken=true">',
  '<script>window.broken=true</script>',
  '[click](javascript:window.broken=true)',
  '\u202Egnorw\u202C "\'><svg onload=window.broken=true>',
])('%s is shown as it was written, and does nothing.', async (words) => {
  const chat = await open()
  await chat.say(words)
  expect((await chat.said())[0]).toBe(words)
  expect(await chat.page.evaluate("'broken' in window")).toBe(false)
  expect(await chat.page.locator('.message a, .message img, .message svg, .message script').count()).toBe(0)
})

test('What could not be sent stays in the field, and is sent once when the server is there again.', async () => {
  const chat = await open()
  await chat.say('Hello')
  await chat.page.route('**/messages', (route) => route.abort())
  await chat.page.getByLabel('Your message').fill('Are you there?')
  await chat.button('Send').click()
  await chat.page.getByRole('alert').waitFor()
  expect(await chat.page.getByLabel('Your message').inputValue()).toBe('Are you there?')
  await chat.page.unroute('**/messages')
  await chat.button('Send').click()
  await chat.heard('You said: Are you there?')
  expect(await chat.said()).toHaveLength(4)
})

test('By keys alone: send, edit, take back, and go between branches.', async () => {
  const chat = await open()
  const { keyboard } = chat.page
  const to = async (name: string) => {
    for (let steps = 0; steps < 40; steps++) {
      await keyboard.press('Shift+Tab')
      if ((await chat.page.evaluate('document.activeElement?.textContent')) === name) return
    }
    throw new Error(`no way by keys to ${name}`)
  }
  const inField = () => chat.page.locator('#message:focus').waitFor()
  await inField()
  await keyboard.type('Hello')
  await keyboard.press('Enter')
  await chat.heard('You said: Hello')
  await chat.button('Try again').waitFor()
  await to('Edit')
  await keyboard.press('Enter')
  await chat.page.locator('#edited:focus').waitFor()
  await keyboard.press('Escape')
  await chat.page.locator('button:focus', { hasText: 'Edit' }).waitFor()
  await keyboard.press('Enter')
  await chat.page.locator('#edited:focus').waitFor()
  await keyboard.press('Control+A')
  await keyboard.type('Good evening')
  await keyboard.press('Tab')
  await keyboard.press('Enter')
  await chat.heard('You said: Good evening')
  await inField()
  await to('‹')
  await keyboard.press('Enter')
  await chat.heard('You said: Hello')
})

test.each([
  ['light', 1280, 720],
  ['dark', 1280, 720],
  ['light', 390, 844],
  ['dark', 390, 844],
] as const)(
  'In %s at %i by %i no barrier is found, at the beginning, warned, ended and at risk.',
  async (colorScheme, width, height) => {
    const chat = await open({ colorScheme, width, height })
    expect(await chat.barriers()).toEqual([])
    await chat.say('Hello')
    await chat.picture(`${colorScheme}-${width}-hello`)
    await toTheEnd(chat)
    expect(await chat.barriers()).toEqual([])
    await chat.picture(`${colorScheme}-${width}-ended`)
    await chat.button('Start a new chat').click()
    await chat.page.getByText('Chat 2').waitFor()
    await chat.say('I want to hurt myself')
    expect(await chat.barriers()).toEqual([])
    await chat.picture(`${colorScheme}-${width}-risk`)
    const overflow = await chat.page.evaluate('document.documentElement.scrollWidth - innerWidth')
    expect(overflow).toBeLessThanOrEqual(0)
  },
  120_000,
)

test('Without a token it asks for one; a wrong one is refused in words.', async () => {
  const chat = await open()
  await chat.button('Sign out').click()
  await chat.page.getByLabel('Token').fill('wrong')
  await chat.button('Sign in').click()
  await chat.page.getByText('This token is not known to the server.').waitFor()
})
