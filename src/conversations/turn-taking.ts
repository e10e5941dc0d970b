/** One at a time, by key: a process does not race with itself for a conversation; other processes it meets in the store. */
export class TurnTaking {
  private readonly last = new Map<string, Promise<unknown>>()

  /** Runs the task when all that were given before under this key are over, however they went. */
  async inTurn<A>(key: string, task: () => Promise<A>): Promise<A> {
    const before = this.last.get(key) ?? Promise.resolve()
    const mine = before.then(task, task)
    this.last.set(key, mine)
    try {
      return await mine
    } finally {
      if (this.last.get(key) === mine) this.last.delete(key)
    }
  }
}
