/** The demo plays every story to its end, and shows what was refused on the way. */
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { isLeft } from 'fp-ts/lib/Either.js'
import { describe, expect, test } from 'vitest'
import { type Played, play, type Stage, type Staged } from '../../src/cli/demo/play.js'
import { scriptedAssessor } from '../../src/cli/demo/scripted-assessor.js'
import { stories } from '../../src/cli/demo/stories/index.js'
import type { Story } from '../../src/cli/demo/story.js'
import { createConversations } from '../../src/conversations.js'
import { Acceptor } from '../../src/log/acceptor.js'
import type { RecordedEvent } from '../../src/log/recorded-event.js'
import { openMemoryStore } from '../../src/stores/memory.js'
import { runColloquy, temporaryFolder } from './run-colloquy.js'

function newStage(): Stage {
  let heard: RecordedEvent[] = []
  const takeEvents = () => {
    const events = heard
    heard = []
    return events
  }
  const onEvent = (event: RecordedEvent) => heard.push(event)
  const assess = scriptedAssessor(stories)
  return { conversations: createConversations({ store: openMemoryStore(), assess, onEvent }), takeEvents }
}

/** Everything that comes of a story, and of the one it goes on from. */
async function played(story: Story): Promise<readonly Played[]> {
  const stage = newStage()
  const before = stories.filter(({ name }) => name === story.continues)
  let last: Played[] = []
  for (const one of [...before, story]) {
    const staged: Staged = { story: one, conversationId: 'c' }
    last = []
    for await (const step of play(stage, staged)) last.push(step)
  }
  return last
}

const named = (name: string): Story => {
  const story = stories.find((one) => one.name === name)
  if (!story) throw new Error(`no story ${name}`)
  return story
}
const refusals = (steps: readonly Played[]) => steps.flatMap(({ refused }) => (refused ? [refused.code] : []))
const eventTypes = (steps: readonly Played[]) => steps.flatMap(({ events }) => events.map(({ type }) => type))

describe('the stories', () => {
  test.each(stories.map((story) => [story.name, story] as const))('%s ends where it is to end.', async (_, story) => {
    const last = (await played(story)).at(-1)
    expect(last?.state).toMatchObject(story.reaches)
  })

  test('A heated conversation meets no refusal and no veto but the ordinary ones.', async () => {
    const steps = await played(named('heated'))
    expect(refusals(steps)).toEqual([])
    expect(steps.every(({ state, guidance }) => state.failures === 0 && guidance.stance === 'engage')).toBe(true)
  })

  test('Persistent harm ends after three redirections and a warning; each shortcut is refused.', async () => {
    const steps = await played(named('persistent-harm'))
    expect(refusals(steps)).toEqual([
      'redirections-remaining',
      'warning-not-due',
      'warning-not-given',
      'warning-not-ignored',
      'ended',
    ])
    expect(eventTypes(steps).filter((type) => type === 'end.declined')).toHaveLength(3)
    expect(eventTypes(steps).slice(-2)).toEqual(['thread.ended', 'feedback.given'])
  })

  test('In a crisis there is neither end nor warning, and no word of either in the guidance, whatever is said.', async () => {
    const steps = await played(named('crisis'))
    expect(refusals(steps)).toEqual(['risk-flagged', 'risk-flagged', 'risk-flagged'])
    const atRisk = steps.filter(({ state }) => state.risk === 'flagged')
    expect(atRisk.length).toBeGreaterThan(5)
    expect(atRisk.every(({ guidance }) => guidance.stance === 'support' && guidance.endTool === 'none')).toBe(true)
    const said = atRisk.flatMap(({ step, refused }) => ('text' in step && !refused ? [step.text] : []))
    expect(said.filter((text) => /\bend (the|this)\b/.test(text))).toEqual([])
  })

  test('An end that is asked for waits for the question and for the answer.', async () => {
    const steps = await played(named('farewell'))
    expect(refusals(steps)).toEqual(['not-asked', 'not-confirmed'])
    expect(eventTypes(steps).at(-1)).toBe('thread.ended')
  })

  test('After an end an edit begins a thread with a clean slate, and the ended one stays ended.', async () => {
    const steps = await played(named('second-chance'))
    expect(refusals(steps)).toEqual([])
    expect(steps[0]).toMatchObject({ state: { lifecycle: 'engaging', failures: 0, ignored: 0 } })
    expect(steps[0]?.events.map(({ type }) => type)).toEqual(['thread.forked', 'message.assessed'])
  })

  test('The scripted assessor judges no line that it does not know.', () => {
    const request = { conversationId: 'c', threadId: 't', messageId: 'm', transcript: [] }
    const assess = scriptedAssessor(stories)
    const { signal } = new AbortController()
    expect(() => assess({ ...request, content: 'You are a worthless heap.', signal })).toThrow('no such line')
  })
})

describe('colloquy demo', () => {
  async function demo() {
    const db = join(await temporaryFolder(), 'new folder', 'demo.db')
    return { db, ...(await runColloquy('demo', '--once', '--db', db)) }
  }

  test('It shows every veto, state and guidance, in plain text within 100 columns.', async () => {
    const { exitCode, stdout, stderr } = await demo()
    expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: '' })
    for (const word of [
      'redirections-remaining',
      'warning-not-given',
      'warning-not-ignored',
      'refused: risk-flagged, redirections-remaining',
      'refused: warning-not-due',
      'not-asked',
      'not-confirmed',
      'end.declined',
      'warning.ignored',
      'guidance: last-resort',
      'guidance: support',
      'no safety classifier',
    ]) {
      expect(stdout.replaceAll(/\s+/g, ' ')).toContain(word)
    }
    expect(stdout).not.toContain('\u001b')
    const typed = (line: string) => line.startsWith('  npx colloquy')
    const wide = stdout.split('\n').filter((line) => [...line].length > 100 && !typed(line))
    expect(wide).toEqual([])
  })

  test('What it says to try next works: the log it wrote is accepted, and a second run adds to the first.', async () => {
    const { db, stdout } = await demo()
    const jsonLines = readFileSync(db.replace(/db$/, 'jsonl'), 'utf8').trim().split('\n')
    const acceptors = new Map<string, Acceptor>()
    for (const event of jsonLines.map((line) => JSON.parse(line) as RecordedEvent)) {
      const acceptor = acceptors.get(event.conversationId) ?? new Acceptor()
      acceptors.set(event.conversationId, acceptor)
      expect(isLeft(acceptor.accept(event))).toBe(false)
    }
    expect(acceptors.size).toBe(4)
    const commands = stdout
      .split('\n')
      .flatMap((line) => /^ {2}npx colloquy (?<args>.*)$/.exec(line)?.groups?.args ?? [])
    expect(commands.map((args) => args.split(' ')[0])).toEqual(['ls', 'show', 'show', 'audit', 'replay', 'chart'])
    for (const args of commands) {
      const typed = [...args.matchAll(/'([^']*)'|(\S+)/g)].map(([, quoted, plain]) => quoted ?? plain ?? '')
      expect(await runColloquy(...typed)).toMatchObject({ exitCode: 0, stderr: '' })
    }
    expect((await runColloquy('demo', '--once', '--db', db)).exitCode).toBe(0)
    const listed = await runColloquy('ls', db, '--json')
    expect(listed.stdout.trim().split('\n')).toHaveLength(8)
  })
})
