/** How the command line ends: 0 done, 1 the answer is no, 2 bad usage or bad input, told in one line. */
import { visible } from './paint.js'

/** What the user gave cannot be used; its message is the one line they get. Never a stack trace. */
export class InputError extends Error {}

/** The answer is no: what was asked ran to its end, and found something wrong. */
export const answerNo = (): void => {
  process.exitCode = 1
}

/** Tells an error in one line on standard error and sets the exit code; what is not the user's to mend goes on up. */
export function tell(error: unknown): void {
  if (!(error instanceof InputError)) throw error
  process.stderr.write(`colloquy: ${visible(error.message.replaceAll('\n', ' '))}\n`)
  process.exitCode = 2
}
