/** Writing to standard output at the reader's pace: what a slow reader has not taken yet is not piled up in memory. */
import { once } from 'node:events'

const batchLength = 65_536

/** Writes text as it is, and resolves when more may be written. */
export async function print(text: string): Promise<void> {
  if (!process.stdout.write(text)) await once(process.stdout, 'drain')
}

/** Writes pieces one after the other, small ones together; what came before a fault in making them is written too. */
export async function printAll(pieces: Iterable<string>): Promise<void> {
  let batch = ''
  try {
    for (const piece of pieces) {
      batch += piece
      if (batch.length < batchLength) continue
      await print(batch)
      batch = ''
    }
  } finally {
    await print(batch)
  }
}

/** Writes each on a line of its own. */
export const printLines = (lines: Iterable<string>): Promise<void> =>
  printAll(
    (function* () {
      for (const line of lines) yield `${line}\n`
    })(),
  )
