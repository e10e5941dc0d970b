/**
 * A progress bar on a terminal, and nothing elsewhere. A few lines of our own: the bar needs one line, redrawn in place,
 * and the known libraries for it are unkept or bring a dozen dependencies.
 */
export interface Terminal {
  readonly isTTY?: boolean
  /** 0 where the terminal does not say. */
  readonly columns?: number
  write(text: string): unknown
}

const barWidth = 24
const clearLine = '\r\u001b[2K'

export class Progress {
  private drawn = ''

  constructor(private readonly terminal: Terminal) {}

  /** @param share how much is done, 0 to 1; `text` stands after the bar, cut to the terminal's width. */
  show(share: number, text: string): void {
    if (!this.terminal.isTTY) return
    const filled = Math.round(Math.min(share, 1) * barWidth)
    const bar = `${'█'.repeat(filled)}${'░'.repeat(barWidth - filled)}`
    const percent = String(Math.floor(Math.min(share, 1) * 100)).padStart(3)
    const line = `${bar} ${percent} % ${text}`.slice(0, (this.terminal.columns || 80) - 1)
    if (line === this.drawn) return
    this.terminal.write(`${clearLine}${line}`)
    this.drawn = line
  }

  /** Takes the bar away, so that something else can be written; the next `show` draws it again. */
  clear(): void {
    if (this.drawn !== '') this.terminal.write(clearLine)
    this.drawn = ''
  }
}
