/** Writing to standard output at the reader's pace: what a slow reader has not taken yet is not piled up in memory. */
import { once } from 'node:events'

/** Writes text as it is, and resolves when more may be written. */
export async function print(text: string): Promise<void> {
  if (!process.stdout.write(text)) await once(process.stdout, 'drain')
}

/** Writes one line. */
export const printLine = (line = ''): Promise<void> => print(`${line}\n`)
