/**
 * One event in words: who, and what they said or did. Everything that users and files said is made visible here, and
 * nothing here becomes markup: how a word is stressed is the caller's.
 */
import type { ErasableContent, EventData } from '#machines/events.js'
import type { RecordedEvent } from '../log/recorded-event.js'
import { quoted, visible, visibleLines } from '../log/visible-text.js'
import { isSealedContent } from './sealing.js'

/** How words are stressed: colours on a terminal; `unstressed` leaves them as they are. */
export type Stress = { readonly [S in 'bold' | 'cyan' | 'dim' | 'red' | 'yellow']: (text: string) => string }

export const unstressed: Stress = { bold: String, cyan: String, dim: String, red: String, yellow: String }

export interface Told {
  /** `user`, `assistant` and so on. */
  readonly who: string
  /** One line or more; the first says what it is, where it is not plainly speech. */
  readonly lines: readonly string[]
}

const isText = (block: unknown): block is { readonly type: 'text'; readonly text: string } =>
  typeof block === 'object' && block !== null && typeof (block as { text?: unknown }).text === 'string'

/** What was said, line by line; blocks that are no text are shown as JSON. */
export function contentLines(content: ErasableContent, paint: Stress = unstressed): readonly string[] {
  if (content === null) return [paint.dim('(erased)')]
  if (isSealedContent(content)) return [paint.dim('(sealed)')]
  if (typeof content === 'string') return visibleLines(content)
  return content.flatMap((block) =>
    isText(block) ? visibleLines(block.text) : [paint.dim(visible(JSON.stringify(block)))],
  )
}

const said = (purpose: string, lines: readonly string[], paint: Stress): readonly string[] =>
  purpose === 'reply' ? lines : [`${paint.bold(purpose)}: ${lines[0] ?? ''}`, ...lines.slice(1)]

function warningLines({ warning }: EventData['message.sent'], paint: Stress): readonly string[] {
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

function findingWords(data: EventData['message.assessed'], paint: Stress): string {
  const finding =
    data.risk === null
      ? data.harm === 'none'
        ? 'harmless'
        : paint.yellow('harmful')
      : paint.red(`at risk: ${data.risk}`)
  return `finds ${visible(data.messageId)} ${finding}${categoryWords(data)}`
}

const because = (reason: string | undefined): string => (reason === undefined ? '' : `: ${quoted(reason)}`)

function forkLines({ threadId, from, edit }: EventData['thread.forked'], paint: Stress): readonly string[] {
  const cut = `cuts ${visible(from.threadId)} at ${visible(from.messageId)}`
  if (!edit) return [paint.cyan(`${cut}, to have it answered anew: ${visible(threadId)}`)]
  return [paint.cyan(`${cut}, and says it anew: ${visible(threadId)}`), ...contentLines(edit.content, paint)]
}

/** What an event reports, without who did it. */
function deedOf({ type, data }: RecordedEvent, paint: Stress): readonly string[] {
  switch (type) {
    case 'conversation.opened':
      return [
        paint.dim(
          `opens ${visible(data.threadId)}${data.continuedFrom === undefined ? '' : `, continued from ${quoted(data.continuedFrom)}`}`,
        ),
      ]
    case 'message.received':
      return contentLines(data.content, paint)
    case 'message.sent':
      return [...said(data.purpose, contentLines(data.content, paint), paint), ...warningLines(data, paint)]
    case 'message.assessed':
      return [findingWords(data, paint)]
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
      return forkLines(data, paint)
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
export const tell = (event: RecordedEvent, paint: Stress = unstressed): Told => ({
  who: event.actor.kind,
  lines: deedOf(event, paint),
})
