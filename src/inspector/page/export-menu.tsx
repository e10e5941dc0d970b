/** Takes the view away: as a picture (SVG, PNG), or the log as JSONL. Everything in it is text, and escaped. */
import { signal } from '@preact/signals'
import { chartStyle } from '../chart/style.js'
import { standaloneSvg } from '../chart/svg.js'
import { MissingVersion, wholeLines } from '../whole-lines.js'
import { askWholeLog, linesIn, refusalOf } from './api.js'
import { picture } from './picture.js'
import { listed, scratch, shown, view } from './session.js'

/** Characters that are held as text before they become a piece of the file. */
const pieceCharsMax = 4_000_000
const pixelRatio = 2

function hand(blob: Blob, name: string): void {
  const link = document.createElement('a')
  link.href = URL.createObjectURL(blob)
  link.download = name
  link.click()
  setTimeout(() => URL.revokeObjectURL(link.href), 10_000)
}

const nameOf = (ending: string): string =>
  `${(view.peek().conversation ?? 'view').replaceAll(/[^\w-]/g, '_').slice(0, 60)}.${ending}`

const svgText = (): string => standaloneSvg(picture(), chartStyle)

const asSvg = (): void => hand(new Blob([svgText()], { type: 'image/svg+xml' }), nameOf('svg'))

async function asPng(): Promise<void> {
  const image = new Image()
  image.src = `data:image/svg+xml;charset=utf-8,${encodeURIComponent(svgText())}`
  await image.decode()
  const canvas = document.createElement('canvas')
  Object.assign(canvas, { width: image.width * pixelRatio, height: image.height * pixelRatio })
  canvas.getContext('2d')?.drawImage(image, 0, 0, canvas.width, canvas.height)
  canvas.toBlob((blob) => blob && hand(blob, nameOf('png')), 'image/png')
}

/** Whether a log is being taken; and why the last one could not be. */
const exporting = signal(false)
const fault = signal<{ readonly conversation: string | undefined; readonly words: string } | undefined>(undefined)

/** Text in pieces that the browser may put aside: a whole log may be larger than a page's memory. */
class Gathered {
  private readonly pieces: Blob[] = []
  private texts: string[] = []
  private chars = 0

  add(text: string): void {
    this.texts.push(text, '\n')
    this.chars += text.length
    if (this.chars > pieceCharsMax) this.piece()
  }

  blob(): Blob {
    this.piece()
    return new Blob(this.pieces, { type: 'application/x-ndjson' })
  }

  private piece(): void {
    this.pieces.push(new Blob(this.texts))
    this.texts = []
    this.chars = 0
  }
}

/** The lines that the log shows: nothing cut in those that are stored, and those of a scratch copy as they are tried. */
async function gatheredLog(isOver: AbortSignal): Promise<Blob> {
  const { timeline } = shown.peek()
  const versions = listed.peek() ?? timeline.lines.map((_, place) => place + 1)
  const storedTo = scratch.peek()?.from ?? timeline.version
  const stored = versions.filter((version) => version <= storedTo)
  const gathered = new Gathered()
  if (stored[0] !== undefined) {
    const log = await askWholeLog(view.peek().conversation ?? '', stored[0], isOver)
    for await (const text of wholeLines(linesIn(log), stored)) gathered.add(text)
  }
  for (const version of versions.slice(stored.length)) gathered.add(JSON.stringify(timeline.lines[version - 1]))
  return gathered.blob()
}

async function asJsonl(): Promise<void> {
  const over = new AbortController()
  const { conversation } = view.peek()
  exporting.value = true
  fault.value = undefined
  const name = nameOf('jsonl')
  try {
    hand(await gatheredLog(over.signal), name)
  } catch (thrown) {
    // Half a log is no log: nothing is handed over.
    const why = thrown instanceof MissingVersion ? thrown.message : refusalOf(thrown).message
    fault.value = { conversation, words: `Not exported: ${why}` }
  } finally {
    over.abort()
    exporting.value = false
  }
}

export function ExportMenu() {
  const faultHere = fault.value?.conversation === view.value.conversation ? fault.value?.words : undefined
  return (
    <fieldset class="export">
      <legend>Export</legend>
      <button type="button" onClick={asSvg} aria-label="Export the view as SVG">
        SVG
      </button>
      <button type="button" onClick={() => void asPng()} aria-label="Export the view as PNG">
        PNG
      </button>
      <button
        type="button"
        onClick={() => void asJsonl()}
        disabled={exporting.value}
        aria-label="Export the log shown as JSONL"
      >
        JSONL
      </button>
      <span role="status">{exporting.value ? 'Exporting…' : faultHere}</span>
    </fieldset>
  )
}
