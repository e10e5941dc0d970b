/** One statement on a connection of its own, once, or again where others were in the way and nothing was done. */
import { type Either, isRight } from 'fp-ts/lib/Either.js'
import type { Question } from './connection.js'
import type { Connections } from './connections.js'
import { isPassing, type Refusal } from './failure.js'

/** How often a statement is tried that others were in the way of, before the store says that it cannot. */
const attemptsMax = 5

export interface Told<Row> {
  readonly rows: readonly Row[]
  /** What the server warned of while it did it. */
  readonly warning: Error | undefined
}

export const tell = <Row>(connections: Connections, question: Question): Promise<Either<Refusal, Told<Row>>> =>
  connections.use(async (connection) => {
    const rows = await connection.ask<Row>(question)
    return { rows, warning: connection.warning }
  })

/** Asks; and again, so many times, where others were in the way and nothing was done. */
export async function tellAgain<Row>(
  connections: Connections,
  question: Question,
): Promise<Either<Refusal, Told<Row>>> {
  for (let attempt = 1; ; attempt++) {
    const told = await tell<Row>(connections, question)
    if (isRight(told) || attempt === attemptsMax || !isPassing(told.left)) return told
  }
}
