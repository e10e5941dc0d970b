/**
 * Why an assessor could not say what a message is. It throws one of these; the door makes of it an `assessment.failed`,
 * the message stays unassessed, and nothing can end. The text goes into the log, which forgets nothing: it must never
 * quote what the user wrote, nor what a classifier wrote about it.
 */

/**
 * - `unreadable-content`: the message has no text, or something besides text;
 * - `classifier-failed`: the classifier could not be asked, or answered with an error of its own;
 * - `classifier-refused`: the judge declined to judge;
 * - `no-result`: the response carries no moderation;
 * - `malformed-answer`: an answer that is not of the shape that was agreed;
 * - `unknown-category`: an answer that names a category without a row in the mapping;
 * - `no-confidence`: `onlyOver` needs to know how sure the assessor was, and it did not say;
 * - `assessor-late`: no answer within `withTimeout`'s limit.
 */
export type AssessorErrorCode =
  | 'unreadable-content'
  | 'classifier-failed'
  | 'classifier-refused'
  | 'no-result'
  | 'malformed-answer'
  | 'unknown-category'
  | 'no-confidence'
  | 'assessor-late'

/** What an assessor of this folder throws, its `code` on it and in front of its message. */
export class AssessorError extends Error {
  override readonly name = 'AssessorError'
  /** Whether asking again may help: `withRetry` asks again for these alone. */
  readonly canPass: boolean

  constructor(
    readonly code: AssessorErrorCode,
    text: string,
    { canPass = false, cause }: { readonly canPass?: boolean; readonly cause?: unknown } = {},
  ) {
    super(`${code}: ${text}`, cause === undefined ? undefined : { cause })
    this.canPass = canPass
  }
}
