/** Takes the view away: as a picture (SVG, PNG), or the log as JSONL. Everything in it is text, and escaped. */
import { chartStyle } from '../chart/style.js'
import { standaloneSvg } from '../chart/svg.js'
import { isFault } from '../log-line.js'
import { askWhole } from './api.js'
import { picture } from './picture.js'
import { listed, shown, view } from './session.js'

/** Lines that were cut are asked for whole, up to this many. */
const wholeMax = 2_000
const askedAtOnce = 8
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

/** The lines that the log shows, whole where they were cut. */
async function asJsonl(): Promise<void> {
  const { timeline } = shown.peek()
  const versions = listed.peek() ?? timeline.lines.map((_, place) => place + 1)
  const lines = versions.map((version) => timeline.lines[version - 1])
  const cut = lines.flatMap((line, place) => (line && !isFault(line) && line.cut ? [place] : [])).slice(0, wholeMax)
  const conversation = view.peek().conversation ?? ''
  for (let from = 0; from < cut.length; from += askedAtOnce) {
    const asked = cut.slice(from, from + askedAtOnce).map(async (place) => {
      const whole = await askWhole(conversation, versions[place] as number).catch(() => undefined)
      if (whole) lines[place] = whole
    })
    await Promise.all(asked)
  }
  const text = lines.map((line) => `${JSON.stringify(line)}\n`)
  hand(new Blob(text, { type: 'application/x-ndjson' }), nameOf('jsonl'))
}

export function ExportMenu() {
  return (
    <fieldset class="export">
      <legend>Export</legend>
      <button type="button" onClick={asSvg} aria-label="Export the view as SVG">
        SVG
      </button>
      <button type="button" onClick={() => void asPng()} aria-label="Export the view as PNG">
        PNG
      </button>
      <button type="button" onClick={() => void asJsonl()} aria-label="Export the log shown as JSONL">
        JSONL
      </button>
    </fieldset>
  )
}
