/** Files through a plan: read line by line, gathered in batches, walked on other threads, and summed up in file order. */
import { isLeft, isRight } from 'fp-ts/lib/Either.js'
import { InputError } from '../exit.js'
import type { Draft } from '../importing/draft.js'
import type { Convert } from '../importing/import-lines.js'
import { draftMessages } from '../importing/messages.js'
import { draftTree } from '../importing/oasst.js'
import { conversationBytesMax, saidLines } from '../importing/said-lines.js'
import { isObject } from '../importing/shape.js'
import { parseLine } from '../json-lines.js'
import { quoted } from '../paint.js'
import { AssessedLines, type Heard } from './assessed-lines.js'
import { pastOf } from './drafted.js'
import type { Judging } from './judging.js'
import { type Format, Ledger } from './ledger.js'
import type { PastConversation } from './past.js'
import type { Plan } from './plan.js'
import { SeenIds } from './seen-ids.js'

export interface SourceFile {
  readonly name: string
  /** Its bytes, as they come. */
  readonly chunks: AsyncIterable<Buffer>
}

export interface RunFiles {
  readonly files: readonly SourceFile[]
  /** Of every file; left out, each file's first line tells. */
  readonly format?: Format | undefined
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

function drafting(format: Format, { harmfulFrom, riskFrom, assumeHarmless }: Judging): Convert {
  if (format === 'messages') return (value) => draftMessages(value, { assumeHarmless })
  // A message keeps its labels if one of them is named; what they mean is judged anew.
  const named = new Map([...riskFrom, ...harmfulFrom])
  return (value) => draftTree(value, { harmfulFrom: named, assumeHarmless })
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

/** The format of a file, by the first line that says something. */
function formatOf(value: ReturnType<typeof parseLine>, name: string): Format {
  const line = isRight(value) && isObject(value.right) ? value.right : {}
  if ('conversationId' in line) return 'assessed'
  if ('messages' in line) return 'messages'
  if ('prompt' in line) return 'oasst'
  throw new InputError(`cannot tell the format of ${quoted(name)} from its first line; name it with --format`)
}

/** Reads files into batches for a ledger. */
class Reading {
  private readonly seen = new SeenIds()
  private gathered: PastConversation[] = []
  private gatheredMessages = 0

  constructor(
    private readonly run: RunFiles,
    private readonly ledger: Ledger,
  ) {}

  async read({ name, chunks }: SourceFile): Promise<void> {
    let { format } = this.run
    let lines: ReturnType<Reading['linesOf']> | undefined
    for await (const line of saidLines(chunks)) {
      const value = parseLine(line, conversationBytesMax)
      format ??= formatOf(value, name)
      lines ??= this.linesOf(format, name)
      lines.take(value, line.number)
      if (this.gatheredMessages >= (this.run.batchMessages ?? batchMessagesDefault)) await this.flush(false)
    }
    lines?.end()
    this.ledger.files.push({ name, format: format ?? null })
  }

  async flush(isLast: boolean): Promise<void> {
    const conversations = this.gathered
    this.gathered = []
    this.gatheredMessages = 0
    await this.ledger.add(conversations, isLast)
    this.run.onProgress(this.ledger)
  }

  private linesOf(format: Format, name: string): AssessedLines | ConversationLines {
    const { judging } = this.run
    const heard = this.heardOf(name)
    return format === 'assessed' ? new AssessedLines(judging, heard) : new ConversationLines(format, judging, heard)
  }

  private heardOf(name: string): Heard {
    return {
      onConversation: (conversation) => {
        this.gathered.push(conversation)
        this.gatheredMessages += conversation.messages.length
      },
      onFault: (lineNumber, why) => {
        this.ledger.faults += 1
        this.run.onFault(name, lineNumber, why)
      },
      onLeftOut: () => {
        this.ledger.leftOut += 1
      },
      isNew: (conversationId) => this.seen.add(conversationId),
    }
  }
}

/**
 * Reads and walks every conversation of the files once.
 * @throws InputError when a file cannot be read, or its format not told.
 */
export async function runFiles(run: RunFiles): Promise<Ledger> {
  const ledger = new Ledger(run.plan, run.workers)
  const reading = new Reading(run, ledger)
  try {
    for (const file of run.files) await reading.read(file)
    await reading.flush(true)
    return ledger
  } finally {
    await ledger.close()
  }
}
