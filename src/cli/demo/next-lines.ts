/** After the play: what the log holds now, and commands to look at it from every side, ready to be typed. */
import type { RecordedEvent } from '../../log/recorded-event.js'
import { paint } from '../paint.js'
import { wrap } from '../wrap.js'
import { pageColumns } from './page.js'
import type { Staged } from './play.js'

/** What was played, and where it is. */
export interface Aftermath {
  readonly staged: readonly Staged[]
  readonly log: readonly RecordedEvent[]
  readonly db: string
  readonly jsonLines: string
}

const isOf =
  (type: RecordedEvent['type']) =>
  (event: RecordedEvent): boolean =>
    event.type === type

function tallyLine({ staged, log, db }: Aftermath): string {
  const conversations = staged.filter(({ story }) => story.continues === undefined).length
  const ended = log.filter(isOf('thread.ended')).length
  const declined = log.filter(isOf('end.declined')).length
  return `${db} now holds ${log.length} more events of ${conversations} conversations: ${ended} ends, and ${declined} that were asked for and declined.`
}

/** A path or an id as a shell takes it for one word. */
const word = (text: string): string => (/^[\w./:@-]+$/.test(text) ? text : `'${text.replaceAll("'", "'\\''")}'`)

function commands({ staged, log, db, jsonLines }: Aftermath): readonly (readonly [string, string])[] {
  const long = staged.find(({ story }) => staged.some((other) => other.story.continues === story.name))
  const id = word(long?.conversationId ?? '')
  const warned = log.find(
    ({ conversationId, type, data }) =>
      conversationId === long?.conversationId &&
      type === 'message.sent' &&
      'purpose' in data &&
      data.purpose === 'warning',
  )
  return [
    [`ls ${word(db)}`, 'every conversation and where its threads stand'],
    [`show ${word(db)} ${id}`, 'the one that ended and was edited: its branches and transcript'],
    [`show ${word(db)} ${id} --at ${warned?.version ?? 1}`, 'the same just after the warning'],
    [`audit ${word(db)}`, 'is the log whole and lawful, to the last event?'],
    [`replay ${word(jsonLines)}`, "this run's events, run through the machine again"],
    ['chart', 'the law itself, as a statechart in Mermaid'],
  ]
}

/** What to try next, with this run's own ids. */
export function* nextLines(aftermath: Aftermath): Generator<string> {
  yield paint.bold('What now?')
  yield* wrap(tallyLine(aftermath), pageColumns)
  yield ''
  for (const [command, why] of commands(aftermath)) {
    yield `  npx colloquy ${command}`
    yield paint.dim(`      ${why}`)
  }
}
