/**
 * Those who wish to hear that events may have come. However many come in one turn, each is called once, and after it: a
 * notification is an invitation to read, and must never carry what was written.
 */
export class Listeners {
  private readonly all = new Set<{ readonly heard: () => void }>()
  private isDue = false

  /** Has `heard` called from now on; the answer ends it. */
  readonly listen = (heard: () => void): (() => void) => {
    // An object of its own, for the same function may listen twice.
    const listener = { heard }
    this.all.add(listener)
    return () => void this.all.delete(listener)
  }

  /** Calls everyone, soon. */
  tell(): void {
    if (this.isDue || this.all.size === 0) return
    this.isDue = true
    void Promise.resolve().then(() => {
      this.isDue = false
      for (const { heard } of [...this.all]) heard()
    })
  }

  /** Nobody hears anything any more. */
  clear(): void {
    this.all.clear()
  }
}
