/** One event in words: who, and what they said or did. Everything that users and files said is made visible here. */
import type { ErasableContent, EventData } from '#machines/events.js'
import { isSealedContent } from '../conversations/sealing.js'
import type { RecordedEvent } from '../log/recorded-event.js'
import { paint, quoted, visible, visibleLines } from './paint.js'

export interface Told {
  /** `user`, `assistant` and so on. */
  readonly who: string
  /** One line or more; the first says what it is, where it is not plainly speech. */
  readonly lines: readonly string[]
}

const isText = (block: unknown): block is { readonly type: 'text'; readonly text: string } =>
  typeof block === 'object' && block !== null && typeof (block as { text?: unknown }).text === 'string'

/** What was said, line by line; blocks that are no text are shown as JSON. */
export function contentLines(content: ErasableContent): readonly string[] {
  if (content === null) return [paint.dim('(erased)')]
  if (isSealedContent(content)) return [paint.dim('(sealed)')]
  if (typeof content === 'string') return visibleLines(content)
  return content.flatMap((block) =>
    isText(block) ? visibleLines(block.text) : [paint.dim(visible(JSON.stringify(block)))],
  )
}

const said = (purpose: string, lines: readonly string[]): readonly string[] =>
  purpose === 'reply' ? lines : [`${paint.bold(purpose)}: ${lines[0] ?? ''}`, ...lines.slice(1)]

function warningLines({ warning }: EventData['message.sent']): readonly string[] {
  if (!warning) return []
  return [paint.dim(`names ${quoted(warning.behavior)}, offers ${quoted(warning.alternative)}`)]
}

function categoryWords({ categories = [], confidence }: EventData['message.assessed']): string {
  const named = Array.isArray(categories)
    ? categories
    : Object.entries(categories).map(([name, value]) => `${name} ${value}`)
  const sure = confidence === undefined ? [] : [`confidence ${confidence}`]
  const all = [...named, ...sure].map(visible)
  return all.length > 0 ? ` (${all.join(', ')})` : ''
}

function findingWords(data: EventData['message.assessed']): string {
  const finding =
    data.risk === null
      ? data.harm === 'none'
        ? 'harmless'
        : paint.yellow('harmful')
      : paint.red(`at risk: ${data.risk}`)
  return `finds ${visible(data.messageId)} ${finding}${categoryWords(data)}`
}

const because = (reason: string | undefined): string => (reason === undefined ? '' : `: ${quoted(reason)}`)

function forkLines({ threadId, from, edit }: EventData['thread.forked']): readonly string[] {
  const cut = `cuts ${visible(from.threadId)} at ${visible(from.messageId)}`
  if (!edit) return [paint.cyan(`${cut}, to have it answered anew: ${visible(threadId)}`)]
  return [paint.cyan(`${cut}, and says it anew: ${visible(threadId)}`), ...contentLines(edit.content)]
}

/** What an event reports, without who did it. */
function deedOf({ type, data }: RecordedEvent): readonly string[] {
  switch (type) {
    case 'conversation.opened':
      return [
        paint.dim(
          `opens ${visible(data.threadId)}${data.continuedFrom === undefined ? '' : `, continued from ${quoted(data.continuedFrom)}`}`,
        ),
      ]
    case 'message.received':
      return contentLines(data.content)
    case 'message.sent':
      return [...said(data.purpose, contentLines(data.content)), ...warningLines(data)]
    case 'message.assessed':
      return [findingWords(data)]
    case 'assessment.failed':
      return [`could not assess ${visible(data.messageId)}${because(data.error)}`]
    case 'risk.flagged':
      return [`${paint.red(`flags risk: ${data.kind}`)}${data.note === undefined ? '' : `, ${quoted(data.note)}`}`]
    case 'risk.cleared':
      return [`clears the risk${because(data.reason)}`]
    case 'end.requested':
      return [`asks to end${because(data.reason)}`]
    case 'end.confirmed':
      return ['confirms the end']
    case 'end.withdrawn':
      return ['no longer asks to end']
    case 'end.proposed':
      return [`proposes to end${because(data.reason)}`]
    case 'end.declined':
      return [paint.yellow(`declines the ${data.by}'s end: ${data.vetoes.join(', ')}`)]
    case 'thread.ended':
      return [paint.red(`ends the thread on ${data.ground}${because(data.reason)}`)]
    case 'thread.forked':
      return forkLines(data)
    case 'feedback.given':
      return [
        `thumbs ${data.rating}${data.messageId === undefined ? '' : ` for ${visible(data.messageId)}`}${because(data.comment)}`,
      ]
    case 'welfare.noted':
      return [`notes ${quoted(data.signal)}, intensity ${data.intensity}${because(data.note)}`]
    case 'content.erased':
      return [`erases ${data.messageIds.map(visible).join(', ')}${because(data.reason)}`]
  }
}

/** The event in words. */
export const tell = (event: RecordedEvent): Told => ({ who: event.actor.kind, lines: deedOf(event) })
