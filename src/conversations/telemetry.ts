/**
 * What the door tells of its own work to whoever watches: how long each part took, how it ended, and when writers met. It
 * must never be told content, nor anything that a user wrote; ids go to spans and logs, and never to a metric.
 */
import type { Either } from 'fp-ts/lib/Either.js'

/**
 * The parts of the work. `command`: from the order to its answer, its retries and its append included; `load`: what the
 * store had; `decide`: what the machine says; `append`; `assess`: the caller's assessor.
 */
export type Activity = 'command' | 'load' | 'decide' | 'append' | 'assess'

/** What came between: another writer was first; a command is tried again; how far a group of subscribers is behind. */
export type Happening = 'conflict' | 'retry' | 'feed-lag'

/** What a part of the work failed with; `kind` as in a rejection or a store error. */
export interface Failure {
  readonly code: string
  readonly kind?: string
}

export type Details = { readonly [name: string]: string | number | boolean }

/** Methods must not throw, and are called in the middle of the work: what takes long belongs elsewhere. */
export interface Telemetry {
  /** Does the work, and tells of it. Answers as the work does. */
  during<E extends Failure, A>(
    activity: Activity,
    details: Details,
    work: () => Promise<Either<E, A>>,
  ): Promise<Either<E, A>>
  tell(happening: Happening, details: Details): void
}

/** Nobody watches. */
export const noTelemetry: Telemetry = { during: (_activity, _details, work) => work(), tell: () => {} }

/** Both watch; the second inside the first. */
export const both = (outer: Telemetry, inner: Telemetry): Telemetry => ({
  during: (activity, details, work) => outer.during(activity, details, () => inner.during(activity, details, work)),
  tell: (happening, details) => {
    outer.tell(happening, details)
    inner.tell(happening, details)
  },
})

/** `ok`, or the code of the refusal: what an outcome is called, everywhere. */
export const outcomeOf = (answer: Either<Failure, unknown>): string =>
  answer._tag === 'Right' ? 'ok' : answer.left.code
