/**
 * One connection of the pool, and what must be known of it when something fails: was anything sent, and did the server
 * warn? No question may wait for its answer for ever.
 */
import type { PoolClient, QueryConfig } from 'pg'

const int8 = 20

/** A statement, and the name it is prepared under, once a connection. */
export interface Question {
  readonly name?: string
  readonly text: string
  readonly values?: readonly unknown[]
}

export class Connection {
  /** Whether anything was asked since it was taken from the pool. */
  wasAsked = false
  /** What the server warned of since then. */
  warning: Error | undefined
  isReady = false

  constructor(
    readonly client: PoolClient,
    private readonly answerTimeoutMs: number,
  ) {
    // Versions and positions are below 2 ** 53; by itself the driver gives them as text.
    client.setTypeParser(int8, Number)
    client.on('notice', (notice) => {
      if (!notice.code?.startsWith('00')) this.warning = notice as unknown as Error
    })
  }

  taken(): this {
    this.wasAsked = false
    this.warning = undefined
    return this
  }

  /** The rows, or throws as the driver throws; so too when the answer does not come in time. Then the connection is lost. */
  async ask<Row>(question: Question, timeoutMs = this.answerTimeoutMs): Promise<readonly Row[]> {
    this.wasAsked = true
    const answer = this.client.query(question as QueryConfig)
    const { rows } = await this.inTime(answer, timeoutMs)
    return rows as readonly Row[]
  }

  private inTime<A>(answer: Promise<A>, timeoutMs: number): Promise<A> {
    return new Promise((resolve, reject) => {
      const late = () => reject(new Error(`no answer came within ${timeoutMs} ms`))
      const patience = setTimeout(late, timeoutMs)
      answer.finally(() => clearTimeout(patience)).then(resolve, reject)
    })
  }
}
