/**
 * Judges files with one byte flipped, in a process of its own, and prints a line each: what a reader makes of it.
 * Argument, as JSON: `folder` with `whole.db` and `before.json`, `seed`, `from`, `flips`, and perhaps `bug`.
 */
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { judgeFlips } from './flipped-bytes.mjs'

const given = JSON.parse(process.argv[2])
const bytes = readFileSync(join(given.folder, 'whole.db'))
const before = readFileSync(join(given.folder, 'before.json'), 'utf8')
for await (const judged of judgeFlips({ ...given, bytes, before })) console.log(JSON.stringify(judged))
