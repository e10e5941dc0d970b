/**
 * How an append gets to the server: with others in a lane, or alone. One's refusal, failure or wait must never harm its
 * neighbours: a batch that failed is tried again one by one, and so is what the batch would have had to wait for. Never
 * answers `appended` before the commit was acknowledged.
 */
import { type Either, isLeft, isRight, left, right } from 'fp-ts/lib/Either.js'
import { answerWithoutWriting } from '../../log/append-check.js'
import type { StoreError } from '../../log/errors.js'
import type { Appended, AppendRequest } from '../../log/event-store.js'
import { viewMissing } from '../../log/view-check.js'
import type { ViewShape } from '../../log/views.js'
import { AppendLanes, type LaneAnswer, type LaneBounds } from './append-lanes.js'
import type { Connections } from './connections.js'
import { failure, isPassing, isUndone, type Refusal, unknownOutcome, writeFailure } from './failure.js'
import * as sql from './statements.js'
import { tell, tellAgain } from './telling.js'
import { isMissing } from './views/postgres-views.js'
import { appendManyWithRows, appendWithRows, factsOf } from './views/view-questions.js'

function answerToFacts(request: AppendRequest, { actual_version, known }: sql.AppendFacts) {
  const find = (id: string) => known?.find(({ eventId }) => eventId === id)
  return answerWithoutWriting(request, { actualVersion: actual_version ?? 0, find })
}

/** What the facts of an append mean, for one that was not passed over. */
function judged(
  request: AppendRequest,
  facts: sql.AppendFacts,
  warning: Error | undefined,
): Either<StoreError, Appended> {
  // As when a wait for the synchronous standby is cancelled: committed here, perhaps not there.
  if (facts.written && warning) return left(unknownOutcome('append', warning))
  if (facts.written) return right({ version: request.expectedVersion + request.events.length })
  const answer = answerToFacts(request, facts)
  if (answer === undefined) throw new Error('the append function did not write, and gave no reason')
  return answer
}

// Whoever creates a conversation may have to wait for another who does, and a batch waits for nobody.
const canShare = ({ expectedVersion }: AppendRequest): boolean => expectedVersion > 0

const hasRows = ({ rows = [] }: AppendRequest): boolean => rows.length > 0

/** What a batch that failed means to each of `count`. */
function afterFailure(refusal: Refusal, count: number): LaneAnswer {
  const isOfAllOrPasses = count > 1 || isPassing(refusal) || isMissing(refusal)
  const isWorthTryingAlone = refusal.wasSent && isUndone(refusal) && isOfAllOrPasses
  return isWorthTryingAlone ? 'alone' : left(writeFailure('append', refusal))
}

export class Appends {
  private readonly lanes: AppendLanes

  constructor(
    private readonly connections: Connections,
    bounds: LaneBounds,
  ) {
    this.lanes = new AppendLanes((batch) => this.together(batch), bounds)
  }

  /** How many wait for a lane. */
  get waitingCount(): number {
    return this.lanes.waitingCount
  }

  /** Appends what can be appended, see `invalidAppend`. */
  async append(request: AppendRequest): Promise<Either<StoreError, Appended>> {
    const answer = canShare(request) ? await this.lanes.append(request) : 'alone'
    return answer === 'alone' ? this.alone(request) : answer
  }

  private async alone(request: AppendRequest): Promise<Either<StoreError, Appended>> {
    const { rows: placed = [] } = request
    const question = placed.length > 0 ? appendWithRows(request, placed) : sql.append(request)
    const told = await tellAgain<sql.AppendFacts>(this.connections, question)
    if (isRight(told)) return judged(request, told.right.rows[0] as sql.AppendFacts, told.right.warning)
    return placed[0] && isMissing(told.left)
      ? this.withoutItsView(request, placed[0].shape)
      : left(writeFailure('append', told.left))
  }

  /** The answer to an append that was not even tried, for want of a view: the events come first. */
  private async withoutItsView(request: AppendRequest, shape: ViewShape): Promise<Either<StoreError, Appended>> {
    const told = await tell<sql.AppendFacts>(this.connections, factsOf(request))
    if (isLeft(told)) return left(failure('could not append', told.left))
    return answerToFacts(request, told.right.rows[0] as sql.AppendFacts) ?? left(viewMissing(shape))
  }

  private async together(batch: readonly AppendRequest[]): Promise<readonly LaneAnswer[]> {
    const question = batch.some(hasRows) ? appendManyWithRows(batch) : sql.appendMany(batch)
    const told = await tell<sql.AppendFacts>(this.connections, question)
    if (isLeft(told)) return batch.map(() => afterFailure(told.left, batch.length))
    const { rows, warning } = told.right
    return batch.map((request, place) => {
      const facts = rows[place] as sql.AppendFacts
      return facts.actual_version === null ? 'alone' : judged(request, facts, warning)
    })
  }
}
