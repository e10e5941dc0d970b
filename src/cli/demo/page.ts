/** What the demo prints: each turn with what it left in the log, how the thread stands, and what stands in an end's way. */
import type { Ground, Policy } from '#machines/events.js'
import { withDefaults } from '../../lifecycle/policy.js'
import type { RecordedEvent } from '../../log/recorded-event.js'
import { paint, visible } from '../paint.js'
import { countWords, stateWords } from '../state-words.js'
import { padded, wrap } from '../wrap.js'
import type { Played, Staged } from './play.js'
import { refusalWords } from './refusal-words.js'
import type { Step } from './story.js'

/** What is printed is no wider. */
export const pageColumns = 98
const speakerColumns = 12
const margin = ' '.repeat(speakerColumns + 1)

const beside = (speaker: string, text: string): readonly string[] =>
  wrap(text, pageColumns - margin.length).map((line, place) =>
    place === 0 ? ` ${padded(speaker, speakerColumns)}${line}` : `${margin}${line}`,
  )

const marked = (sign: string, text: string): readonly string[] =>
  wrap(text, pageColumns - margin.length - 2).map((line, place) => `${margin}${place === 0 ? sign : ' '} ${line}`)

/** Who acts, and how that reads. */
function telling(step: Step): readonly [string, string] {
  switch (step.does) {
    case 'say': {
      const purpose = step.by === 'assistant' && step.purpose !== 'reply' ? paint.italic(` [${step.purpose}]`) : ''
      return [step.by, `${visible(step.text)}${purpose}`]
    }
    case 'end':
      return ['assistant', `${paint.bold(`asks to end, on ${step.ground}:`)} ${visible(step.reason)}`]
    case 'requestEnd':
      return ['user', `${paint.bold('asks for an end:')} ${visible(step.reason)}`]
    case 'confirmEnd':
      return ['user', paint.bold('confirms the end')]
    case 'edit':
      return ['user', `${paint.bold(`edits message ${step.cut.messageId}:`)} ${visible(step.text)}`]
    case 'clearRisk':
      return ['operator', `${paint.bold('clears the risk:')} ${visible(step.reason)}`]
    case 'giveFeedback':
      return ['user', `${paint.bold('gives feedback:')} ${visible(step.comment)}`]
  }
}

const speakers: { readonly [speaker: string]: string } = {
  user: paint.cyan('user'),
  assistant: paint.green('assistant'),
  operator: paint.yellow('operator'),
}

function judgement(event: RecordedEvent): string {
  if (event.type !== 'message.assessed') return ''
  return ` (${event.data.risk === null ? event.data.harm : `risk: ${event.data.risk}`})`
}

const eventWords = (events: readonly RecordedEvent[]): string =>
  events.map((event) => `${event.version} ${event.type}${judgement(event)}`).join(', ')

function endWords({ guidance }: Played): string {
  if (guidance.stance === 'closed') return 'nothing more is said on this thread'
  const words = (['persistent-harm', 'user-request'] as const).map((ground: Ground) => {
    const vetoes = guidance.vetoes[ground]
    return `on ${ground} ${vetoes.length === 0 ? paint.bold('allowed') : vetoes.join(', ')}`
  })
  return `end: ${words.join('; ')}`
}

/** One step, what came of it, and where that leaves the thread. */
export function* playedLines(played: Played, policy: Policy): Generator<string> {
  const [speaker, text] = telling(played.step)
  yield* beside(speakers[speaker] ?? speaker, text)
  if (played.refused) yield* marked(paint.red('✗'), refusalWords(played.refused).map(paint.red).join(' '))
  if (played.events.length > 0) yield* marked(paint.dim('+'), paint.dim(eventWords(played.events)))
  const state = [stateWords(played.state), ...countWords(played.state, policy)].join(', ')
  yield* marked('=', `${state}; guidance: ${paint.bold(played.guidance.stance)}`)
  if (!played.refused) yield* marked(paint.dim('!'), paint.dim(endWords(played)))
  yield ''
}

/** The policy under which a story is told. */
export const policyOf = ({ story }: Staged): Policy => withDefaults(story.policy ?? {})

/** A story's title, what to watch for, and its conversation. */
export function* headLines({ story, conversationId }: Staged, number: number): Generator<string> {
  yield paint.bold(`━━ ${number}. ${story.title} ${'━'.repeat(pageColumns - story.title.length - 7)}`)
  for (const line of wrap(story.about, pageColumns - 3)) yield `   ${line}`
  yield paint.dim(`   conversation ${conversationId}, thread ${story.threadId}`)
  yield ''
}

/** What the demo is, and how to read it. */
export function* introductionLines(): Generator<string> {
  yield paint.bold('Colloquy: the model asks, the machine decides, the log remembers.')
  yield* wrap(
    'Five scenes, played through the real service into a real log. Both sides are scripted, and so is the assessor: it knows these lines by heart and is no safety classifier. What may happen next is decided by the machine alone.',
    pageColumns,
  )
  yield ''
  yield `Under each turn:  ${paint.red('✗')} refused, and why   + what went into the log, with its version`
  yield '                  = state; guidance for the next reply   ! what stands in the way of an end'
  yield ''
}
