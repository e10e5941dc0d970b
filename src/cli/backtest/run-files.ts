/** Files through a plan: read line by line, gathered in batches, walked on other threads, and summed up in file order. */
import { isLeft } from 'fp-ts/lib/Either.js'
import type { Draft } from '../importing/draft.js'
import type { Convert } from '../importing/import-lines.js'
import { draftMessages } from '../importing/messages.js'
import { draftTree } from '../importing/oasst.js'
import { conversationBytesMax, saidLines } from '../importing/said-lines.js'
import { parseLine } from '../json-lines.js'
import { AssessedLines, type Heard } from './assessed-lines.js'
import { pastOf } from './drafted.js'
import type { Judging } from './judging.js'
import { Ledger } from './ledger.js'
import type { PastConversation } from './past.js'
import type { Plan } from './plan.js'
import { SeenIds } from './seen-ids.js'

export const formats = ['assessed', 'messages', 'oasst'] as const
export type Format = (typeof formats)[number]

export interface SourceFile {
  readonly name: string
  /** Its bytes, as they come. */
  readonly chunks: AsyncIterable<Buffer>
}

export interface RunFiles {
  readonly files: readonly SourceFile[]
  readonly format: Format
  readonly judging: Judging
  readonly plan: Plan
  /** How many threads walk beside this one; 0: this one does. */
  readonly workers: number
  /** How many messages a batch has at least, but for the last. */
  readonly batchMessages?: number
  /** Hears of each line that was not taken, and why. */
  readonly onFault: (file: string, lineNumber: number, why: string) => void
  /** Called now and then. */
  readonly onProgress: (ledger: Ledger) => void
}

/** Enough that sending it costs little beside walking it. */
const batchMessagesDefault = 32_768

function drafting(format: Format, { harmfulFrom, assumeHarmless }: Judging): Convert {
  if (format === 'messages') return (value) => draftMessages(value, { assumeHarmless })
  return (value) => draftTree(value, { harmfulFrom, assumeHarmless })
}

/** Takes lines of which each is a conversation. */
class ConversationLines {
  private readonly convert: Convert

  constructor(
    format: Format,
    private readonly judging: Judging,
    private readonly heard: Heard,
  ) {
    this.convert = drafting(format, judging)
  }

  take(value: ReturnType<typeof parseLine>, lineNumber: number): void {
    const draft = isLeft(value) ? value : this.convert(value.right)
    if (isLeft(draft)) this.heard.onFault(lineNumber, draft.left)
    else if (this.isTold(draft.right, lineNumber)) this.heard.onConversation(pastOf(draft.right, this.judging))
  }

  end(): void {}

  private isTold({ conversationId }: Draft, lineNumber: number): boolean {
    const isNew = this.heard.isNew(conversationId)
    if (!isNew) this.heard.onFault(lineNumber, `conversation ${JSON.stringify(conversationId)} was there before`)
    return isNew
  }
}

/**
 * Reads and walks every conversation of the files once.
 * @throws InputError when a file cannot be read.
 */
export async function runFiles(run: RunFiles): Promise<Ledger> {
  const { files, format, judging, plan, workers, batchMessages = batchMessagesDefault, onFault, onProgress } = run
  const ledger = new Ledger(plan, workers)
  const seen = new SeenIds()
  let gathered: PastConversation[] = []
  let gatheredMessages = 0
  const flush = async (isLast: boolean) => {
    const conversations = gathered
    gathered = []
    gatheredMessages = 0
    await ledger.add(conversations, isLast)
    onProgress(ledger)
  }
  try {
    for (const { name, chunks } of files) {
      const heard: Heard = {
        onConversation: (conversation) => {
          gathered.push(conversation)
          gatheredMessages += conversation.messages.length
        },
        onFault: (lineNumber, why) => {
          ledger.faults += 1
          onFault(name, lineNumber, why)
        },
        onLeftOut: () => {
          ledger.leftOut += 1
        },
        isNew: (conversationId) => seen.add(conversationId),
      }
      const lines =
        format === 'assessed' ? new AssessedLines(judging, heard) : new ConversationLines(format, judging, heard)
      for await (const line of saidLines(chunks)) {
        lines.take(parseLine(line, conversationBytesMax), line.number)
        if (gatheredMessages >= batchMessages) await flush(false)
      }
      lines.end()
    }
    await flush(true)
    return ledger
  } finally {
    await ledger.close()
  }
}
