/** Event logs as files: what `colloquy replay` reads. */
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { RecordedEvent } from '../../src/log/recorded-event.js'
import type { ConversationReport } from '../../src/log/report.js'
import { temporaryFolder } from './run-colloquy.js'

/** Each value on a line of its own. */
export const linesOf = (values: readonly unknown[]): string =>
  values.map((value) => `${JSON.stringify(value)}\n`).join('')

/** A file that holds this, gone after the test. */
export async function fileWith(bytes: string | Buffer, name = 'log.jsonl'): Promise<string> {
  const path = join(await temporaryFolder(), name)
  await writeFile(path, bytes)
  return path
}

/** Logs dealt out like cards: the first event of each, then the second of each, and so on. */
export function interleaved(...logs: readonly (readonly RecordedEvent[])[]): readonly RecordedEvent[] {
  const longest = Math.max(...logs.map(({ length }) => length))
  return Array.from({ length: longest }, (_, place) => logs.flatMap((log) => log[place] ?? [])).flat()
}

/** The reports that `replay --json` printed, in order. */
export const reportsIn = (stdout: string): readonly ConversationReport[] =>
  stdout
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line))

/** What went to standard error, line by line. */
export const complaintsIn = (stderr: string): readonly string[] => stderr.split('\n').filter((line) => line !== '')
